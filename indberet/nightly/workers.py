"""Making many reports at a time, in processes of their own: a report is computed in Python, so threads would wait for
each other. A worker ends when the nightly run ends, however it does."""

import multiprocessing
import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date

from structlog import get_logger

from indberet.definition.registry import statistic as statistic_of
from indberet.definition.statistic import Statistic

WORTH_IT = 50_000
"""Records from which it takes less time to start workers than they save."""
log = get_logger(__name__)


def reports(statistic: Statistic, codes: Sequence[str], today: date, jobs: int) -> Iterator[tuple[str, str]]:
    """Makes the reports; gives each municipality's code when its report stands, with the name of the error that
    prevented it, or nothing."""
    if jobs == 1:
        yield from ((code, make(statistic.id, code, today)) for code in codes)
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(os.getpid(),))
    with pool:
        waiting = {pool.submit(make, statistic.id, code, today): code for code in codes}
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
        return type(wrong).__name__
    return ""


def _begin(parent: int) -> None:
    """Sets a worker up; it has connections of its own and watches over the run that started it."""
    import django

    django.setup()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
