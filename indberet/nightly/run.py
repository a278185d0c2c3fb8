"""Running the steps of a day: those done already are passed over, so that a run that was killed goes on where it was,
and a second run has nothing to do."""

from collections.abc import Sequence
from datetime import date
from time import monotonic

from django.utils import timezone

from indberet.definition.registry import statistics
from indberet.one_at_a_time import me
from indberet.report.freeze import expect

from .lock import alone
from .models import Night, State, Step
from .page import page_of
from .steps import Progress, Task, attempt, tasks


def run_night(
    today: date,
    *,
    jobs: int = 1,
    progress: Progress = lambda what, count: None,
    steps: Sequence[Task] | None = None,
) -> Night:
    """Does what is left of the day's steps, under the lock; `jobs` processes recheck and make reports. Raises
    AtWork when another process is at it."""
    with alone():
        night = _begin(today)
        for statistic in statistics():
            expect(statistic, today)
        for task in tasks(jobs) if steps is None else steps:
            _do(night, task, today, progress)
        night.failed = night.steps.exclude(state=State.DONE).exists()
        night.finished_at = timezone.now()
        night.page = page_of(night)
        night.save(update_fields=["failed", "finished_at", "page"])
        return night


def _begin(today: date) -> Night:
    now = timezone.now()
    night, made = Night.unscoped.get_or_create(day=today, defaults={"holder": me(), "started_at": now})
    if not made:
        night.holder, night.finished_at = me(), None
        night.save(update_fields=["holder", "finished_at"])
    return night


def _do(night: Night, task: Task, today: date, progress: Progress) -> None:
    """One step, unless it is done."""
    step, _made = Step.unscoped.get_or_create(night=night, name=task.name, defaults={"state": State.RUNNING})
    if step.state == State.DONE and not task.again:
        return
    step.state, step.failures, started = State.RUNNING, [], monotonic()
    step.save(update_fields=["state", "failures"])

    def work() -> None:
        done = task.run(today, progress)
        before = {name: step.counts.get(name, 0) for name in task.adds}
        step.counts = {**done.counts, **{name: done.counts[name] + before[name] for name in task.adds}}
        step.failures = done.failures
        if done.stopped:
            step.save(update_fields=["counts", "failures"])
            raise done.stopped

    failures: list[str] = []
    attempt(task.name, failures, work)
    step.failures = [*step.failures, *failures]
    step.state = State.FAILED if step.failures else State.DONE
    step.seconds, step.ended_at = monotonic() - started, timezone.now()
    step.save(update_fields=["state", "counts", "failures", "seconds", "ended_at"])
