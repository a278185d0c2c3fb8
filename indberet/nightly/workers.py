"""Making many reports at a time, in processes of their own."""

from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from functools import partial

from structlog import get_logger

from indberet.definition.registry import statistic as statistic_of
from indberet.definition.statistic import Statistic
from indberet.register.workers import as_they_come

log = get_logger(__name__)


def reports(statistic: Statistic, codes: Sequence[str], today: date, jobs: int) -> Iterator[tuple[str, str]]:
    """Makes the reports; gives each municipality's code when its report stands, with the name of the error that
    prevented it, or nothing. A process that is killed costs no other municipality its report."""
    yield from as_they_come(
        partial(make, statistic.id, today=today), codes, jobs, lambda code: BrokenProcessPool.__name__
    )


def make(statistic: str, code: str, *, today: date) -> str:
    """Makes one report and keeps how far the municipality is; the name of the error when it cannot."""
    from indberet.office.standing import keep_standing
    from indberet.report.freeze import freeze

    try:
        found = statistic_of(statistic)
        keep_standing(found, code, freeze(found, code, today))
    except Exception as wrong:  # whatever it is, the other municipalities get their reports
        log.exception("report_failed", statistic=statistic, municipality=code)
        return type(wrong.__cause__ or wrong).__name__
    return ""
