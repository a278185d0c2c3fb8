"""Who waits for whom: two saves about the same person, in whichever municipalities they are made; and everybody who
writes in a municipality, for a delivery to it."""

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
    _lock("pg_advisory_xact_lock", {f"{statistic.id} {number}" for number in numbers if number})


def share_municipalities(statistic: Statistic, codes: Iterable[str]) -> None:
    """Waits until no delivery is being stored for these municipalities, and keeps the next one waiting until the
    current transaction ends. To be asked for before a person is held."""
    _lock("pg_advisory_xact_lock_shared", (f"{statistic.id}/{code}" for code in codes))


def hold_municipality(statistic: Statistic, code: str) -> None:
    """Makes everybody else who writes in the municipality wait until the current transaction ends: a delivery touches
    too many persons to hold each."""
    _lock("pg_advisory_xact_lock", (f"{statistic.id}/{code}",))


def _lock(function: str, names: Iterable[str]) -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        statement = f"SELECT {function}(key) FROM unnest(%s::bigint[]) AS key"  # noqa: S608
        cursor.execute(statement, [sorted(map(_key, names))])


def hold_cases(statistic: Statistic, cases: Collection[int]) -> None:
    """Holds the persons of the cases of these ids, and then the cases, in the order of a save."""
    rows = Case.unscoped.filter(pk__in=cases).order_by("pk")
    hold_person(statistic, chain.from_iterable(rows.values_list("cpr", "udl")))
    list(rows.select_for_update().values_list("pk"))


def _key(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)
