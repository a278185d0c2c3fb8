"""Files of many persons ask for a log-in of the last quarter of an hour: rights are read at log-in (ASVS 8.3.2)."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from .paths import own_path

FRESH = timedelta(minutes=15)
View = Callable[..., HttpResponseBase]


def needs_fresh_login(view: View) -> View:
    """Lets a view behind @needs run only for a log-in younger than FRESH; otherwise one logs in anew, which reads the
    rights again, and comes back to the page with the button.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if timezone.now() - request.login.started_at < FRESH:  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)
        messages.info(
            request,
            _("Log ind igen for at hente filen: Til filer med borgere skal dit login være under et kvarter gammelt."),
        )
        return redirect(f"{reverse('login')}?{urlencode({'next': _page_before(request)})}")

    return checked


def _page_before(request: HttpRequest) -> str:
    """The page of ours that the button stood on; the start page when the browser does not tell."""
    parts = urlsplit(request.headers.get("Referer", ""))
    ours = parts.netloc == request.get_host()
    return own_path(request, f"{parts.path}?{parts.query}" if ours and parts.query else parts.path * ours)
