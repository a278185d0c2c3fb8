"""The reports that are frozen: which there are, and from when the next one counts changes."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from indberet.access.scope import Scope
from indberet.definition.statistic import Statistic
from indberet.one_at_a_time import NIGHTLY, is_held

from .models import Report, ReportRun, RunState


def changes_since(statistic: Statistic, municipality: str, day: date) -> datetime:
    """From when the report of `day` counts changes: when the report before it was made, else the beginning of the day
    before."""
    before = Report.unscoped.filter(statistic=statistic.id, municipality=municipality, day__lt=day)
    return _since(before, day)


def changes_since_newest(statistic: Statistic, municipality: str, today: date) -> datetime:
    """From when the report of now counts changes: when the newest frozen report was made, also one of today, else the
    beginning of yesterday."""
    return _since(Report.unscoped.filter(statistic=statistic.id, municipality=municipality), today)


def reports_due(now: datetime) -> date:
    """The newest day of which the nightly run is to have made its reports by now."""
    local = timezone.localtime(now)
    return local.date() if local.hour >= settings.REPORTS_BY else local.date() - timedelta(days=1)


def _since(reports: "QuerySet[Report]", day: date) -> datetime:
    last = reports.order_by("-day", "-made_at").values_list("made_at", flat=True).first()
    return last or timezone.make_aware(datetime.combine(day - timedelta(days=1), time.min))


def frozen_days(scope: Scope, statistic: Statistic) -> list[date]:
    """The days of which the municipality has a report, newest first. Raises NoPrivilege."""
    rows = Report.objects.within(scope, statistic.id).order_by("-day")
    return list(rows.values_list("day", flat=True))


def report_of(scope: Scope, statistic: Statistic, day: date) -> Report:
    """The frozen report of a day. Raises Report.DoesNotExist, NoPrivilege."""
    return Report.objects.within(scope, statistic.id).get(day=day)


def report_before(scope: Scope, statistic: Statistic, day: date) -> Report | None:
    """The last frozen report before a day. Raises NoPrivilege."""
    return Report.objects.within(scope, statistic.id).filter(day__lt=day).order_by("-day").first()


def newest_report(scope: Scope, statistic: Statistic) -> Report | None:
    """The newest frozen report, also one of today. Raises NoPrivilege."""
    return Report.objects.within(scope, statistic.id).order_by("-day", "-made_at").first()


def run_failed(scope: Scope, statistic: Statistic, day: date) -> bool:
    """Whether the nightly job failed to make the municipality's report of the day, or was stopped before it came
    through with it. Raises NoPrivilege."""
    scope.require("read", statistic.id)
    runs = ReportRun.unscoped.filter(statistic=statistic.id, day=day, municipality__in=("", scope.municipality))
    states = set(runs.values_list("state", flat=True))
    return RunState.FAILED in states or (RunState.RUNNING in states and not is_held(NIGHTLY))
