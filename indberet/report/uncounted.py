"""When a municipality's data cannot be counted: it is told in the log under a number that the page shows too."""

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

from structlog import get_logger

log = get_logger(__name__)


class CannotCount(Exception):
    """The figures of a municipality could not be computed; `number` finds the trace in the log."""

    def __init__(self, number: str) -> None:
        super().__init__(f"figures could not be computed, {number} in the log")
        self.number = number


@contextmanager
def counting(statistic: str, municipality: str) -> Iterator[None]:
    """Whatever goes wrong inside is logged and becomes CannotCount."""
    try:
        yield
    except Exception as wrong:  # whatever it is, the page says so and operations finds it
        number = token_hex(4)
        log.exception("report_not_counted", number=number, statistic=statistic, municipality=municipality)
        raise CannotCount(number) from wrong
