"""CPR numbers: form, birth date, and how they are shown. Modulus 11 is never a reason to refuse (since 2007 valid
numbers may fail it)."""

import re
from datetime import date
from functools import lru_cache

from stdnum.dk import cpr as stdnum_cpr
from stdnum.exceptions import ValidationError

from .dates import plain
from .errors import Unreadable

REPLACEMENT_DAY = 60  # replacement numbers carry day + 60 and belong to no person register


def read_cpr(text: str, today: date) -> str:
    """Ten digits, typed with or without hyphen and spaces. Raises Unreadable with what was expected."""
    digits = re.sub(r"[\s\-\u2010-\u2015]", "", plain(text))
    if not digits.isascii() or not digits.isdigit():
        raise Unreadable("cpr_letters")
    if len(digits) != 10:
        raise Unreadable("cpr_length", count=len(digits))
    if digits == "0" * 10:
        raise Unreadable("cpr_zero")
    if REPLACEMENT_DAY < int(digits[:2]) <= REPLACEMENT_DAY + 31:
        raise Unreadable("cpr_replacement", day=digits[:2])
    born = birth_date(digits)
    if born is None:
        raise Unreadable("cpr_date", day=digits[:2], month=digits[2:4], year=digits[4:6])
    if born > today:
        raise Unreadable("cpr_future")
    return digits


def is_cpr(digits: str) -> bool:
    """Whether a CPR number has the right form: ten digits, a possible day, no replacement number, not all zeros."""
    return len(digits) == 10 and digits.isascii() and digits.isdigit() and birth_date(digits) is not None


@lru_cache(maxsize=16_384)
def birth_date(digits: str) -> date | None:
    """The birth date that ten digits tell, century by the seventh digit, or None when there is no such day."""
    try:
        found: date = stdnum_cpr.get_birth_date(digits)
    except (ValidationError, ValueError, IndexError):
        return None
    return found


def passes_modulus_11(digits: str) -> bool:
    """Whether the number passes the old check; an information, never an error."""
    return bool(stdnum_cpr.checksum(digits) == 0)


def show_cpr(digits: str) -> str:
    """DDMMÅÅ-XXXX; anything that is not ten characters as it is."""
    return f"{digits[:6]}-{digits[6:]}" if len(digits) == 10 else digits
