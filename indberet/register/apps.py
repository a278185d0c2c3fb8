"""The Django application of the register."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Loads the start-up checks of definitions with the register."""

    name = "indberet.register"
    label = "register"

    def ready(self) -> None:
        """Registers the checks."""
        from indberet.definition import checks, table_checks  # noqa: F401
        from indberet.register import checks as storage_checks  # noqa: F401
