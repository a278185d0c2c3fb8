"""The Django application of deliveries."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Holds deliveries, their findings, and the tokens of sending systems."""

    name = "indberet.intake"
    label = "intake"
