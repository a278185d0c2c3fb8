"""What holds for every answer: pages with persons are not kept by the browser; contact details come first."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from indberet.access.paths import REPORT_PATH
from indberet.definition.statistic import Statistic
from indberet.report.uncounted import CannotCount

from .contacts import has_contact
from .errors import cannot_count


class LanguageMiddleware:
    """The portal speaks Danish until somebody chooses English in it; the browser's own language is not asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.setdefault("Content-Language", language)
        return response


class ReportingMiddleware:
    """Tells the browser where the policy's `report-to` leads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Reporting-Endpoints"] = f'csp="{REPORT_PATH}"'
        return response


class NoStoreMiddleware:
    """Answers to somebody who is logged in are not stored by browser or proxy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
        return response


class UncountedMiddleware:
    """Data that cannot be counted gives a page that says so, wherever figures are asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, wrong: Exception) -> HttpResponse | None:
        """The page, for that one error."""
        match = request.resolver_match
        if not isinstance(wrong, CannotCount) or match is None:
            return None
        return cannot_count(request, wrong, match.kwargs["statistic"])


class ContactsFirstMiddleware:
    """Before the first report the contact details are filled in (A03, C04); then one goes on where one was going."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Sends a reporter without contact details to them."""
        statistic, scope = kwargs.get("statistic"), request.scope  # type: ignore[attr-defined]
        if getattr(view, "verb", "") != "report" or not isinstance(statistic, Statistic) or scope is None:
            return None
        if request.method != "GET" or not scope.may("report", statistic.id) or has_contact(scope, statistic):
            return None
        messages.info(
            request,
            _("Udfyld først kontaktoplysningerne for %(name)s, så Danmarks Statistik ved, hvem de kan kontakte.")
            % {"name": statistic.name},
        )
        return redirect("contacts")
