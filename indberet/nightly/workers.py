"""Making many reports at a time, in processes of their own."""

from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from datetime import date

from structlog import get_logger

from indberet.definition.registry import statistic as statistic_of
from indberet.definition.statistic import Statistic
from indberet.register.workers import pool

log = get_logger(__name__)


def reports(statistic: Statistic, codes: Sequence[str], today: date, jobs: int) -> Iterator[tuple[str, str]]:
    """Makes the reports; gives each municipality's code when its report stands, with the name of the error that
    prevented it, or nothing."""
    if jobs == 1:
        yield from ((code, make(statistic.id, code, today)) for code in codes)
        return
    with pool(jobs) as workers:
        waiting = {workers.submit(make, statistic.id, code, today): code for code in codes}
        for done in as_completed(waiting):
            wrong = done.exception()
            yield waiting[done], type(wrong).__name__ if wrong else done.result()


def make(statistic: str, code: str, today: date) -> str:
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
