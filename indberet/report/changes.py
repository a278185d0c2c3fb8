"""What happened to records: since the report before, and day by day. Counted by the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from indberet.definition.statistic import Statistic
from indberet.register.models import Record, Source

from .layout import FROM_SYSTEM, WRITTEN, Change, Layout

ALIVE = Q(deleted_at=None)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """From the moment `after` to before `until` (None: now); as days of services, from `first` to `last`."""

    after: datetime
    until: datetime | None
    first: date
    last: date

    @classmethod
    def since_report(cls, layout: Layout) -> "Window":
        """From the report before; a service that began on its day was counted in it. Without one the window begins at
        midnight, and that day is in it."""
        counted = timezone.localtime(layout.since - timedelta.resolution).date()
        return cls(layout.since, layout.until, counted + ONE_DAY, layout.day)

    @classmethod
    def of_day(cls, day: date) -> "Window":
        """One day from midnight to midnight."""
        return cls(midnight(day), midnight(day + ONE_DAY), day, day)

    def holds(self, column: str) -> Q:
        """The moment in `column` lies in the window."""
        found = Q(**{f"{column}__gte": self.after})
        return found & Q(**{f"{column}__lt": self.until}) if self.until else found


def midnight(day: date) -> datetime:
    """When a day begins here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def changed(change: Change, window: Window) -> Q:
    """The records to which the change happened in the window. A record that was corrected several times is counted
    when it was last corrected, and one that came in the window is new, not corrected."""
    if change == Change.DELETED:
        return window.holds("deleted_at")
    if change in (Change.STARTED, Change.ENDED):
        column = "start" if change == Change.STARTED else "end"
        return ALIVE & Q(**{f"{column}__gte": window.first, f"{column}__lte": window.last})
    if change == Change.RECEIVED:
        return ALIVE & Q(changed_at__gte=window.after) & window.holds("created_at")
    return ALIVE & window.holds("changed_at") & Q(created_at__lt=window.after)


def all_records(statistic: Statistic, municipality: str) -> "QuerySet[Record]":
    """The municipality's records, deleted ones too, without a person who asks; no screen may use it."""
    return Record.unscoped.filter(statistic=statistic.id, municipality=municipality)


def by_code(records: "QuerySet[Record]", window: Window) -> dict[Change, dict[str, int]]:
    """How many records each change happened to in the window, by service code."""
    return {change: _counted(records.filter(changed(change, window)), "service_code") for change in Change}


def by_channel_and_day(records: "QuerySet[Record]", days: Sequence[date]) -> dict[str, dict[date, int]]:
    """How many records each change happened to, by day, and how many of them a system sent: by the column's id."""
    found = {str(change): counts for change, counts in by_day(records, days, Change).items()}
    of_system = by_day(records.filter(source=Source.SYSTEM), days, WRITTEN)
    return found | {f"{change}{FROM_SYSTEM}": counts for change, counts in of_system.items()}


def by_day(
    records: "QuerySet[Record]", days: Sequence[date], changes: Iterable[Change]
) -> dict[Change, dict[date, int]]:
    """How many records each of some changes happened to, by day."""
    first, last = min(days), max(days)
    window = Window(midnight(first), midnight(last + ONE_DAY), first, last)
    moments = {Change.RECEIVED: "created_at", Change.CORRECTED: "changed_at", Change.DELETED: "deleted_at"}
    found: dict[Change, dict[date, int]] = {}
    for change in changes:
        if change not in WRITTEN:
            column = "start" if change == Change.STARTED else "end"
            found[change] = _counted(records.filter(changed(change, window)), column)
        else:
            rows = records.annotate(on=TruncDate(moments[change]))
            found[change] = _counted(_of_days(rows, change, window), "on")
    return found


def _of_days(rows: "QuerySet[Any]", change: Change, window: Window) -> "QuerySet[Any]":
    if change != Change.CORRECTED:
        return rows.filter(changed(change, window))
    rows = rows.filter(ALIVE & window.holds("changed_at")).annotate(made_on=TruncDate("created_at"))
    return rows.filter(made_on__lt=F("on"))


def _counted(rows: "QuerySet[Any]", column: str) -> dict[Any, int]:
    return dict(rows.order_by().values_list(column).annotate(Count("id")))
