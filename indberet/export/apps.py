"""The Django application of exports."""

from django.apps import AppConfig


class ExportConfig(AppConfig):
    """Holds the list of exports with their manifests."""

    name = "indberet.export"
    label = "export"
