"""No receipt holds a person's number: it leaves the portal, and whoever reads it finds the person by line and id."""

import re
from typing import Any

from indberet.definition.cpr import REPLACEMENT_DAY
from indberet.definition.fields import Codes, Digits, Field, PersonNumber
from indberet.register.values import PERSON

INVISIBLE = re.compile(r"[\x00\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that would hide that digits stand together."""
MARK = r"[\W_]"
DAY = rf"\d\d{MARK}?\d\d{MARK}?\d\d"
LONG_DAY = rf"\d\d{MARK}?\d\d{MARK}?(?:18|19|20)\d\d"
UUID = r"(?P<uuid>(?<![0-9a-fA-F])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9a-fA-F]))"
"""One may look like a CPR number in the middle by chance."""
MOMENT = r"\d\d[-./]\d\d[-./]\d{4}[ T]+\d\d:"
TOGETHER = rf"(?!{MOMENT})(?:{DAY}|{LONG_DAY}){MARK}{{0,3}}(?:\d{{4}}|\d\d{MARK}\d\d)"
APART = r"\d(?:[\s_-]{1,3}\d){9}"
WRITTEN = re.compile(rf"{UUID}|(?<!\d)(?:{TOGETHER}|{APART})(?!\d)")
"""A CPR number as people write it: with or without marks between its parts, with or without the century."""
OR_LONGER = re.compile(rf"{WRITTEN.pattern}|\d{{11,}}")
"""Or a longer number, which may have one in it."""
USUAL = re.compile(r"\d{6}[- ]?\d{4}|\d{11,}")
LONG = re.compile(r"\d{11,}")
NOBODY = "0" * 10
IN_ID = re.compile(rf"{UUID}|(?<!\d){DAY}{MARK}{{0,3}}\d{{4}}(?!\d)")
"""The same in the id of a delivery, which may well be made of a whole date and a serial number."""


def masked(text: str) -> str:
    """The text with everything that looks like a CPR number masked."""
    return _masked(OR_LONGER, text, USUAL)


def masked_key(key: str) -> str:
    """An id with person numbers masked; ten digits that are no day are a number of the sender's own."""
    return _masked(OR_LONGER, key)


def holds_cpr(key: str) -> bool:
    """Whether there is what looks like a CPR number in the id of a delivery."""
    return any(not found["uuid"] and _is_somebodys(found[0]) for found in IN_ID.finditer(key))


def form_of(text: str) -> str:
    """Only the form of a text: # for a digit, A for a letter; a mistake in its length or kind still shows."""
    return re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "#", INVISIBLE.sub("", text)))


def shown(field: Field | None, text: str) -> str:
    """A value as a receipt shows it. A P-number that begins as a day does may as well be a CPR number."""
    if field and (isinstance(field, PersonNumber) or field.name in PERSON):
        return form_of(text)
    return _masked(OR_LONGER, text, LONG) if isinstance(field, Digits) else masked(text)


def exported(field: Field, value: Any) -> str:
    """A stored value as a receipt shows it."""
    if isinstance(field, Codes):
        return field.export(tuple(masked(code) for code in value or ()))
    return shown(field, field.export(value)) if value else ""


def _masked(pattern: re.Pattern[str], text: str, always: re.Pattern[str] | None = None) -> str:
    """The text without what is found and begins as a day; what looks like `always` is masked whatever it is."""

    def mask(found: re.Match[str]) -> str:
        written = found[0]
        if found["uuid"] or written == NOBODY:
            return written
        return form_of(written) if _is_somebodys(written) or (always and always.fullmatch(written)) else written

    return pattern.sub(mask, INVISIBLE.sub("", text))


def _is_somebodys(written: str) -> bool:
    """Whether it, or the last ten digits of a longer one, may be a number as persons have."""
    digits = re.sub(r"\D", "", written)
    return _begins_as_day(digits) or _begins_as_day(digits[-10:])


def _begins_as_day(digits: str) -> bool:
    """Whether there may be a day: that of a mistyped number, or of a replacement number, too."""
    day, month = int(digits[:2]), int(digits[2:4])
    return 1 <= (day - REPLACEMENT_DAY if day > REPLACEMENT_DAY else day) <= 31 and 1 <= month <= 12
