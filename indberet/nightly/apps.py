"""The Django application of the nightly run."""

from django.apps import AppConfig


class NightlyConfig(AppConfig):
    """Holds the runs and their steps."""

    name = "indberet.nightly"
    label = "nightly"
