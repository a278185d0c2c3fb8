"""Base templates, the design system, start page, contact details, list of reports, help and errors."""
