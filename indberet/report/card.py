"""What the start page tells of the report: how much changed since yesterday, and where the report is."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from indberet.access.scope import Scope
from indberet.definition.statistic import Statistic
from indberet.register.models import Record

from .changes import ONE_DAY, midnight
from .view import choices


@dataclass(frozen=True, kw_only=True)
class ReportCard:
    """`latest` is the day of the latest frozen report, if there is one; `missing` that today's is not made, `failed`
    that the nightly job failed, `late` that it should have been made by now."""

    url: str
    latest: date | None
    missing: bool
    failed: bool
    late: bool
    changes: int


def report_card(scope: Scope, statistic: Statistic) -> ReportCard:
    """What the card of a statistic shows. Raises NoPrivilege."""
    found = choices(scope, statistic)
    yesterday = midnight(timezone.localdate() - ONE_DAY)
    rows = Record.objects.within(scope, statistic.id)
    living = rows.filter(Q(deleted_at=None), changed_at__gte=yesterday).count()
    return ReportCard(
        url=reverse("report", args=[statistic]),
        latest=found.days[0] if found.days else None,
        missing=found.today_missing,
        failed=found.failed,
        late=found.late,
        changes=living + rows.filter(deleted_at__gte=yesterday).count(),
    )
