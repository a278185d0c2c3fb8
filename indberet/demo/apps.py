"""The Django application of the demo data."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """No tables; brings the command `demo-data`."""

    name = "indberet.demo"
    label = "demo"
