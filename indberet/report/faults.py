"""Counting what was found wrong: by field and section, and by rule."""

from collections.abc import Iterable, Iterator

from indberet.definition.periods import ALL
from indberet.definition.tables import Entry, Measure, Rows

from .entries import Found
from .figures import Rows as Values
from .layout import ACCEPTED, OF_SEVERITY, Layout

Seen = set[tuple[Measure, str, int, object]]


class FaultCount:
    """Counts records, services and persons with findings, each once in a cell."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._columns = layout.columns
        self._values: dict[Measure, Values] = {}
        self._known: dict[tuple[str, bool], tuple[int, ...]] = {}

    def add(self, found: Iterable[Found]) -> None:
        """Counts what was found in one case."""
        seen: Seen = set()
        for entry, rule, accepted in found:
            places = self._places(rule, accepted)
            if places and self._layout.table.population(entry):
                for row in self._rows(entry, rule):
                    for column in places:
                        seen.update(_things(entry, row, column))
        for measure, row, column, _thing in seen:
            rows = self._values.setdefault(measure, {})
            rows.setdefault(row, [0] * len(self._columns))[column] += 1

    def result(self) -> dict[Measure, Values]:
        """The figures so far, those that the table has."""
        return {measure: self._values.get(measure, {}) for measure in self._layout.table.measures}

    def _rows(self, entry: Entry, rule: str) -> tuple[str, ...]:
        if self._layout.table.rows == Rows.RULES:
            return rule, OF_SEVERITY[self._layout.rules[rule].severity], ALL
        return (*self._layout.rows_with(entry.code), ALL)

    def _places(self, rule: str, accepted: bool) -> tuple[int, ...]:
        """The columns that count such a finding."""
        places = self._known.get((rule, accepted))
        if places is None:
            columns = enumerate(self._columns)
            places = tuple(place for place, column in columns if belongs(column.id, column.rules, rule, accepted))
            self._known[rule, accepted] = places
        return places


def belongs(column: str, rules: frozenset[str], rule: str, accepted: bool) -> bool:
    """Whether a finding is counted in a column."""
    return rule in rules and (accepted or column != ACCEPTED)


def _things(entry: Entry, row: str, column: int) -> Iterator[tuple[Measure, str, int, object]]:
    yield Measure.RECORDS, row, column, entry.record
    yield Measure.SERVICES, row, column, entry.service
    yield Measure.PERSONS, row, column, None
