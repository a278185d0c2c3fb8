"""Danish order of names: æ, ø and å stand last, and aa is å (Retskrivningsordbogen, section 3)."""

import unicodedata

LAST = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}", "ü": "y"})
"""The three characters that follow z."""


def danish_order(name: str) -> str:
    """What names are sorted by; capitals, accents and hyphens make no difference."""
    letters = unicodedata.normalize("NFC", name).casefold().replace("aa", "å").translate(LAST)
    plain = unicodedata.normalize("NFD", letters.replace("-", " "))
    return "".join(each for each in plain if not unicodedata.combining(each))
