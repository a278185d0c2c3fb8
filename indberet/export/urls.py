"""Addresses of exports."""

from django.urls import path, register_converter

from . import views
from .models import Format


class FormatConverter:
    """<format:format> in URL patterns."""

    regex = "|".join(Format.values)

    def to_python(self, value: str) -> Format:
        return Format(value)

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(FormatConverter, "format")

urlpatterns = [
    path("<statistic:statistic>/<listing:kind>/export/", views.export, name="export"),
    path("<statistic:statistic>/<listing:kind>/export/<format:format>/", views.export_file, name="export_file"),
    path("<statistic:statistic>/exports/<int:number>/manifest/", views.export_manifest, name="export_manifest"),
]
