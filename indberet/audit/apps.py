"""The Django application of the audit trail."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Holds the table of events."""

    name = "indberet.audit"
    label = "audit"
