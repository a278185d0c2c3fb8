"""Making reports: that of now as the page shows it, beside the bare read of the same rows, and all of a night."""

import os
from time import perf_counter
from typing import Any

from django.utils import timezone

from indberet.definition.registry import statistics
from indberet.definition.statistic import Statistic
from indberet.demo.plan import largest
from indberet.nightly.steps import tasks
from indberet.register.recheck import to_do
from indberet.report.entries import living
from indberet.report.models import Report

from .bare import Bare, captured
from .place import Place
from .timing import in_turns

RUNS = 3
STEP = "reports "


def report_figures(*, runs: int) -> dict[str, Any]:
    """The report of now of each statistic, and all reports of all municipalities."""
    return {"now": {found.id: _now(found, runs=min(runs, RUNS)) for found in statistics()}, "all": _all()}


def _now(statistic: Statistic, *, runs: int) -> dict[str, Any]:
    """The page with the report of now, in the largest municipality."""
    place, bare = Place(largest(), statistic), Bare()
    path = f"/{statistic.id}/report/?day=now"
    with captured() as statements:
        place.browser.get(path)
    pair = in_turns(lambda: place.browser.get(path), lambda: bare.read(statements), runs=runs)
    return {**pair.to_json(), "records": living(statistic, place.municipality).count()}


def _all() -> dict[str, Any]:
    """The nightly run's own steps, with as many processes as it takes by itself. Raises RuntimeError when a report
    could not be made."""
    Report.unscoped.all().delete()
    today, jobs = timezone.localdate(), os.cpu_count() or 1
    steps = [task for task in tasks(jobs) if task.name.startswith(STEP)]
    started = perf_counter()
    done = [step.run(today, lambda _what, _count: None) for step in steps]
    seconds = perf_counter() - started
    if failures := [failure for step in done for failure in step.failures]:
        raise RuntimeError(f"Reports were not made: {', '.join(failures)}")
    reports = Report.unscoped.count()
    return {
        "records": sum(map(to_do, statistics())),
        "reports": reports,
        "processes": jobs,
        "seconds": seconds,
        "reports a second": reports / seconds,
    }
