"""Files of what a listing shows."""
