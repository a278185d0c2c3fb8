"""The Django application of identities and scopes."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """No tables: log-in state lives in the session."""

    name = "indberet.access"
    label = "access"
