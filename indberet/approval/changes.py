"""What has happened to a section's data since it was approved, and its figures now against those approved."""

from dataclasses import dataclass
from datetime import date

from indberet.definition.periods import Period
from indberet.report.rounds import count_periods

from .desk import Counted, Register, Sheet, counted
from .models import Approval, ApprovedSection
from .written import NOTHING_WRITTEN, Written


@dataclass(frozen=True, kw_only=True)
class Since:
    """A section that was approved, what was written of its records since the report that was looked at, and the figures
    of the approved period now."""

    approved: ApprovedSection
    written: Written
    now: Counted

    @property
    def any(self) -> bool:
        """Whether anything was written."""
        return self.written.any

    @property
    def contradicted(self) -> bool:
        """Whether there was nothing to report, and now there is."""
        return self.approved.nothing and bool(self.now.services)


def since_approval(found: Sheet, today: date) -> list[Since]:
    """Each approved section of the sheet, in the period for which it was approved. The figures of now are counted only
    when something was written."""
    given = [line.standing.given for line in found.lines if line.standing.given]
    periods = {row.approval.period: _period(found, row.approval) for row in given}
    code = found.municipality.code
    registers = {id: Register(found.statistic, code, period, today) for id, period in periods.items()}
    written = [registers[row.approval.period].written(row.approval.report_made_at) for row in given]
    told = [by_name.get(row.section, NOTHING_WRITTEN) for row, by_name in zip(given, written, strict=True)]
    table = None
    if any(each.any for each in told):
        table = count_periods(found.statistic, code, today, tuple(periods.values()))
    return [
        Since(
            approved=row,
            written=each,
            now=counted(table, row.section, row.approval.period) if table and each.any else _then(row),
        )
        for row, each in zip(given, told, strict=True)
    ]


def _period(found: Sheet, approval: Approval) -> Period:
    return found.statistic.approval.period(approval.year, approval.through)


def _then(row: ApprovedSection) -> Counted:
    return Counted(services=row.services, persons=row.persons, errors=row.errors)
