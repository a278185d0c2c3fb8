"""One municipality for the office: its sections with what was approved, approvals with receipts, reminders."""

from dataclasses import dataclass
from datetime import date

from indberet.approval.history import Given, shown
from indberet.approval.models import Approval
from indberet.approval.states import Standing, latest_of
from indberet.definition.code_lists import Code
from indberet.definition.registry import municipalities
from indberet.definition.sections import Section
from indberet.definition.statistic import Statistic
from indberet.report.models import Report

from .models import Reminder
from .overview import Row, rows_of


@dataclass(frozen=True, kw_only=True)
class SectionLine:
    """A section of the municipality's data, and who approves it."""

    section: Section
    standing: Standing
    responsible: Code


@dataclass(frozen=True, kw_only=True)
class Detail:
    """All that the office sees of a municipality in a statistic."""

    row: Row
    lines: tuple[SectionLine, ...]
    history: list[Given]
    reminders: list[Reminder]
    reports: list[Report]


def detail_of(statistic: Statistic, municipality: str, today: date) -> Detail | None:
    """What is known of the municipality; None when it does not report."""
    row = next((row for row in rows_of(statistic, today) if row.municipality.code == municipality), None)
    if row is None:
        return None
    latest = latest_of(statistic, row.round, municipality)
    lines = tuple(
        SectionLine(
            section=section,
            standing=latest.get(section.name, Standing()),
            responsible=municipalities().known(statistic.approval.responsible(municipality, section.name, today)),
        )
        for section in statistic.sections_on(today)
    )
    given = Approval.unscoped.filter(statistic=statistic.id, municipality=municipality)
    reminders = Reminder.unscoped.filter(statistic=statistic.id, municipality=municipality)
    reports = Report.unscoped.filter(statistic=statistic.id, municipality=municipality).defer("figures")
    return Detail(
        row=row,
        lines=lines,
        history=shown(given.order_by("-id").prefetch_related("sections")[:50]),
        reminders=list(reminders.order_by("-made_at")[:20]),
        reports=list(reports.order_by("-day")[:10]),
    )
