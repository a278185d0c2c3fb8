"""What lies before whoever approves: the sections of the municipality's own data and of those it acts for, each with
the report's figures and how far its approval is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from indberet.access.scope import Scope
from indberet.definition.approval import Round
from indberet.definition.code_lists import Code
from indberet.definition.periods import Period
from indberet.definition.registry import municipalities
from indberet.definition.sections import Section
from indberet.definition.statistic import Statistic
from indberet.definition.tables import Measure
from indberet.report.figures import TableFigures
from indberet.report.layout import SECTION
from indberet.report.models import Report

from .models import Approval, State
from .states import SectionState, Standing, latest_of
from .written import NOTHING_WRITTEN, Written, table_of, written_since


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The figures of a section in the period that is approved: services, persons, records with errors."""

    services: int = 0
    persons: int = 0
    errors: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """A section on the page: its figures in the report (None when it does not have them), what was written since it was
    made, what was approved, and who approves it. `number` names its tick box. It is `open` to whoever is responsible,
    and `ready` to be ticked when the report is of today and its figures are those of the register."""

    number: int
    section: Section
    counted: Counted | None
    written: Written
    standing: Standing
    responsible: Code
    open: bool
    ready: bool

    @property
    def offers_nothing(self) -> bool:
        """Whether there is nothing to report, so that this is what is confirmed."""
        return self.counted is not None and not self.counted.services

    @property
    def contradicted(self) -> bool:
        """Whether it was approved as having nothing to report, and has services in the report."""
        return self.standing.state == SectionState.NOTHING and bool(self.counted and self.counted.services)


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """An approval that waits for the second person. It is `outdated` when what it looked at is not what would be
    approved now: another day's report, another period, or records that were written since."""

    approval: Approval
    outdated: bool


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One municipality's data on the page; `report` is the latest one, `current` whether it is of today and has the
    round's figures. `sequence` is the number of the latest approval, 0 before the first."""

    statistic: Statistic
    municipality: Code
    round: Round
    today: date
    report: Report | None
    current: bool
    lines: tuple[Line, ...]
    waiting: tuple[Awaited, ...]
    sequence: int

    @property
    def seen(self) -> str:
        """What whoever approves has seen: the report and the latest approval. Another one means: look again."""
        return f"{self.report.made_at.isoformat() if self.report else ''}/{self.sequence}"

    @property
    def may_tick(self) -> bool:
        """Whether any section can be approved from here, now."""
        return any(line.ready for line in self.lines)

    @property
    def is_of_today(self) -> bool:
        """Whether the report is of today, though it may lack the round's figures."""
        return bool(self.report and self.report.day == self.today)

    @property
    def stale(self) -> bool:
        """Whether something was written since the day's report was made."""
        return self.current and any(line.written.any for line in self.lines)

    @property
    def can_freeze(self) -> bool:
        """Whether the day's report is to be made, or made anew, before something can be approved."""
        return (not self.current or self.stale) and any(line.open for line in self.lines)


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
    register = Register(statistic, municipality, statistic.approval.period(round.year, round.through), today)
    report = latest_report(statistic, municipality)
    table = table_of(statistic, report, round.label)
    waiting = tuple(
        Awaited(approval=found, outdated=_outdated(found, round, register))
        for found in _waiting(scope, statistic, round, municipality)
    )
    making = _Making(
        scope=scope,
        register=register,
        table=table,
        written=register.written(report.made_at) if report and table else {},
        latest=latest_of(statistic, round, municipality),
        outdated=frozenset(found.approval.pk for found in waiting if found.outdated),
        current=bool(report and table and report.day == today),
    )
    lines = (making.line(section, number) for number, section in enumerate(statistic.sections_on(today)))
    return Sheet(
        statistic=statistic,
        municipality=municipalities().known(municipality),
        round=round,
        today=today,
        report=report,
        current=making.current,
        lines=tuple(line for line in lines if scope.municipality in (municipality, line.responsible.code)),
        waiting=waiting,
        sequence=_sequence(statistic, round, municipality),
    )


def latest_report(statistic: Statistic, municipality: str) -> Report | None:
    """The latest frozen report of a municipality."""
    return Report.unscoped.filter(statistic=statistic.id, municipality=municipality).order_by("-day").first()


class Register:
    """What was written of a municipality's records that touch a period, asked once for each report."""

    def __init__(self, statistic: Statistic, municipality: str, period: Period, today: date) -> None:
        self.statistic, self.municipality, self.period, self.today = statistic, municipality, period, today
        self._written: dict[datetime, Mapping[str, Written]] = {}

    def written(self, made_at: datetime) -> Mapping[str, Written]:
        """By section, since the report that was made at a moment."""
        if made_at not in self._written:
            self._written[made_at] = written_since(self.statistic, self.municipality, made_at, self.period, self.today)
        return self._written[made_at]


def counted(table: TableFigures, section: str, period: str) -> Counted:
    """The figures of a section in a table of what can be approved."""
    row = SECTION + section
    return Counted(
        services=table.value(Measure.SERVICES, row, period),
        persons=table.value(Measure.PERSONS, row, period),
        errors=table.value(Measure.ERRORS, row, period),
    )


@dataclass(frozen=True, kw_only=True)
class _Making:
    """What the lines of a sheet are made of."""

    scope: Scope
    register: Register
    table: TableFigures | None
    written: Mapping[str, Written]
    latest: Mapping[str, Standing]
    outdated: frozenset[int]
    current: bool

    def line(self, section: Section, number: int) -> Line:
        statistic, name = self.register.statistic, section.name
        responsible = statistic.approval.responsible(self.register.municipality, name, self.register.today)
        standing = self.latest.get(name, Standing())
        written = self.written.get(name, NOTHING_WRITTEN)
        open = responsible == self.scope.municipality and self.scope.may("approve", statistic.id)
        if standing.waiting and standing.waiting.approval_id not in self.outdated:
            open = False
        return Line(
            number=number,
            section=section,
            counted=counted(self.table, name, self.register.period.id) if self.table else None,
            written=written,
            standing=standing,
            responsible=municipalities().known(responsible),
            open=open,
            ready=open and self.current and not written.any,
        )


def _outdated(approval: Approval, round: Round, register: Register) -> bool:
    if (approval.report_day, approval.period, approval.through) != (register.today, round.label, round.through):
        return True
    responsible, today = register.statistic.approval.responsible, register.today
    written = register.written(approval.report_made_at)
    return any(
        written.get(row.section, NOTHING_WRITTEN).any
        or responsible(approval.municipality, row.section, today) != approval.acting
        for row in approval.sections.all()
    )


def _waiting(scope: Scope, statistic: Statistic, round: Round, municipality: str) -> list[Approval]:
    rows = Approval.objects.within(scope, statistic.id)
    found = rows.filter(municipality=municipality, year=round.year, state=State.WAITING).order_by("id")
    return list(found.prefetch_related("sections"))


def _sequence(statistic: Statistic, round: Round, municipality: str) -> int:
    rows = Approval.unscoped.filter(statistic=statistic.id, municipality=municipality, year=round.year)
    return rows.aggregate(last=Max("sequence"))["last"] or 0
