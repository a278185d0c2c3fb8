"""One nightly run at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from indberet.one_at_a_time import NIGHTLY, Held, is_held, only_one

from .models import Night


class AtWork(Exception):
    """Another process has the lock; the message says which."""


@contextmanager
def alone() -> Iterator[None]:
    """Holds the lock of the nightly run. Raises AtWork when another process does."""
    try:
        with only_one(NIGHTLY):
            yield
    except Held as held:
        holder = held.holder or Night.unscoped.order_by("-day").values_list("holder", flat=True).first()
        told = f"The nightly run is already at work: {holder or 'another process'}. Nothing was done."
        raise AtWork(told) from held


def at_work() -> bool:
    """Whether a nightly run is under way."""
    return is_held(NIGHTLY)
