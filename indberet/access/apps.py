"""The Django application of identities and scopes."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Holds the tables of log-ins; who is logged in stands in the session."""

    name = "indberet.access"
    label = "access"

    def ready(self) -> None:
        """Registers the checks."""
        from indberet.access import checks  # noqa: F401
