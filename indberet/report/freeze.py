"""Freezing a report: the figures of a municipality's data on a day, kept as they are from then on, also when the report
is made anew that day."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from indberet.definition.statistic import Statistic

from .compute import compute
from .figures import VERSION
from .kept import changes_since
from .models import EarlierReport, Report, ReportRun, RunState


def freeze(statistic: Statistic, municipality: str, day: date) -> Report:
    """The report of the day, made now unless it stands already: it is safe to ask twice."""
    kept = Report.unscoped.filter(statistic=statistic.id, municipality=municipality, day=day).first()
    if kept:
        return kept
    since, now = changes_since(statistic, municipality, day), timezone.now()
    figures = compute(statistic, municipality, day, since=since)
    with transaction.atomic():
        report, _made = Report.unscoped.get_or_create(
            statistic=statistic.id,
            municipality=municipality,
            day=day,
            defaults={"figures": figures.to_json(), "since": since, "made_at": now, "version": VERSION},
        )
    return report


def freeze_again(statistic: Statistic, municipality: str, day: date) -> Report:
    """The report of the day made anew from the register as it is now. The one that stood is kept as an EarlierReport;
    it counts changes from the same moment."""
    kept = Report.unscoped.filter(statistic=statistic.id, municipality=municipality, day=day).first()
    if kept is None:
        return freeze(statistic, municipality, day)
    now = timezone.now()
    figures = compute(statistic, municipality, day, since=kept.since)
    with transaction.atomic():
        report = Report.unscoped.select_for_update().get(pk=kept.pk)
        if report.made_at < now:
            _keep(report)
            report.figures, report.made_at, report.version = figures.to_json(), now, VERSION
            report.save(update_fields=["figures", "made_at", "version"])
    return report


def report_made(statistic: Statistic, municipality: str, made_at: datetime) -> Report | EarlierReport | None:
    """The report that was made at a moment, whether it still stands or was made anew since. It asks for no right."""
    made = Q(statistic=statistic.id, municipality=municipality, made_at=made_at)
    return Report.unscoped.filter(made).first() or EarlierReport.unscoped.filter(made).first()


def tell_run(statistic: Statistic, day: date, state: RunState, *, municipality: str = "", message: str = "") -> None:
    """Keeps how far the nightly job has come, so that the page can say why a report is missing (guide C05)."""
    ReportRun.unscoped.update_or_create(
        statistic=statistic.id,
        municipality=municipality,
        day=day,
        defaults={"state": state, "message": message},
    )


def expect(statistic: Statistic, day: date) -> None:
    """Keeps that the nightly job has begun, so that a run which is killed before it comes to the reports is told as
    well. What is known of them already stays."""
    wanted = {"statistic": statistic.id, "municipality": "", "day": day}
    ReportRun.unscoped.get_or_create(**wanted, defaults={"state": RunState.RUNNING})


def _keep(report: Report) -> None:
    EarlierReport.unscoped.create(
        statistic=report.statistic,
        municipality=report.municipality,
        day=report.day,
        figures=report.figures,
        since=report.since,
        made_at=report.made_at,
        version=report.version,
    )
