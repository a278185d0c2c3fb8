"""Addresses that came from outside, and those that say nothing of a person's activity."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

STATE_PATH, REPORT_PATH = "/session/state/", "/csp-report/"
"""Asked by the page's script, and by the browser itself."""
KEEP_HEADER = "Indberet-Keep"
"""A form that is sent with it is kept for the next log-in, and never saved."""
PAGE_HEADER = "Indberet-Page"
"""The answer's: where the form will be, filled in."""


def own_path(request: HttpRequest, path: str) -> str:
    """`path` when it is one of ours, else the start page."""
    ours = url_has_allowed_host_and_scheme(path, allowed_hosts=None, require_https=request.is_secure())
    return path if ours and path.startswith("/") else reverse("start")
