"""Writing events; the only function that does."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from .chain import link_soon
from .keys import pseudonym
from .models import Event

if TYPE_CHECKING:
    from indberet.access.identity import Identity

__all__ = ("pseudonym", "write_event")


def write_event(
    *,
    identity: "Identity | None",
    action: str,
    municipality: str = "",
    statistic: str = "",
    record: int | None = None,
    cases: Iterable[int] = (),
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Event:
    """Adds one event in the current transaction; after its commit it is linked to the chain. None is somebody who is
    not logged in. `action` stands in actions.py. Values must be JSON and may hold no CPR number (see pseudonym).

    An event that cannot be written raises: what it would have told of is not done.
    """
    event = Event.objects.create(
        actor=identity.subject if identity else "",
        actor_name=identity.name if identity else "",
        source=identity.source if identity else "",
        municipality=municipality,
        statistic=statistic,
        action=action,
        record=record,
        cases=list(cases),
        before=before,
        after=after,
        detail=dict(detail or {}),
    )
    transaction.on_commit(link_soon, robust=True)
    return event
