"""Rechecking every record of the data set, beside the bare read of the same rows."""

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
from .memory import peak_megabytes


def recheck_figures() -> dict[str, Any]:
    """Seconds of a whole recheck after one that has written what differs, rows and rules a second, memory."""
    today = timezone.localdate()
    before = peak_megabytes()
    first = [recheck(found, today=today, anew=True) for found in statistics()]
    growth = peak_megabytes() - before
    started = perf_counter()
    with captured() as statements:
        runs = [recheck(found, today=today, anew=True) for found in statistics()]
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
        "more memory, MB": growth,
    }


def _asked(statistic: Statistic) -> int:
    """Records times the rules in force on their dates that can give a finding."""
    rows = Record.unscoped.filter(statistic=statistic.id, deleted_at=None)
    by_day = rows.values_list("start").annotate(count=Count("pk")).order_by()
    return sum(count * sum(rule.severity > INFO for rule in statistic.rules_on(day)) for day, count in by_day)
