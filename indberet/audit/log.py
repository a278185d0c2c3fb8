"""Writing events; the only function that does."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings

from .models import Event

if TYPE_CHECKING:
    from indberet.access.identity import Identity


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
    """Adds one event in the current transaction. Values must be JSON and may hold no CPR number (see pseudonym)."""
    return Event.objects.create(
        actor=identity.subject if identity else "",
        actor_name=identity.name if identity else "",
        municipality=municipality,
        statistic=statistic,
        action=action,
        record=record,
        cases=list(cases),
        before=before,
        after=after,
        detail=dict(detail or {}),
    )


def pseudonym(identifier: str) -> str:
    """A keyed fingerprint of a CPR or UDL number: the same number gives the same one, and nobody can read it back."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, identifier.encode(), hashlib.sha256).hexdigest()[:24] if identifier else ""
