"""Keeping how far a municipality is, from its frozen report: a row that the office reads in place of counting."""

from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from indberet.definition.periods import ALL
from indberet.definition.statistic import Statistic
from indberet.definition.tables import Columns, Measure
from indberet.intake.models import Delivery
from indberet.intake.models import State as DeliveryState
from indberet.register.models import Record, Source
from indberet.report.figures import Figures
from indberet.report.layout import ACCEPTED
from indberet.report.models import Report

from .models import Standing


def keep_standing(statistic: Statistic, municipality: str, report: Report) -> Standing:
    """Brings the municipality's row up to date with its report. Safe to call twice."""
    figures = Figures.from_json(report.figures)
    row, _made = Standing.unscoped.update_or_create(
        statistic=statistic.id,
        municipality=municipality,
        defaults={
            "report_day": report.day,
            "records": figures.headline.records,
            "services": figures.headline.services,
            "errors": figures.headline.errors,
            "warnings": figures.headline.warnings,
            "overruled": _overruled(statistic, figures),
            "last_change": last_change(statistic, municipality),
            "last_delivery": last_delivery(statistic, municipality),
            "made_at": timezone.now(),
        },
    )
    return row


def last_change(statistic: Statistic, municipality: str) -> datetime | None:
    """When a record of the municipality was last written, by anybody."""
    return _latest(statistic, municipality)


def last_delivery(statistic: Statistic, municipality: str) -> datetime | None:
    """When the municipality's systems last delivered; a delivery that changed nothing counts."""
    rows = Delivery.unscoped.filter(statistic=statistic.id, municipality=municipality, test=False)
    stored: datetime | None = rows.filter(state=DeliveryState.STORED).aggregate(last=Max("received_at"))["last"]
    return stored or _latest(statistic, municipality, source=Source.SYSTEM)


def last_reported(statistic: Statistic, municipality: str) -> datetime | None:
    """The later of the two."""
    moments = (last_change(statistic, municipality), last_delivery(statistic, municipality))
    return max((moment for moment in moments if moment), default=None)


def _latest(statistic: Statistic, municipality: str, **more: str) -> datetime | None:
    """The index on `changed_at` answers at once; where a source has none, all records are looked at."""
    rows = Record.unscoped.filter(statistic=statistic.id, municipality=municipality, deleted_at=None, **more)
    return rows.order_by("-changed_at").values_list("changed_at", flat=True).first()


def _overruled(statistic: Statistic, figures: Figures) -> int:
    for table in statistic.tables:
        if Columns.FINDINGS in table.columns and table.id in figures.tables:
            return figures.tables[table.id].value(Measure.RECORDS, ALL, ACCEPTED)
    return 0
