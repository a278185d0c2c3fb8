"""The Django application of approval."""

from django.apps import AppConfig


class ApprovalConfig(AppConfig):
    """Holds approvals with their sections, who wants two persons, and the e-mails on their way."""

    name = "indberet.approval"
    label = "approval"
