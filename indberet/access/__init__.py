"""Who is logged in, for which municipality, with which privileges."""
