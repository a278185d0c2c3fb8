"""The page of the nightly runs, for the office, and what operations' monitoring asks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from indberet.access.needs import needs_oversight
from indberet.access.session import PersonRequest
from indberet.report.kept import reports_due

from .due import what_is_wrong
from .lock import at_work
from .models import Night
from .tell import line_of

MOST = 14


@needs_oversight
def nights(request: PersonRequest) -> HttpResponse:
    """The latest nightly runs, the last one in full."""
    found = list(Night.unscoped.order_by("-day")[:MOST])
    latest = found[0] if found else None
    lines = [line_of(step) for step in latest.steps.order_by("id")] if latest else []
    due = reports_due(timezone.now())
    missing = due if latest is None or latest.day < due else None
    told = {"latest": latest, "lines": lines, "nights": found, "missing": missing, "at_work": at_work()}
    return render(request, "nightly/nights.html", told)


@require_safe
def nightly_health(request: HttpRequest) -> HttpResponse:
    """For operations' monitoring: 200 when the last nightly run that is to be over is, and all went well; else 503 and
    a sentence that says what is wrong."""
    wrong = what_is_wrong(timezone.now())
    return HttpResponse(wrong or "ok", content_type="text/plain", status=503 if wrong else 200)
