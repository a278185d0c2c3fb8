"""The nightly run: what is done once a day, in order, by one process at a time, and what became of it."""
