"""The decorators that every view but the public ones stands behind."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from indberet.audit.log import write_event
from indberet.definition.statistic import Statistic

from .identity import Identity, Verb
from .missing import MissingRight
from .scope import Scope
from .session import keep_typed

View = Callable[..., HttpResponse]


def needs(verb: Verb, *, by_section: bool = False) -> Callable[[View], View]:
    """Lets a view (request, statistic, ...) run only for a scope with the privilege; otherwise log-in, choice of
    municipality, or the page that names the missing right. An object outside the scope is a 404. A view whose every
    query is limited `by_section` also runs for whoever has the privilege for some sections only. The view carries
    `verb` and `by_section`, so that tests can read them.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, statistic: Statistic, *args: Any, **kwargs: Any) -> HttpResponse:
            refusal = _refusal(request, statistic, verb, by_section=by_section)
            if refusal:
                return refusal
            try:
                return view(request, statistic, *args, **kwargs)
            except ObjectDoesNotExist as missing:
                raise Http404 from missing

        checked.verb, checked.by_section = verb, by_section  # type: ignore[attr-defined]
        return checked

    return decorate


def needs_login(view: View) -> View:
    """Lets a view run only for somebody who is logged in."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.identity is None:  # type: ignore[attr-defined]
            return to_login(request)
        return view(request, *args, **kwargs)

    checked.verb = "login"  # type: ignore[attr-defined]
    return checked


def needs_insight(view: View) -> View:
    """Lets a view (request, statistic, ...) of definitions and of numbers, never of persons, run for whoever may read
    the statistic, or some sections of it, and for the office's staff who oversee it. `insight` tells the view which of
    them it is, and with that whose numbers it may show.
    """

    @wraps(view)
    def checked(request: HttpRequest, statistic: Statistic, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_see(request.identity, request.scope, statistic):  # type: ignore[attr-defined]
            refusal = _refusal(request, statistic, _right_to_see(request))
            if refusal:
                return refusal
        return view(request, statistic, *args, **kwargs)

    checked.verb = "insight"  # type: ignore[attr-defined]
    return checked


def may_see(identity: Identity | None, scope: Scope | None, statistic: Statistic) -> bool:
    """Whether rules and codes of a statistic may be seen: by all its readers and by the office."""
    reads = scope is not None and scope.may_some("read", statistic.id)
    return reads or (identity is not None and identity.oversees(statistic.id))


@dataclass(frozen=True, kw_only=True)
class Insight:
    """Whose numbers may be shown beside the definitions: those of the `scope`, or of `all` municipalities together, or
    none for whoever may read some sections only."""

    scope: Scope | None
    all: bool


def insight(request: HttpRequest, statistic: Statistic) -> Insight:
    """What a view behind `needs_insight` may show."""
    scope: Scope | None = request.scope  # type: ignore[attr-defined]
    reads = bool(scope and scope.may("read", statistic.id))
    oversees = request.identity.oversees(statistic.id)  # type: ignore[attr-defined]
    return Insight(scope=scope if reads else None, all=oversees and not reads)


def _right_to_see(request: HttpRequest) -> Verb:
    """The right that would open a page of definitions; the office has another one than the municipalities."""
    identity: Identity | None = request.identity  # type: ignore[attr-defined]
    return "oversee" if identity and identity.cvr == settings.OFFICE_CVR else "read"


def needs_oversight(view: View) -> View:
    """Lets a view run only for the office's staff. For everybody else there is no such page; the attempt is told."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        identity = request.identity  # type: ignore[attr-defined]
        if identity is None:
            return to_login(request)
        if not any(held.verb == "oversee" for held in identity.privileges):
            write_event(identity=identity, action="refused", detail={"verb": "oversee"})
            raise Http404
        return view(request, *args, **kwargs)

    checked.verb = "oversee"  # type: ignore[attr-defined]
    return checked


def to_login(request: HttpRequest) -> HttpResponse:
    """To the log-in page, or the one that says why the log-in ended, and afterwards back here, with what was typed. A
    script is told 401 and stays where it is.
    """
    kept = keep_typed(request) if request.method == "POST" else ""
    ended = request.ended  # type: ignore[attr-defined]
    address = reverse("login_ended", args=[ended]) if ended else reverse("login")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={} if kept else {"HX-Redirect": address})
    return _onward(address, kept or (request.path if request.method == "GET" else ""))


def missing_right(request: HttpRequest, statistic: Statistic, verb: Verb) -> HttpResponse:
    """The page that says which right is missing and whom to ask (guides: A01, C02)."""
    identity = request.identity  # type: ignore[attr-defined]
    write_event(identity=identity, action="refused", statistic=statistic.id, detail={"verb": verb})
    missing = MissingRight(identity=identity, scope=request.scope, statistic=statistic, verb=verb)  # type: ignore[attr-defined]
    context = {"statistic": statistic, "verb": verb, "missing": missing}
    return render(request, "pages/missing_right.html", context, status=403)


def _refusal(
    request: HttpRequest, statistic: Statistic, verb: Verb, *, by_section: bool = False
) -> HttpResponse | None:
    identity, scope = request.identity, request.scope  # type: ignore[attr-defined]
    if identity is None:
        return to_login(request)
    if scope is None and len(identity.municipalities) > 1:
        return _onward(reverse("choose_municipality"), request.path if request.method == "GET" else "")
    allowed = scope is not None and (scope.may_some if by_section else scope.may)(verb, statistic.id)
    if not allowed:
        return missing_right(request, statistic, verb)
    return None


def _onward(address: str, back: str) -> HttpResponse:
    return redirect(f"{address}?{urlencode({'next': back})}" if back else address)
