"""The report: its figures, frozen per day or of now, and the records behind each figure."""
