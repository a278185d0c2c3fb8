"""The content: one folder a statistic. A new one is a new folder and one line in the settings."""
