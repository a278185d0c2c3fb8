"""The records behind a figure: found in the register as it is now by the same words by which figures are computed, so
that there are as many as the figure says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet

from indberet.access.scope import Scope
from indberet.audit.log import write_event
from indberet.definition.periods import WHOLE
from indberet.definition.rules import ERROR
from indberet.definition.tables import Entry, Measure, Rows
from indberet.register.models import Finding, Record, Source

from .changes import Window, changed
from .entries import read, touching
from .layout import ACCEPTED, IN_GROUP, SECTION, Change, Column, Layout
from .sweep import Case, RowsOf
from .uncounted import counting

ORDER = ("case__cpr", "case__udl", "case_id", "start", "id")
PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A figure's place in a table. Raises KeyError when it is used on a layout that has no such place."""

    measure: Measure
    row: str
    column: str


@dataclass(frozen=True)
class Behind:
    """What lies behind a cell on behalf of `scope`. Raises KeyError when the table has no such cell, NoPrivilege."""

    scope: Scope
    layout: Layout
    cell: Cell

    def __post_init__(self) -> None:
        if self.cell.measure not in self.column.measures:
            raise KeyError(self.cell.measure)
        _ = self.narrowed

    @property
    def column(self) -> Column:
        """The cell's column."""
        return self.layout.column(self.cell.column)

    @cached_property
    def narrowed(self) -> "QuerySet[Record]":
        """The records among which they are, as far as the database can tell."""
        rows = Record.objects.within(self.scope, self.layout.statistic.id)
        wanted = Q() if self.column.change == Change.DELETED else Q(deleted_at=None)
        if self.cell.measure == Measure.ERRORS:
            wanted &= Q(severity=ERROR)
        return rows.filter(wanted & self._of_row() & self._of_column()).order_by(*ORDER)

    @cached_property
    def entries(self) -> list[Entry]:
        """The records, in the order in which they are listed. Raises CannotCount, told in the log."""
        with counting(self.layout.statistic.id, self.scope.municipality):
            return list(filter(self._accepts(), read(self.layout.statistic, self.narrowed)))

    @cached_property
    def ids(self) -> list[int]:
        """The numbers of the records."""
        return [entry.record for entry in self.entries]

    @property
    def number(self) -> int:
        """What the cell shows when it is computed now: a count, or days of full-time services."""
        if self.cell.measure == Measure.PERSONS:
            return len({entry.case for entry in self.entries})
        if self.cell.measure == Measure.SERVICES:
            return len({(entry.case, entry.service) for entry in self.entries})
        return self._days() if self.cell.measure == Measure.FULL_TIME else len(self.entries)

    def page(self, number: int) -> list[Record]:
        """The records of a page, counted from 1, with their cases and findings. It leaves an event."""
        ids = self.ids[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        rows = Record.objects.within(self.scope, self.layout.statistic.id).filter(pk__in=ids)
        found = list(rows.select_related("case").prefetch_related("findings").order_by(*ORDER))
        write_event(
            identity=self.scope.identity,
            action="list",
            municipality=self.scope.municipality,
            statistic=self.layout.statistic.id,
            cases=sorted({record.case_id for record in found}),
            detail={"view": "report", "page": number, **self.traced},
        )
        return found

    @property
    def traced(self) -> dict[str, str]:
        """The cell, for the trail."""
        cell = self.cell
        place = {"measure": str(cell.measure), "row": cell.row, "column": cell.column}
        return {"table": self.layout.table.id, "day": self.layout.day.isoformat(), **place}

    @cached_property
    def rules(self) -> frozenset[str]:
        """The rules that the cell is about; none where it is about other things."""
        by_rule = self.layout.table.rows == Rows.RULES
        return self.column.rules & self.layout.rules_of_row(self.cell.row) if by_rule else self.column.rules

    def _of_row(self) -> Q:
        if self.layout.table.rows == Rows.DAYS:
            if date.fromisoformat(self.cell.row) not in self.layout.days:
                raise KeyError(self.cell.row)
            return Q()
        if self.layout.table.rows == Rows.RULES:
            if self.cell.row not in self.layout.rows():
                raise KeyError(self.cell.row)
            return Q()
        group, _in, row = self.cell.row.rpartition(IN_GROUP)
        if group not in (self.layout.groups or ("",)):
            raise KeyError(group)
        codes = self.layout.codes_of_row[row]
        if codes is None:
            return Q()
        return Q(service_code__in=codes) if codes else ~Q(service_code__in=list(self.layout.rows_of_code))

    def _of_column(self) -> Q:
        column = self.column
        if column.change:
            of_channel = Q(source=Source.SYSTEM) if column.by_system else Q()
            return changed(column.change, self._window()) & of_channel
        if column.rules:
            found = Finding.unscoped.filter(record=OuterRef("pk"), rule__in=self.rules)
            if column.id == ACCEPTED:
                found = found.exclude(accepted_at=None)
            return Q(Exists(found))
        assert column.period
        if self.layout.shows_day:
            return Q(start__lte=column.period.first, end__gte=column.period.first)
        return Q() if column.period == WHOLE else touching(column.period)

    def _window(self) -> Window:
        if self.layout.table.rows == Rows.DAYS:
            return Window.of_day(date.fromisoformat(self.cell.row))
        return Window.since_report(self.layout)

    def _accepts(self) -> Callable[[Entry], bool]:
        """What the database was not asked: the population and the group."""
        table, period = self.layout.table, self.column.period
        if self.column.change:
            return lambda _entry: True
        if not table.grouping or not period:
            return table.population
        group, of = self.cell.row.rpartition(IN_GROUP)[0], table.grouping.of
        return lambda entry: table.population(entry) and of(entry, period) == group

    def _days(self) -> int:
        period = self.column.period
        assert period
        first, last = period.first.toordinal(), period.last.toordinal()
        spans = (span for case in self._cases() for spans in case.days.values() for span in spans)
        return sum(max(0, min(end, last) - max(start, first) + 1) for start, end in spans)

    def _cases(self) -> Iterator[Case]:
        rows_of = RowsOf(self.layout.rows_of_code, SECTION)
        by_case: dict[int, list[Entry]] = {}
        for entry in self.entries:
            by_case.setdefault(entry.case, []).append(entry)
        return (Case(entries, rows_of) for entries in by_case.values())
