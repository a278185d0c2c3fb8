"""Makes and stores a whole data set."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from django.db import transaction

from indberet.pages.models import Contact

from .cases import CaseMaker, Ids
from .contacts import make_contacts
from .cpr_numbers import Numbers
from .office import Office
from .plan import Portion, neighbours
from .store import Store, finish

Progress = Callable[[int], None]


def generate(portions: list[Portion], *, seed: str, now: datetime, progress: Progress = lambda records: None) -> int:
    """Fills an empty register with the portions, the same for the same seed and day; returns the number of records.

    `now` is in the portal's time zone; `progress` is told the number of records so far.
    """
    numbers, ids, store = Numbers(), Ids(), Store()
    done = 0
    for portion in portions:
        random = Random(f"{seed} {portion.statistic.id} {portion.municipality}")  # noqa: S311 - demo data
        office = Office(portion, now, random)
        for made in CaseMaker(office, numbers, ids, neighbours(portion, portions)).cases(portion.records):
            store.add(made)
            done += len(made.records)
            progress(done)
    store.flush()
    _store_contacts(portions)
    finish()
    return done


def _store_contacts(portions: list[Portion]) -> None:
    """Adds contacts where a municipality has none for a statistic."""
    with transaction.atomic():
        there = set(Contact.unscoped.values_list("statistic", "municipality"))
        wanted = make_contacts(portions)
        Contact.unscoped.bulk_create(row for row in wanted if (row.statistic, row.municipality) not in there)
