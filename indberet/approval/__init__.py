"""Approval: a municipality's sign-off of its data, section by section, with the report it looked at and a receipt."""
