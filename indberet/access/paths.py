"""Addresses that came from outside."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def own_path(request: HttpRequest, path: str) -> str:
    """`path` when it is one of ours, else the start page."""
    ours = url_has_allowed_host_and_scheme(path, allowed_hosts=None, require_https=request.is_secure())
    return path if ours and path.startswith("/") else reverse("start")
