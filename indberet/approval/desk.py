"""What lies before whoever approves: the sections of the municipality's own data and of those it acts for, each with
the report's figures and how far its approval is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, Max

from indberet.access.scope import Scope
from indberet.definition.approval import Round
from indberet.definition.code_lists import Code
from indberet.definition.periods import ALL
from indberet.definition.registry import municipalities
from indberet.definition.rules import ERROR
from indberet.definition.sections import Section, section_of
from indberet.definition.statistic import Statistic
from indberet.definition.tables import Measure
from indberet.register.models import Record
from indberet.report.figures import Figures
from indberet.report.layout import SECTION
from indberet.report.models import Report

from .models import Approval
from .states import Standing, latest_of


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The figures of a section: services and persons in the period, records with errors."""

    services: int = 0
    persons: int = 0
    errors: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """A section on the page: its figures in the report, what was approved, and who approves it. `number` names its tick
    box. It can be ticked (`open`) by whoever is responsible, when there is a report of today."""

    number: int
    section: Section
    counted: Counted
    standing: Standing
    responsible: Code
    open: bool

    @property
    def offers_nothing(self) -> bool:
        """Whether there is nothing to report, so that this is what is confirmed."""
        return not self.counted.services


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One municipality's data on the page; `report` is the latest one, `current` whether it is of today. `sequence` is
    the number of the latest approval, 0 before the first."""

    statistic: Statistic
    municipality: Code
    round: Round
    report: Report | None
    current: bool
    lines: tuple[Line, ...]
    waiting: tuple[Approval, ...]
    sequence: int

    @property
    def seen(self) -> str:
        """What whoever approves has seen: the report and the latest approval. Another one means: look again."""
        return f"{self.report.day.isoformat() if self.report else ''}/{self.sequence}"

    @property
    def approved(self) -> int:
        """How many demanded sections are approved or have nothing to report."""
        return sum(line.standing.done for line in self.lines if line.section.demanded)

    @property
    def demanded(self) -> int:
        """How many sections must be approved."""
        return sum(line.section.demanded for line in self.lines)

    @property
    def may_tick(self) -> bool:
        """Whether any section can be approved from here."""
        return any(line.open for line in self.lines)

    @property
    def can_freeze(self) -> bool:
        """Whether the day's report is still to be made before anything can be approved."""
        return not self.current and any(line.open for line in self.lines)


def desk(scope: Scope, statistic: Statistic, round: Round, today: date) -> list[Sheet]:
    """The municipality's own sheet, then those of municipalities that it acts for. Raises NoPrivilege."""
    scope.require("read", statistic.id)
    acts_for = statistic.approval.acts_for(scope.municipality, today)
    return [sheet(scope, statistic, round, today, code) for code in (scope.municipality, *acts_for)]


def sheet(scope: Scope, statistic: Statistic, round: Round, today: date, municipality: str) -> Sheet:
    """One municipality's data; of another one only the sections that one acts for. Raises NoPrivilege, LookupError when
    one does not act for it."""
    scope.require("read", statistic.id)
    if municipality not in (scope.municipality, *statistic.approval.acts_for(scope.municipality, today)):
        raise LookupError(municipality)
    report = Report.unscoped.filter(statistic=statistic.id, municipality=municipality).order_by("-day").first()
    counting = Counting(statistic, municipality, round, Figures.from_json(report.figures) if report else None)
    latest = latest_of(statistic, round, municipality)
    lines = tuple(
        _line(scope, statistic, counting, latest, section, number, today)
        for number, section in enumerate(statistic.sections_on(today))
    )
    return Sheet(
        statistic=statistic,
        municipality=municipalities().known(municipality),
        round=round,
        report=report,
        current=bool(report and report.day == today),
        lines=tuple(line for line in lines if scope.municipality in (municipality, line.responsible.code)),
        waiting=tuple(_waiting(scope, statistic, round, municipality)),
        sequence=_sequence(statistic, round, municipality),
    )


class Counting:
    """The figures of a municipality's sections: from a report, errors from the register as it is now."""

    def __init__(self, statistic: Statistic, municipality: str, round: Round, figures: Figures | None) -> None:
        self.municipality = municipality
        self._statistic, self._figures = statistic, figures
        self._column = str(round.year) if statistic.approval.covers == "year" else ALL
        self._day = figures.day if figures else round.through

    def of(self, section: str) -> Counted:
        """The figures of one section; zeros without a report."""
        table = self._figures.tables.get(self._statistic.approval.table) if self._figures else None
        if table is None:
            return Counted(errors=self._errors.get(section, 0))
        row = SECTION + section
        return Counted(
            services=table.value(Measure.SERVICES, row, self._column),
            persons=table.value(Measure.PERSONS, row, self._column),
            errors=self._errors.get(section, 0),
        )

    @cached_property
    def _errors(self) -> Mapping[str, int]:
        rows = Record.unscoped.filter(
            statistic=self._statistic.id, municipality=self.municipality, deleted_at=None, severity=ERROR
        )
        counted = rows.order_by().values_list("service_code").annotate(Count("id"))
        return by_section(self._statistic, counted, self._day)


def by_section(statistic: Statistic, counted: Iterable[tuple[str, int]], day: date) -> dict[str, int]:
    """Counts by service code, added up by the section under which each code stands on `day`."""
    codes, found = statistic.codes_of("service_code"), dict[str, int]()
    for code, count in counted:
        name = section_of(codes, code, day)
        found[name] = found.get(name, 0) + count
    return found


def _line(
    scope: Scope,
    statistic: Statistic,
    counting: Counting,
    latest: Mapping[str, Standing],
    section: Section,
    number: int,
    today: date,
) -> Line:
    responsible = statistic.approval.responsible(counting.municipality, section.name, today)
    standing = latest.get(section.name, Standing())
    mine = responsible == scope.municipality and scope.may("approve", statistic.id)
    return Line(
        number=number,
        section=section,
        counted=counting.of(section.name),
        standing=standing,
        responsible=municipalities().known(responsible),
        open=mine and not standing.waiting,
    )


def _waiting(scope: Scope, statistic: Statistic, round: Round, municipality: str) -> list[Approval]:
    rows = Approval.objects.within(scope, statistic.id)
    found = rows.filter(municipality=municipality, year=round.year, state="waiting").order_by("id")
    return list(found.prefetch_related("sections"))


def _sequence(statistic: Statistic, round: Round, municipality: str) -> int:
    rows = Approval.unscoped.filter(statistic=statistic.id, municipality=municipality, year=round.year)
    return rows.aggregate(last=Max("sequence"))["last"] or 0
