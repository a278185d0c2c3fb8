"""Addresses and numbers that came from outside, and addresses that say nothing of a person's activity."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

STATE_PATH, REPORT_PATH = "/session/state/", "/csp-report/"
"""Asked by the page's script, and by the browser itself."""
KEEP_HEADER = "Indberet-Keep"
"""A form that is sent with it is kept for the next log-in, and never saved."""
PAGE_HEADER = "Indberet-Page"
"""The answer's: where the form will be, filled in."""
ANEW = "anew"
"""In the address of a log-in after a refusal: the identity provider is not to say again who it was the last time."""


def whole_number(text: str) -> int:
    """A number that stood in an address or a form, or 0 for anything else; none is larger than a database's."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def own_path(request: HttpRequest, path: str) -> str:
    """`path` when it is one of ours, else the start page; of one that only takes what is posted the page above it."""
    ours = url_has_allowed_host_and_scheme(path, allowed_hosts=None, require_https=request.is_secure())
    if not ours or not path.startswith("/"):
        return reverse("start")
    place = path.partition("?")[0]
    return page_above(place) if getattr(_view(place), "posted", False) else path


def page_above(path: str) -> str:
    """The nearest page above a path."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    view = _view(above)
    return above if above == "/" or (view and not getattr(view, "posted", False)) else page_above(above)


def _view(path: str) -> Callable[..., HttpResponse] | None:
    """What answers at a path."""
    try:
        view: Callable[..., HttpResponse] = resolve(path).func
    except Resolver404:
        return None
    return view


def log_in_query(request: HttpRequest) -> str:
    """What the log-in page hands on to the identity provider's: where to go afterwards, and whether to ask anew."""
    onward = {"next": own_path(request, request.GET.get("next", ""))}
    return urlencode({**onward, ANEW: "yes"} if asks_anew(request) else onward)


def asks_anew(request: HttpRequest) -> bool:
    """Whether the person is to be asked, although the identity provider still knows who it was."""
    return request.GET.get(ANEW) == "yes"
