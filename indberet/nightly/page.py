"""What a nightly run says at the end, on one page."""

from textwrap import wrap

from django.utils import timezone

from .models import Night, State, Step
from .tell import failures_of, in_english, notes_in_english

MOST_FAILURES = 10
WIDTH = 110
MARKS = {State.DONE: "ok", State.FAILED: "FAILED", State.RUNNING: "not finished"}


def page_of(night: Night) -> str:
    """The page: a line for each step, below it what failed and what is to be looked after, and the sum at the top."""
    steps = list(night.steps.order_by("id"))
    end = timezone.localtime(night.finished_at) if night.finished_at else None
    lines = [
        f"Indberet, nightly run of {night.day}: {_sum(steps)}",
        f"by {night.holder}, begun {timezone.localtime(night.started_at):%d.%m.%Y %H:%M:%S}"
        + (f", ended {end:%d.%m.%Y %H:%M:%S}" if end else ""),
        "",
        *(line for step in steps for line in _lines(step)),
    ]
    return "\n".join(lines) + "\n"


def _sum(steps: list[Step]) -> str:
    failed = sum(step.state != State.DONE for step in steps)
    if failed:
        return f"{failed} steps FAILED"
    return "nothing failed; read the NOTES" if any(map(notes_in_english, steps)) else "all well"


def _lines(step: Step) -> list[str]:
    failures = failures_of(step)
    more = [f"  ... and {len(failures) - MOST_FAILURES} more"] if len(failures) > MOST_FAILURES else []
    told = [f"  ! {failure}" for failure in failures[:MOST_FAILURES]]
    noted = [line for note in notes_in_english(step) for line in _wrapped(f"NOTE: {note}")]
    first = f"{MARKS[State(step.state)]:<8}{step.seconds:>8.1f} s  {step.name:<22}{in_english(step)}".rstrip()
    return [first, *told, *more, *noted]


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
