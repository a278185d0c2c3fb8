"""Counting what can be approved: by section, in periods that may overlap, such as the whole series to two ends."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.db.models import Count
from django.utils import timezone

from indberet.definition.periods import Period
from indberet.definition.rules import ERROR
from indberet.definition.sections import NO_SECTION
from indberet.definition.statistic import Statistic
from indberet.definition.tables import Entry, Measure

from .entries import by_case, living, touching
from .figures import Rows, TableFigures
from .layout import SECTION, Layout
from .sweep import Case, RowsOf

Things = list[tuple[Measure, str]]


class RoundCount:
    """Counts the services, persons and records of each period: everything that touches it, also what is wrong."""

    def __init__(self, periods: Sequence[Period]) -> None:
        self.periods = tuple(periods)
        self._cells = tuple(Counter[tuple[Measure, str]]() for _period in periods)

    def add(self, case: Case) -> None:
        """Counts a case. Most touch all periods or the same ones, and are counted once for them."""
        before: list[Entry] = []
        things: Things = []
        for period, cells in zip(self.periods, self._cells, strict=True):
            first, last = period.first, period.last
            found = [entry for entry in case.entries if entry.start <= last and max(entry.start, entry.end) >= first]
            if found and found != before:
                before, things = found, _things(found, case.rows_of)
            if found:
                cells.update(things)

    def result(self, statistic: Statistic, municipality: str, rows_of: RowsOf) -> dict[Measure, Rows]:
        """The figures so far, and how many records of the municipality have an error, by the database."""
        found: dict[Measure, Rows] = {}
        for place, cells in enumerate(self._cells):
            for (measure, row), count in cells.items():
                self._row(found, measure, row)[place] += count
        for place, period in enumerate(self.periods):
            rows = living(statistic, municipality).filter(touching(period), severity=ERROR)
            for code, count in rows.order_by().values_list("service_code").annotate(Count("id")):
                for row in rows_of.code(code):
                    self._row(found, Measure.ERRORS, row)[place] += count
        return found

    def _row(self, found: dict[Measure, Rows], measure: Measure, row: str) -> list[int]:
        return found.setdefault(measure, {}).setdefault(row, [0] * len(self.periods))


def count_periods(statistic: Statistic, municipality: str, day: date, periods: Sequence[Period]) -> TableFigures:
    """The table of what can be approved with other periods and nothing else, from the register as it is now, under the
    sections of `day`. It reads what the municipality has, whoever asks: a page asks for its right first."""
    table = statistic.table(statistic.approval.table)
    rows_of = RowsOf(
        Layout(statistic=statistic, table=table, day=day, since=timezone.now()).rows_of_code, SECTION + NO_SECTION
    )
    count = RoundCount(periods)
    for entries in by_case(statistic, living(statistic, municipality)):
        count.add(Case(entries, rows_of))
    values = count.result(statistic, municipality, rows_of)
    return TableFigures(columns=tuple(period.id for period in periods), values=values)


def _things(entries: list[Entry], rows_of: RowsOf) -> Things:
    services = {entry.service: entry.code for entry in entries}
    of_services = [row for code in services.values() for row in rows_of.code(code)]
    of_records = [row for entry in entries for row in rows_of.code(entry.code)]
    return [
        *((Measure.SERVICES, row) for row in of_services),
        *((Measure.RECORDS, row) for row in of_records),
        *((Measure.PERSONS, row) for row in set(of_records)),
    ]
