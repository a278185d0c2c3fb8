"""Periods that tables count by: quarters and years, named as the statistical office names them (2024K1, 2024)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .dates import months_after

ALL = "all"
"""The id of a row or column that holds all the others."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both counted."""

    id: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def touches(self, start: date, end: date) -> bool:
        """Whether it shares a day with the days from `start` to `end`."""
        return start <= self.last and self.first <= end


WHOLE = Period(ALL, date.min, date.max)


def quarters(since: date, day: date) -> tuple[Period, ...]:
    """The quarters from that of `since` to that of `day`."""
    return tuple(_periods(since, day, 3))


def years(since: date, day: date) -> tuple[Period, ...]:
    """The years from that of `since` to that of `day`."""
    return tuple(_periods(since, day, 12))


def year_before(day: date) -> date:
    """The same day a year before; 28 February for 29 February."""
    return months_after(day, -12)


def _periods(since: date, day: date, months: int) -> Iterator[Period]:
    first = date(since.year, (since.month - 1) // months * months + 1, 1)
    while first <= day:
        after = months_after(first, months)
        id = f"{first.year}K{(first.month + 2) // 3}" if months == 3 else f"{first.year}"
        yield Period(id, first, after - timedelta(days=1))
        first = after
