"""No receipt holds a person's number: it leaves the portal, and whoever reads it finds the person by line and id."""

import re
from typing import Any

from indberet.definition.cpr import is_cpr
from indberet.definition.fields import Digits, Field, PersonNumber
from indberet.register.values import PERSON

LIKE_CPR = re.compile(r"(?<!\d)\d{6}[- ]?\d{4}(?!\d)")
MASK = "######-####"


def masked(text: str) -> str:
    """The text with everything that looks like a CPR number masked."""
    return LIKE_CPR.sub(MASK, text)


def masked_key(key: str) -> str:
    """An id with person numbers masked; ten digits that are no day are a number of the sender's own."""
    return LIKE_CPR.sub(lambda found: MASK if is_cpr(re.sub(r"\D", "", found[0])) else found[0], key)


def form_of(text: str) -> str:
    """Only the form of a text: # for a digit, A for a letter; a mistake in its length or kind still shows."""
    return re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "#", text))


def shown(field: Field | None, text: str) -> str:
    """A value as a receipt shows it. A P-number looks like a CPR number, and is one only in the wrong field."""
    if field and (isinstance(field, PersonNumber) or field.name in PERSON):
        return form_of(text)
    return text if isinstance(field, Digits) else masked(text)


def exported(field: Field, value: Any) -> str:
    """A stored value as a receipt shows it."""
    return shown(field, field.export(value)) if value else ""
