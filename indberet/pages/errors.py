"""Pages for what went wrong: what happened, that nothing was lost, and what to do next."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from indberet.access.session import keep_typed
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
    """A form without a valid token. What was typed is kept when the form was opened by this person."""
    kept = keep_typed(request)
    text = _("Siden havde stået åben for længe eller kom ikke fra Indberet, så intet er gemt.")
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
