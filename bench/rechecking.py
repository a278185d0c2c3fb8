"""Rechecking every record of the data set, beside the bare read of the same rows."""

import os
from time import perf_counter
from typing import Any

from django.db.models import Count
from django.utils import timezone

from indberet.definition.registry import statistics
from indberet.definition.rules import INFO
from indberet.definition.statistic import Statistic
from indberet.register.models import Record
from indberet.register.recheck import recheck

from .bare import Bare, captured


def recheck_figures() -> dict[str, Any]:
    """Seconds of a whole recheck as `indberet recheck` makes it, after one in this process that wrote what differed and
    whose statements the bare driver runs again; rows and rules a second."""
    today, jobs = timezone.localdate(), os.cpu_count() or 1
    with captured() as statements:
        first = [recheck(found, today=today, anew=True) for found in statistics()]
    started = perf_counter()
    runs = [recheck(found, today=today, anew=True, jobs=jobs) for found in statistics()]
    seconds = perf_counter() - started
    started = perf_counter()
    rows = Bare().read(statements)
    bare = perf_counter() - started
    records, asked = sum(run.records for run in runs), sum(_asked(found) for found in statistics())
    return {
        "records": records,
        "differed at first": sum(run.differing for run in first),
        "differed": sum(run.differing for run in runs),
        "seconds": seconds,
        "seconds, bare": bare,
        "rows, bare": rows,
        "records a second": records / seconds,
        "records x rules a second": asked / seconds,
        "processes": jobs,
    }


def _asked(statistic: Statistic) -> int:
    """Records times the rules in force on their dates that can give a finding."""
    rows = Record.unscoped.filter(statistic=statistic.id, deleted_at=None)
    by_day = rows.values_list("start").annotate(count=Count("pk")).order_by()
    return sum(count * sum(rule.severity > INFO for rule in statistic.rules_on(day)) for day, count in by_day)
