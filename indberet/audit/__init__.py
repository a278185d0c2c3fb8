"""The append-only trail of who did what with whose data; reads count too."""
