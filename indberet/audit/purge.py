"""Removing what is older than it is kept, so that the rest can still be verified."""

from calendar import monthrange
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Min

from .chain import Head, link_everything
from .guards import EVENTS, LINKS, PURGE
from .models import Anchor, Event, Link
from .verify import seal


def purge_events(now: datetime, *, months: int) -> int:
    """Removes the events that were written more than `months` (at least 6) before `now`, with their links; how many.
    The chain goes on from an anchor. The database refuses what is younger than 181 days."""
    limit = months_before(now, months)
    link_everything()
    with transaction.atomic():
        last = _last_before(limit)
        if last is None:
            return 0
        Anchor.objects.create(number=last.number, digest=last.digest, seal=seal(last))
        return _remove(last.number)


def months_before(moment: datetime, months: int) -> datetime:
    """The same time of day so many months earlier; at the end of a shorter month, its last day."""
    years, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, monthrange(years, month + 1)[1])
    return moment.replace(year=years, month=month + 1, day=day)


def _last_before(limit: datetime) -> Head | None:
    """The last link of those at the beginning of the chain whose events are all older than `limit`."""
    if not Event.objects.filter(at__lt=limit).exists():
        return None
    kept = Link.objects.filter(event__at__gte=limit).aggregate(first=Min("number"))["first"]
    old = Link.objects.filter(number__lt=kept) if kept else Link.objects.all()
    last = old.order_by("-number").values_list("number", "digest").first()
    return Head(*last) if last else None


def _remove(last: int) -> int:
    """Removes the events up to link `last`: by the function that alone may on PostgreSQL."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT {PURGE}(%s)", [last])
            return int(cursor.fetchone()[0])
        cursor.execute(
            f"DELETE FROM {EVENTS} WHERE id IN (SELECT event_id FROM {LINKS} WHERE number <= %s)",  # noqa: S608
            [last],
        )
        removed: int = cursor.rowcount
        cursor.execute(f"DELETE FROM {LINKS} WHERE number <= %s", [last])  # noqa: S608
        return removed
