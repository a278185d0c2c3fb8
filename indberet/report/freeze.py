"""Freezing a report: the figures of a municipality's data on a day, kept as they are from then on."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from indberet.definition.statistic import Statistic

from .compute import compute
from .figures import VERSION
from .kept import changes_since
from .models import Report, ReportRun, RunState


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
