"""Pages for what went wrong: what happened, that nothing was lost, and what to do next."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from indberet.access.paths import KEEP_HEADER, PAGE_HEADER
from indberet.access.scope import Scope
from indberet.access.session import keep_typed, opened_for
from indberet.definition.registry import municipalities
from indberet.definition.statistic import Statistic
from indberet.report.kept import frozen_days
from indberet.report.uncounted import CannotCount


@dataclass(frozen=True, slots=True)
class Problem:
    """An error page: heading, text, and the link that leads on."""

    status: int
    heading: str
    text: str
    link: str = "/"
    link_text: str = ""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: from elsewhere, too old, or opened by another person or for another municipality
    than those of now. What was typed is kept for whoever opened the form.
    """
    kept = keep_typed(request)
    if kept and KEEP_HEADER in request.headers:
        return HttpResponse(status=204, headers={PAGE_HEADER: kept})
    mine = opened_for(request)
    if kept and mine and mine != _municipality(request):
        return _render(request, _of_another_municipality(mine, kept))
    if kept and not mine and request.identity:  # type: ignore[attr-defined]
        return _render(request, _of_another_person())
    text = _(
        "Formularen blev åbnet for længe siden, af en anden person, for en anden kommune eller uden for Indberet. "
        "Intet er gemt eller slettet."
    )
    if kept:
        text += " " + _("Det, du har skrevet, er ikke tabt: Gå tilbage til formularen, kontrollér, og gem igen.")
    return _render(
        request,
        Problem(
            status=403,
            heading=_("Formularen blev ikke gemt"),
            text=text,
            link=kept or "/",
            link_text=_("Tilbage til formularen") if kept else _("Til startsiden"),
        ),
    )


def _of_another_municipality(code: str, kept: str) -> Problem:
    name = municipalities().known(code).label
    return Problem(
        status=403,
        heading=_("Formularen er for en anden kommune"),
        text=_(
            "Du åbnede formularen for %(name)s og har siden valgt en anden kommune, så intet er gemt. Det, du har "
            "skrevet, er ikke tabt: Vælg %(name)s igen, kontrollér, og gem."
        )
        % {"name": name},
        link=f"{reverse('choose_municipality')}?{urlencode({'next': kept})}",
        link_text=_("Vælg kommune"),
    )


def _of_another_person() -> Problem:
    return Problem(
        status=403,
        heading=_("Formularen er en andens"),
        text=_(
            "Formularen blev åbnet af en anden, der var logget ind i denne browser, så intet er gemt. Det, der er "
            "skrevet, venter i et døgn på den, der åbnede den."
        ),
    )


def _municipality(request: HttpRequest) -> str:
    scope: Scope | None = request.scope  # type: ignore[attr-defined]
    return scope.municipality if scope else ""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _render(
        request,
        Problem(
            status=400,
            heading=_("Det sendte kunne ikke læses"),
            text=_("Intet er gemt. Gå tilbage, og prøv igen med færre rækker eller kortere tekster."),
        ),
    )


def cannot_count(request: HttpRequest, wrong: CannotCount, statistic: Statistic) -> HttpResponse:
    """503: the municipality's figures cannot be computed. Frozen reports can still be seen."""
    frozen = frozen_days(request.scope, statistic)  # type: ignore[attr-defined]
    text = _(
        "Kommunens data kan ikke tælles på grund af en teknisk fejl. Data er ikke berørt. Fejlen er meldt til driften "
        "som nummer %(number)s; oplys det, hvis du kontakter Danmarks Statistik."
    ) % {"number": wrong.number}
    link = f"{reverse('report', args=[statistic])}?day={frozen[0]}" if frozen else "/"
    return _render(
        request,
        Problem(
            status=503,
            heading=_("Tallene kan ikke dannes nu"),
            text=text,
            link=link,
            link_text=_("Se den seneste rapport") if frozen else _("Til startsiden"),
        ),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; the same page for what does not exist and for what belongs to another municipality."""
    return _render(
        request,
        Problem(
            status=404,
            heading=_("Siden findes ikke"),
            text=_("Adressen er forkert, eller det, du leder efter, er slettet eller hører til en anden kommune."),
        ),
    )


def _render(request: HttpRequest, problem: Problem) -> HttpResponse:
    return render(request, "pages/error.html", {"problem": problem}, status=problem.status)
