"""The Django application of the catalogue."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Holds no tables; loads its start-up check and its commands."""

    name = "indberet.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        """Registers the check."""
        from indberet.catalogue import checks  # noqa: F401
