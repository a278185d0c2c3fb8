"""The Django application of the portal's own pages."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Holds the contact details."""

    name = "indberet.pages"
    label = "pages"
