"""Receipt numbers: statistic, municipality, year and a running number, with a check character at the end.

The check character is ISO 7064 mod 37,36, which finds every mistyped character and all but a few exchanged ones.
"""

import re

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

SHAPE = re.compile(r"\d{1,2}-\d{3}-\d{4}-\d{4,}-[0-9A-Z]")


def receipt(*, statistic: int, municipality: str, year: int, sequence: int) -> str:
    """The receipt number, e.g. 2-461-2026-0001-K; `statistic` is the statistic's number."""
    number = f"{statistic}-{municipality}-{year}-{sequence:04d}"
    return f"{number}-{mod_37_36.calc_check_digit(number.replace('-', ''))}"


def is_receipt(text: str) -> bool:
    """Whether `text` is a receipt number without a typing mistake; spaces around and small letters do not matter."""
    typed = text.strip().upper()
    if not SHAPE.fullmatch(typed):
        return False
    try:
        mod_37_36.validate(typed.replace("-", ""))
    except ValidationError:
        return False
    return True
