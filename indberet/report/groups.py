"""Counting on a few days, and by groups that change with the period, such as the age at the end of a year."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from indberet.definition.tables import Grouping, Measure, Population

from .along import Axis
from .figures import Rows
from .layout import IN_GROUP, Layout
from .sweep import Case

Cell = tuple[Measure, str, int]


class _Count:
    """Counts things by measure, row and column."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._cells: Counter[Cell] = Counter()

    def result(self) -> dict[Measure, Rows]:
        """The figures so far."""
        found: dict[Measure, Rows] = {}
        for (measure, row, column), count in self._cells.items():
            found.setdefault(measure, {}).setdefault(row, [0] * self._columns)[column] = count
        return found


class DayCount(_Count):
    """Counts the services and persons of each of some days."""

    def __init__(self, days: Sequence[date], population: Population) -> None:
        super().__init__(len(days))
        self.days = tuple(days)
        self._population = population

    def add(self, case: Case) -> None:
        """Counts a case."""
        for column, day in enumerate(self.days):
            running = [entry for entry in case.entries if entry.start <= day <= entry.end and self._population(entry)]
            if running:
                services = {entry.service: entry.code for entry in running}
                rows = [row for code in services.values() for row in case.rows_of.code(code)]
                self._cells.update([(Measure.SERVICES, row, column) for row in rows])
                self._cells.update([(Measure.PERSONS, row, column) for row in set(rows)])


class GroupCount(_Count):
    """Counts services and persons by period and group."""

    def __init__(self, axis: Axis, grouping: Grouping, population: Population) -> None:
        super().__init__(len(axis.periods))
        self._axis, self._grouping, self._population = axis, grouping, population

    @classmethod
    def of(cls, layout: Layout) -> "GroupCount":
        """The count of a table by groups."""
        (periods,) = layout.periods.values()
        assert layout.table.grouping
        return cls(Axis(periods), layout.table.grouping, layout.table.population)

    def add(self, case: Case) -> None:
        """Counts a case."""
        seen: set[tuple[Cell, object]] = set()
        for entry in filter(self._population, case.entries):
            for column in self._axis.span(entry.start.toordinal(), entry.end.toordinal()):
                group = self._grouping.of(entry, self._axis.periods[column])
                for row in case.rows_of.code(entry.code):
                    place = f"{group}{IN_GROUP}{row}"
                    seen.add(((Measure.SERVICES, place, column), entry.service))
                    seen.add(((Measure.PERSONS, place, column), None))
        self._cells.update([cell for cell, _thing in seen])
