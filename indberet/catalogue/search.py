"""Searching what is listed: every word that was typed stands somewhere in the row."""

import re
from collections.abc import Iterable

from indberet.definition.dates import plain

LONGEST = 200
PERSON_NUMBER = re.compile(r"\b\d{6}[- ]?\d{4}\b")


def words_of(typed: str) -> tuple[str, ...]:
    """What is searched for, in small letters."""
    return tuple(plain(typed[:LONGEST]).lower().split())


def looks_like_cpr(typed: str) -> bool:
    """Whether a CPR number may have been typed, which has no business in an address."""
    return PERSON_NUMBER.search(plain(typed)) is not None


def stands_in(words: Iterable[str], *texts: str) -> bool:
    """Whether all the words stand in the texts."""
    everything = " ".join(texts).lower()
    return all(word in everything for word in words)
