"""Addresses of reports; none holds a person number."""

from django.urls import path, register_converter

from . import views
from .files import FILES


class FileConverter:
    """<report_file:kind> in URL patterns."""

    regex = "|".join(FILES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FileConverter, "report_file")

urlpatterns = [
    path("<statistic:statistic>/report/", views.report, name="report"),
    path("<statistic:statistic>/report/file/<report_file:kind>/", views.report_file, name="report_file"),
    path("<statistic:statistic>/report/<str:table>/", views.report_cell, name="report_cell"),
    path("<statistic:statistic>/report/<str:table>/<format:format>/", views.report_cell_file, name="report_cell_file"),
]
