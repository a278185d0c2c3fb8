"""One municipality for the office: its sections with what was approved, approvals with receipts, reminders."""

from dataclasses import dataclass, replace
from datetime import date

from indberet.approval.history import Given, shown
from indberet.approval.models import Approval, Mail
from indberet.approval.states import Standing, latest_of
from indberet.definition.code_lists import Code
from indberet.definition.registry import municipalities
from indberet.definition.sections import Section, order, unbroken
from indberet.definition.statistic import Statistic
from indberet.report.models import Report

from .models import Reminder
from .overview import Row, rows_of
from .reminded import Reminded, reminded


@dataclass(frozen=True, kw_only=True)
class SectionLine:
    """A section of the municipality's data, and who approves it."""

    section: Section
    standing: Standing
    responsible: Code

    @property
    def name(self) -> str:
        """What it is called, for a page."""
        return unbroken(self.section.name)


@dataclass(frozen=True, kw_only=True)
class Detail:
    """All that the office sees of a municipality in a statistic."""

    row: Row
    lines: tuple[SectionLine, ...]
    history: list[Given]
    reminders: list[Reminded]
    reports: list[Report]


def detail_of(statistic: Statistic, municipality: str, today: date, year: str = "") -> Detail | None:
    """What is known of the municipality in a year's round; None when it does not report, or that year cannot be
    approved."""
    row = next((row for row in rows_of(statistic, today, year) if row.municipality.code == municipality), None)
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
    whose = {"statistic": statistic.id, "municipality": municipality}
    given = Approval.unscoped.filter(**whose).order_by("-id").prefetch_related("sections")[:50]
    reminders = Reminder.unscoped.filter(**whose).order_by("-made_at")[:20]
    return Detail(
        row=row,
        lines=lines,
        history=[_unbroken(each) for each in shown(given)],
        reminders=reminded(reminders, Mail.unscoped.filter(**whose)),
        reports=list(Report.unscoped.filter(**whose).defer("figures").order_by("-day")[:10]),
    )


def _unbroken(given: Given) -> Given:
    """The approval with its sections in the order of the law, so that no line is broken within a name."""
    approved, nothing = (
        tuple(unbroken(name) for name in sorted(names, key=order)) for names in (given.approved, given.nothing)
    )
    return replace(given, approved=approved, nothing=nothing)
