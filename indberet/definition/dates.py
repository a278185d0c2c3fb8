"""Dates as Danes type and read them."""

import re
import unicodedata
from calendar import monthrange
from datetime import date

from .errors import Unreadable

SHAPES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})[-./ ](?P<m>\d{1,2})[-./ ](?P<y>\d{4}|\d{2})"),
    re.compile(r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{4}|\d{2})"),
)
FIRST_YEAR, LAST_YEAR = 1900, 2100
YEARS_AHEAD = 20  # a two-digit year is at most this far ahead


def plain(text: str) -> str:
    """`text` with full-width and other compatible characters as the plain ones, trimmed."""
    return unicodedata.normalize("NFKC", text).strip()


def read_date(text: str, today: date) -> date:
    """The date in ddmmåååå, dd-mm-åååå, dd.mm.åå, dd/mm/åååå or åååå-mm-dd. Raises Unreadable."""
    typed = plain(text)
    for shape in SHAPES:
        if found := shape.fullmatch(typed):
            return _real(int(found["d"]), int(found["m"]), _year(found["y"], today), typed)
    raise Unreadable("date", found=typed)


def show_date(value: date | None) -> str:
    """dd.mm.åååå, or nothing."""
    return f"{value:%d.%m.}{value.year:04d}" if value else ""


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March when there is none, as birthdays are counted."""
    return months_after(day, 12 * years) if day.day < 29 or day.month != 2 else _leap_day_after(day, years)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    every_month_has_it = day.day <= 28
    return date(year, month + 1, day.day if every_month_has_it else min(day.day, monthrange(year, month + 1)[1]))


def _leap_day_after(day: date, years: int) -> date:
    year = day.year + years
    return date(year, 2, 29) if monthrange(year, 2)[1] == 29 else date(year, 3, 1)


def _year(digits: str, today: date) -> int:
    if len(digits) == 4:
        return int(digits)
    year = today.year // 100 * 100 + int(digits)
    return year if year <= today.year + YEARS_AHEAD else year - 100


def _real(day: int, month: int, year: int, typed: str) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unreadable("date_year", found=typed, year=f"{year:04d}", first=FIRST_YEAR, last=LAST_YEAR)
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable("date_impossible", found=typed) from None
