"""Rechecking: every stored record against today's rules, a thousand cases at a time, writing only what differs."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from django.db import transaction
from django.utils import timezone
from structlog import get_logger

from indberet.definition.registry import statistic as statistic_of
from indberet.definition.statistic import Statistic

from .findings import differences, write
from .models import Case, Recheck, Record
from .persons import hold_cases, share_municipalities
from .stored import Reader
from .workers import in_order, worth_it

AT_A_TIME = 1_000
MOST_TRIES = 100
"""Tries at what is wrong in a thousand cases."""
MOST_NAMED = 5
"""Ids of cases that a line of the log names."""
log = get_logger(__name__)
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
    The result holds how many records were rechecked, how many of them had other findings than those kept, and which
    municipalities have cases that could not be rechecked, with the error's name; those keep their findings.
    """
    run = _begin(statistic, today, anew)
    jobs = worth_it(jobs, to_do(statistic))
    batches = living_cases(statistic, after=run.after_case)
    for cases, done in in_order(
        partial(_recheck, statistic.id if jobs > 1 else statistic, today), batches, jobs, _lost
    ):
        run.after_case = cases[-1]
        run.records, run.differing = run.records + done.records, run.differing + done.differing
        run.failures = done.failures | run.failures
        run.save(update_fields=["after_case", "records", "differing", "failures"])
        progress(run.records)
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at"])
    return run


@dataclass
class Done:
    """What became of some cases: records rechecked, those of them that differed, and the municipalities of those that
    could not be, each with the error's name."""

    records: int = 0
    differing: int = 0
    failures: dict[str, str] = field(default_factory=dict)


def _recheck(statistic: Statistic | str, today: date, cases: Sequence[int]) -> Done:
    """The cases, with whatever is wrong in some of them; a worker knows the statistic by its id."""
    found = statistic_of(statistic) if isinstance(statistic, str) else statistic
    try:
        return Done(*recheck_cases(found, cases, today=today))
    except Exception:  # whatever it is, it is looked for below, and the others are rechecked
        return _apart(found, cases, today)


def _apart(statistic: Statistic, cases: Sequence[int], today: date) -> Done:
    """The same by municipality; what fails is halved until it is one case, or has been tried `MOST_TRIES` times, so
    that a case which nobody foresaw costs its own findings alone."""
    done, parts, tries = Done(), deque(_by_municipality(cases)), 0
    while parts:
        code, part = parts.popleft()
        try:
            records, differing = recheck_cases(statistic, part, today=today)
        except Exception as wrong:  # as above
            tries += 1
            if len(part) > 1 and tries < MOST_TRIES:
                half = len(part) // 2
                parts += [(code, part[:half]), (code, part[half:])]
                continue
            log.exception("recheck_failed", statistic=statistic.id, municipality=code, cases=part[:MOST_NAMED])
            done.failures.setdefault(code, type(wrong).__name__)
        else:
            done.records, done.differing = done.records + records, done.differing + differing
    return done


def _by_municipality(cases: Sequence[int]) -> list[tuple[str, list[int]]]:
    found: dict[str, list[int]] = defaultdict(list)
    for code, case in Case.unscoped.filter(pk__in=cases).order_by("pk").values_list("municipality", "pk"):
        found[code].append(case)
    return list(found.items())


def _lost(cases: Sequence[int]) -> Done:
    """Of cases at which a process was killed twice it is not known which one it was."""
    return Done(failures={code: BrokenProcessPool.__name__ for code, _cases in _by_municipality(cases)})


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
