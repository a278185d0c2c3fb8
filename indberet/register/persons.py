"""Holding a person: two saves about the same person wait for each other, in whichever municipalities they are made."""

from collections.abc import Iterable
from hashlib import blake2b

from django.db import connection

from indberet.definition.statistic import Statistic


def hold_person(statistic: Statistic, numbers: Iterable[str]) -> None:
    """Makes everybody else who holds one of these CPR or UDL numbers wait until the current transaction ends.

    A lock on rows would not do: a person's first records in two municipalities have no row in common. SQLite has one
    writer at a time anyway (database.py); PostgreSQL is asked for an advisory lock, in one order for all.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for key in sorted({_key(f"{statistic.id} {number}") for number in numbers if number}):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _key(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)
