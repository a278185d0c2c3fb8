"""What has happened to a section's data since it was approved, and its figures now against those approved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.utils import timezone

from indberet.definition.statistic import Statistic
from indberet.report.changes import Window, all_records, changed
from indberet.report.compute import compute
from indberet.report.layout import Change

from .desk import Counted, Counting, Sheet, by_section
from .models import ApprovedSection

WRITTEN = (Change.RECEIVED, Change.CORRECTED, Change.DELETED)


@dataclass(frozen=True, kw_only=True)
class Since:
    """A section that was approved: records that came, were corrected, were deleted since the report that was looked
    at, and the figures approved and now."""

    approved: ApprovedSection
    received: int
    corrected: int
    deleted: int
    now: Counted

    @property
    def any(self) -> bool:
        """Whether anything was written."""
        return bool(self.received or self.corrected or self.deleted)

    @property
    def differs(self) -> bool:
        """Whether the figures are others than those approved."""
        then = self.approved
        return (then.services, then.persons, then.errors) != (self.now.services, self.now.persons, self.now.errors)


def since_approval(found: Sheet, today: date) -> list[Since]:
    """Each approved section of the sheet. The figures of now are computed only when something was written."""
    given = [line.standing.given for line in found.lines if line.standing.given]
    counts = {after: _written(found, after, today) for after in {row.approval.report_made_at for row in given}}
    written = any(by_name for of_moment in counts.values() for by_name in of_moment.values())
    now = _now(found, today) if written else None
    return [_since(row, counts[row.approval.report_made_at], now) for row in given]


def _since(row: ApprovedSection, counts: dict[Change, dict[str, int]], now: Counting | None) -> Since:
    then = Counted(services=row.services, persons=row.persons, errors=row.errors)
    return Since(
        approved=row,
        received=counts[Change.RECEIVED].get(row.section, 0),
        corrected=counts[Change.CORRECTED].get(row.section, 0),
        deleted=counts[Change.DELETED].get(row.section, 0),
        now=now.of(row.section) if now else then,
    )


def _written(found: Sheet, after: datetime, today: date) -> dict[Change, dict[str, int]]:
    window = Window(after, None, timezone.localtime(after).date(), today)
    records = all_records(found.statistic, found.municipality.code)
    return {change: _by_section(found.statistic, records.filter(changed(change, window)), today) for change in WRITTEN}


def _by_section(statistic: Statistic, records: "Iterable[object]", today: date) -> dict[str, int]:
    counted = records.order_by().values_list("service_code").annotate(Count("id"))  # type: ignore[attr-defined]
    return by_section(statistic, counted, today)


def _now(found: Sheet, today: date) -> Counting:
    code = found.municipality.code
    return Counting(found.statistic, code, found.round, compute(found.statistic, code, today))
