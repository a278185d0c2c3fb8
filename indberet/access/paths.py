"""Addresses that came from outside, and those that say nothing of a person's activity."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

STATE_PATH, REPORT_PATH = "/session/state/", "/csp-report/"
"""Asked by the page's script, and by the browser itself."""
KEEP_HEADER = "Indberet-Keep"
"""A form that is sent with it is kept for the next log-in, and never saved."""
PAGE_HEADER = "Indberet-Page"
"""The answer's: where the form will be, filled in."""
ANEW = "anew"
"""In the address of a log-in after a refusal: the identity provider is not to say again who it was the last time."""


def own_path(request: HttpRequest, path: str) -> str:
    """`path` when it is one of ours, else the start page."""
    ours = url_has_allowed_host_and_scheme(path, allowed_hosts=None, require_https=request.is_secure())
    return path if ours and path.startswith("/") else reverse("start")


def log_in_query(request: HttpRequest) -> str:
    """What the log-in page hands on to the identity provider's: where to go afterwards, and whether to ask anew."""
    onward = {"next": own_path(request, request.GET.get("next", ""))}
    return urlencode({**onward, ANEW: "yes"} if asks_anew(request) else onward)


def asks_anew(request: HttpRequest) -> bool:
    """Whether the person is to be asked, although the identity provider still knows who it was."""
    return request.GET.get(ANEW) == "yes"
