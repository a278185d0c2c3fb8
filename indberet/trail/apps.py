"""The Django application of look-ups in the trail."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    """Holds the spot checks."""

    name = "indberet.trail"
    label = "trail"
