"""CPR numbers that cannot belong to anybody: a possible day that is not 1 January, and a failing modulus 11.

Such numbers were only ever issued for births on 1 January.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache

from indberet.definition.cpr import birth_date, passes_modulus_11

SERIALS = 10_000
STEP = 2_753  # has no divisor in common with SERIALS, so that every serial number comes once


class Numbers:
    """Hands out each number once. What it remembers grows with the days of birth, not with the persons."""

    def __init__(self) -> None:
        self._used: dict[date, int] = defaultdict(int)

    def next(self, born: date) -> str:
        """A new number for that birth date. Raises ValueError for 1 January, LookupError when a day is used up."""
        if (born.day, born.month) == (1, 1):
            raise ValueError("impossible numbers of 1 January may belong to somebody")
        for place in range(self._used[born], SERIALS):
            number = f"{born:%d%m%y}{(born.toordinal() * 31 + place * STEP) % SERIALS:04d}"
            if number[6] in centuries(born.year) and not passes_modulus_11(number):
                self._used[born] = place + 1
                return number
        raise LookupError(f"No numbers are left for {born}")


@cache
def centuries(year: int) -> frozenset[str]:
    """The seventh digits that, with the two digits of `year`, mean this year."""

    def means_year() -> Iterator[str]:
        for digit in "0123456789":
            found = birth_date(f"0202{year % 100:02d}{digit}000")
            if found and found.year == year:
                yield digit

    return frozenset(means_year())
