"""The Django application of reports."""

from django.apps import AppConfig


class ReportConfig(AppConfig):
    """Holds the frozen reports and what became of the nightly job."""

    name = "indberet.report"
    label = "report"
