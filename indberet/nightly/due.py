"""Whether the nightly run came in time, for operations."""

from datetime import datetime

from indberet.report.kept import reports_due

from .models import Night


def what_is_wrong(now: datetime) -> str:
    """A sentence about the newest run that is to be over by now; nothing when it is, and all went well in it."""
    due = reports_due(now)
    nights = list(Night.unscoped.filter(day__gte=due).order_by("-day"))
    over = next((night for night in nights if night.finished_at), None)
    if over:
        return f"Something failed in the nightly run of {over.day}." if over.failed else ""
    return f"The nightly run of {due} is not over." if nights else f"There was no nightly run on {due}."
