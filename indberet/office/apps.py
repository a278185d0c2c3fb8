"""The Django application of the office."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """Holds how far municipalities are, reminders that were sent, and extracts that were made."""

    name = "indberet.office"
    label = "office"
