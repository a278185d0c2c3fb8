"""Counts over the register that show no persons: for start page and list of reports."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from indberet.access.scope import Scope

from .listing import Listing
from .models import OWN_SOURCES, Record, Source


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Numbers of living records and cases, records with errors and with warnings, last change and last delivery."""

    records: int = 0
    cases: int = 0
    errors: int = 0
    warnings: int = 0
    last_change: datetime | None = None
    last_delivery: datetime | None = None


def figures_of(scope: Scope, listing: Listing) -> Figures:
    """The figures of one listing. Raises NoPrivilege."""
    rows = Record.objects.within(scope, listing.statistic.id).filter(deleted_at=None)
    if listing.kind == "own":
        rows = rows.filter(source__in=OWN_SOURCES)
    return Figures(**rows.aggregate(**_counts()))


def _counts() -> dict[str, Any]:
    return {
        "records": Count("id"),
        "cases": Count("case", distinct=True),
        "errors": Count("id", filter=Q(severity=2)),
        "warnings": Count("id", filter=Q(severity=1)),
        "last_change": Max("changed_at"),
        "last_delivery": Max("changed_at", filter=Q(source=Source.SYSTEM)),
    }
