"""What a municipality has approved: of which sections, up to which day, and on which report. It says of one record at a
time whether the approval of its section that is in force covers it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Q
from django.utils import timezone

from indberet.approval.models import Approval
from indberet.approval.states import Latest
from indberet.definition.approval import Round
from indberet.definition.sections import order

Reason = Literal["", "not_approved", "outside_period", "created_since"]
"""Why an approval does not cover a record: nobody approved its section, or as having nothing to report; it does not
touch the approved period; or it was created after the report that was looked at. '' when it is covered."""
REASONS: tuple[Reason, ...] = ("not_approved", "outside_period", "created_since")


@dataclass(frozen=True, kw_only=True)
class Approved:
    """The approvals in force of a municipality's data in a round, by section; an approval covers records from the
    round's first day to its own last one, also when it is to be renewed."""

    round: Round
    given: Mapping[str, Approval]

    @classmethod
    def of(cls, round: Round, latest: Latest) -> "Approved":
        """From what is known of each section; those approved as having nothing to report cover no record."""
        rows = {name: row.given for name, row in latest.items()}
        return cls(round=round, given={name: row.approval for name, row in rows.items() if row and not row.nothing})

    def verdict(self, section: str, start: date, end: date, created_at: datetime) -> Reason:
        """Why the section's approval does not cover a record, or ''. An open end is the last day there is."""
        approval = self.given.get(section)
        if approval is None:
            return "not_approved"
        if start > approval.through or end < self.round.first:
            return "outside_period"
        return "created_since" if created_at > approval.report_made_at else ""

    def touched(self) -> Q:
        """Records that touch the longest of the approved periods: all that any approval can cover."""
        through = max((approval.through for approval in self.given.values()), default=self.round.first)
        return Q(start__lte=through, end__gte=self.round.first)

    def looked_at(self, section: str) -> datetime:
        """When the report was made on which the section is approved. Raises KeyError where it is not."""
        return self.given[section].report_made_at

    def told(self) -> list[dict[str, Any]]:
        """The approvals as a manifest tells them, with the sections for which each is in force."""
        sections: dict[str, list[str]] = defaultdict(list)
        for name, approval in self.given.items():
            sections[approval.receipt].append(name)
        receipts = {approval.receipt: approval for approval in self.given.values()}
        return [self._entry(receipts[receipt], names) for receipt, names in sorted(sections.items())]

    def _entry(self, approval: Approval, sections: list[str]) -> dict[str, Any]:
        return {
            "receipt": approval.receipt,
            "municipality": approval.municipality,
            "acting": approval.acting,
            "period": approval.period,
            "through": approval.through.isoformat(),
            "looked_at": timezone.localtime(approval.report_made_at).isoformat(timespec="seconds"),
            "to_renew": approval.through < self.round.wanted,
            "sections": sorted(sections, key=order),
        }
