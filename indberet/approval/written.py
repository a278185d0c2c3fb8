"""What was written of a section's records since a report was made: whether its figures are those of the register.

Only records that touch the approved period count. A record that has left a section, or the period, is told by the
number of records that the report has: the register keeps no older copy of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from indberet.definition.periods import Period
from indberet.definition.sections import section_of
from indberet.definition.statistic import Statistic
from indberet.definition.tables import Measure
from indberet.register.models import ALIVE, Record
from indberet.report.entries import touching
from indberet.report.figures import Figures, TableFigures
from indberet.report.freeze import report_made
from indberet.report.layout import SECTION
from indberet.report.models import EarlierReport, Report

COUNTS = ("received", "corrected", "deleted")


@dataclass(frozen=True, kw_only=True)
class Written:
    """Records of a section that came, were corrected, were deleted since a report; `left` are those of the report that
    stand elsewhere now, or were deleted for ever. Below zero it is how many came from elsewhere without being new."""

    received: int = 0
    corrected: int = 0
    deleted: int = 0
    left: int = 0

    @property
    def any(self) -> bool:
        """Whether the section's records are others than those of the report."""
        return bool(self.received or self.corrected or self.deleted or self.left)

    @property
    def came(self) -> int:
        """How many came from elsewhere, beyond those that are among the corrected."""
        return max(0, -self.left - self.corrected)

    @property
    def gone(self) -> int:
        """How many left."""
        return max(0, self.left)


NOTHING_WRITTEN = Written()


def table_of(statistic: Statistic, report: Report | EarlierReport | None, period: str) -> TableFigures | None:
    """The report's table of what can be approved, if it has one with the period; reports of earlier versions do not."""
    if report is None:
        return None
    table = Figures.from_json(report.figures).tables.get(statistic.approval.table)
    return table if table and period in table.columns else None


def written_since(
    statistic: Statistic, municipality: str, made_at: datetime, period: Period, day: date
) -> Mapping[str, Written]:
    """By section of `day`, what was written since the report that was made at `made_at`. Counted by the database, in
    one query; sections without records stand in it when the report had some."""
    counted = _counted(statistic, municipality, made_at, period, day)
    table = table_of(statistic, report_made(statistic, municipality, made_at), period.id)
    sections = (*counted, *(section.name for section in statistic.sections_on(day)))
    found: dict[str, Written] = {}
    for name in dict.fromkeys(sections):
        received, corrected, deleted, known = counted.get(name, (0, 0, 0, 0))
        left = table.value(Measure.RECORDS, SECTION + name, period.id) - known if table else 0
        found[name] = Written(received=received, corrected=corrected, deleted=deleted, left=left)
    return found


def records_written(what: str, after: datetime) -> Q:
    """The records that came, were corrected or were deleted after a moment. Raises KeyError for anything else."""
    older = Q(created_at__lte=after)
    return {
        "received": ALIVE & Q(created_at__gt=after),
        "corrected": ALIVE & older & Q(changed_at__gt=after),
        "deleted": older & Q(deleted_at__gt=after),
    }[what]


def _counted(
    statistic: Statistic, municipality: str, after: datetime, period: Period, day: date
) -> dict[str, tuple[int, ...]]:
    rows: QuerySet[Record] = Record.unscoped.filter(touching(period), statistic=statistic.id, municipality=municipality)
    known = Q(created_at__lte=after) & (ALIVE | Q(deleted_at__gt=after))
    counts = {what: Count("id", filter=records_written(what, after)) for what in COUNTS}
    by_code = rows.order_by().values_list("service_code").annotate(**counts, known=Count("id", filter=known))
    codes, found = statistic.codes_of("service_code"), dict[str, tuple[int, ...]]()
    for code, *numbers in by_code:
        name = section_of(codes, code, day)
        found[name] = tuple(map(sum, zip(found.get(name, (0,) * len(numbers)), numbers, strict=True)))
    return found
