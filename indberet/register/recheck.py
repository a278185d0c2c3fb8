"""Rechecking: every stored record against today's rules, a thousand cases at a time, writing only what differs."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial

from django.db import transaction
from django.utils import timezone

from indberet.definition.registry import statistic as statistic_of
from indberet.definition.statistic import Statistic

from .findings import differences, write
from .models import Case, Recheck, Record
from .persons import hold_cases, share_municipalities
from .stored import Reader
from .workers import in_order, worth_it

AT_A_TIME = 1_000
Progress = Callable[[int], None]


def recheck(
    statistic: Statistic,
    *,
    today: date,
    anew: bool = False,
    jobs: int = 1,
    progress: Progress = lambda records: None,
) -> Recheck:
    """Brings every finding of the statistic up to date, in constant memory.

    What was stopped on the same day goes on where it was, unless `anew`. `jobs` is the number of processes that share
    the work, one (this) if there is little. `progress` is told the records done so far.
    The result holds how many records were rechecked and how many of them had other findings than those kept.
    """
    run = _begin(statistic, today, anew)
    jobs = worth_it(jobs, to_do(statistic))
    batches = living_cases(statistic, after=run.after_case)
    work: Callable[[list[int]], tuple[int, int]] = (
        partial(recheck_cases, statistic, today=today) if jobs == 1 else partial(_recheck, statistic.id, today)
    )
    for cases, (records, differing) in in_order(work, batches, jobs):
        run.after_case, run.records, run.differing = cases[-1], run.records + records, run.differing + differing
        run.save(update_fields=["after_case", "records", "differing"])
        progress(run.records)
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at"])
    return run


def _recheck(statistic: str, today: date, cases: Sequence[int]) -> tuple[int, int]:
    """`recheck_cases` in a worker, which knows the statistic by its id."""
    return recheck_cases(statistic_of(statistic), cases, today=today)


def recheck_cases(statistic: Statistic, cases: Sequence[int], *, today: date) -> tuple[int, int]:
    """(records, records that differed) of these cases. Those are held, with their persons, that need writing."""
    reader = Reader(statistic, today)
    circles = reader.circles(cases)
    records = sum(len(circle.records) for circle in circles)
    case_of = {record.id: record.case for circle in circles for record in circle.records}
    held = {case_of[each.record] for each in differences(statistic, circles)}
    if not held:
        return records, 0
    with transaction.atomic():
        rows = Case.unscoped.filter(pk__in=held)
        share_municipalities(statistic, set(rows.values_list("municipality", flat=True)))
        hold_cases(statistic, held)
        wanted = differences(statistic, reader.circles(held))
        write(wanted)
    return records, len(wanted)


def living_cases(statistic: Statistic, *, after: int = 0, municipality: str = "") -> Iterator[list[int]]:
    """Ids of the cases that have living records, in order, a thousand at a time; of one municipality or of all."""
    rows = Case.unscoped.filter(statistic=statistic.id, all_records__gt=0)
    if municipality:
        rows = rows.filter(municipality=municipality)
    while cases := list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_A_TIME]):
        yield cases
        after = cases[-1]


def to_do(statistic: Statistic) -> int:
    """How many living records there are to recheck."""
    return Record.unscoped.filter(statistic=statistic.id, deleted_at=None).count()


def _begin(statistic: Statistic, today: date, anew: bool) -> Recheck:
    run, created = Recheck.unscoped.get_or_create(statistic=statistic.id, defaults={"today": today})
    if not created and (anew or run.finished_at or run.today != today):
        run.delete()
        run = Recheck.unscoped.create(statistic=statistic.id, today=today)
    return run
