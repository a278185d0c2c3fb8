"""What a nightly run says at the end, on one page."""

from django.utils import timezone

from .models import Night, State, Step
from .tell import in_english

MOST_FAILURES = 10
MARKS = {State.DONE: "ok", State.FAILED: "FAILED", State.RUNNING: "not finished"}


def page_of(night: Night) -> str:
    """The page: a line for each step, below it what failed, and the sum of it at the top."""
    steps = list(night.steps.order_by("id"))
    failed = [step for step in steps if step.state != State.DONE]
    end = timezone.localtime(night.finished_at) if night.finished_at else None
    lines = [
        f"Indberet, nightly run of {night.day}: {f'{len(failed)} steps FAILED' if failed else 'all well'}",
        f"by {night.holder}, begun {timezone.localtime(night.started_at):%d.%m.%Y %H:%M:%S}"
        + (f", ended {end:%d.%m.%Y %H:%M:%S}" if end else ""),
        "",
        *(line for step in steps for line in _lines(step)),
    ]
    return "\n".join(lines) + "\n"


def _lines(step: Step) -> list[str]:
    failures = [str(failure) for failure in step.failures]
    more = [f"  ... and {len(failures) - MOST_FAILURES} more"] if len(failures) > MOST_FAILURES else []
    told = [f"  ! {failure}" for failure in failures[:MOST_FAILURES]]
    return [f"{MARKS[State(step.state)]:<8}{step.seconds:>8.1f} s  {step.name:<22}{in_english(step)}", *told, *more]
