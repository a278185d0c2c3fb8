"""The page of the nightly runs, for the office."""

from django.http import HttpResponse
from django.shortcuts import render

from indberet.access.needs import needs_oversight
from indberet.access.session import PersonRequest

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
    told = {"latest": latest, "lines": lines, "nights": found, "at_work": at_work()}
    return render(request, "nightly/nights.html", told)
