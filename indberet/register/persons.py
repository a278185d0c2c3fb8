"""Holding a person: two saves about the same person wait for each other, in whichever municipalities they are made."""

from collections.abc import Collection, Iterable
from hashlib import blake2b
from itertools import chain

from django.db import connection

from indberet.definition.statistic import Statistic

from .models import Case


def hold_person(statistic: Statistic, numbers: Iterable[str]) -> None:
    """Makes everybody else who holds one of these CPR or UDL numbers wait until the current transaction ends.

    A lock on rows would not do: a person's first records in two municipalities have no row in common. SQLite has one
    writer at a time anyway (database.py); PostgreSQL is asked for an advisory lock, in one order for all.
    """
    if connection.vendor != "postgresql":
        return
    keys = sorted({_key(f"{statistic.id} {number}") for number in numbers if number})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])


def hold_cases(statistic: Statistic, cases: Collection[int]) -> None:
    """The same for the persons of the cases of these ids, and then for the cases, in the order of a save."""
    rows = Case.unscoped.filter(pk__in=cases).order_by("pk")
    hold_person(statistic, chain.from_iterable(rows.values_list("cpr", "udl")))
    list(rows.select_for_update().values_list("pk"))


def _key(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)
