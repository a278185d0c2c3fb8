"""How the texts of elements must be written: whether a text has its form, and what is told when it has not."""

import re
from calendar import isleap
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from indberet.definition.exchange import Element, Form, Kind

from .lines import NOBODY

Fits = Callable[[str], bool]
WHITE = " \t\r\n"
"""White space as XML has it."""
SPACED: tuple[Kind, ...] = ("number", "day", "moment")
"""Forms around which white space does not count."""

ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
DATE = r"-?([1-9]\d{3,}|0\d{3})-(\d\d)-(\d\d)"
DAY = re.compile(DATE + ZONE, re.ASCII)
MOMENT = re.compile(rf"{DATE}T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?){ZONE}", re.ASCII)
ADDRESS = re.compile(r"[^>()\[\]\\,;:@ \t\r\n]{0,191}@[^>()\[\]\\,;:@ \t\r\n]{1,64}")
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
LONGEST_KNOWN = 10
"""Characters of the days whose answers are kept."""
DAYS = frozenset(f"{day:02}{month:02}" for month, most in enumerate(LONGEST_MONTHS, 1) for day in range(1, most + 1))
"""The days of a year as a CPR number begins, ddmm."""


def fits(form: Form) -> Fits:
    """What tells whether a text has that form."""
    if form.kind == "text":
        least, most = form.least, form.most
        return (lambda text: least <= len(text) <= most) if most else (lambda text: least <= len(text))
    if form.kind == "digits":
        return lambda text: _are_digits(text, form.least)
    if form.kind == "number":
        return lambda text: _are_digits(text.strip(WHITE), form.least)
    if form.kind == "day":
        return lambda text: _known_day(text) if len(text) <= LONGEST_KNOWN else _is_day(text.strip(WHITE))
    found: dict[Kind, Fits] = {"moment": lambda text: _is_moment(text.strip(WHITE)), "cpr": _is_person}
    return found.get(form.kind, _is_address)


def mistake(element: Element, text: str) -> tuple[str, dict[str, Any]]:
    """The code of what is told of a text that has not the element's form, and what fills its words."""
    form = element.form
    if not text.strip(WHITE) and not element.needed and not element.instead_of:
        return "element_empty", {}
    if form.kind not in SPACED and text.strip(WHITE) != text and fits(form)(text.strip(WHITE)):
        return "element_space", {}
    if element.values:
        return "unreadable_word", {"words": ", ".join(element.values)}
    if form.kind == "text":
        length = "length" if form.least == form.most else "text" if form.least else "long"
        return f"element_{length}", {"least": form.least, "most": form.most}
    if form.kind in ("digits", "number"):
        return "element_digits", {"count": form.least}
    return f"element_{form.kind}", {}


def _are_digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdigit()


def _is_day(text: str) -> bool:
    return _exists(DAY.fullmatch(text))


_known_day = lru_cache(10_000)(_is_day)


def _is_moment(text: str) -> bool:
    return _exists(MOMENT.fullmatch(text))


def _exists(found: re.Match[str] | None) -> bool:
    """Whether there is such a day; there is no year 0."""
    if not found or not found[1].strip("0") or not 1 <= int(found[2]) <= 12:
        return False
    is_short = int(found[2]) == 2 and not isleap(int(found[1][-4:]))
    return 1 <= int(found[3]) <= (28 if is_short else LONGEST_MONTHS[int(found[2]) - 1])


def _is_person(text: str) -> bool:
    return _are_digits(text, 10) and (text[:4] in DAYS or text == NOBODY)


def _is_address(text: str) -> bool:
    return ADDRESS.fullmatch(text) is not None
