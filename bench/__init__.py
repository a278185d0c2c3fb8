"""Measures the portal on realistic data, beside the bare database doing the same: `make bench`."""
