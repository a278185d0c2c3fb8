"""A report as the page and the PDF show it: the latest periods, changes beside them, and addresses of what lies behind
each figure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from indberet.definition.periods import ALL
from indberet.definition.tables import Columns, Measure, Rows

from .behind import Cell
from .chart import Chart, chart
from .figures import TableFigures
from .layout import CODE, IN_GROUP, OF_SEVERITY, TODAY, Column, Layout
from .words import Words, amount, shown, written

LATEST = {Columns.QUARTERS: 8, Columns.YEARS: 5}
"""How many periods are shown; the workbook has all."""
BACK = {Columns.QUARTERS: (1, 4), Columns.YEARS: (1,)}
"""With which periods before the last one is compared."""
Address = Callable[[Layout, Cell], str]
Place = tuple[Column, Measure]


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A figure; `url` leads to what lies behind it, `label` says of what it is to who hears it only."""

    text: str
    url: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row: its name, what explains it, and whether it is a part of the row above, a total, or heads a group."""

    name: str
    about: str
    kind: str
    cells: tuple[ShownCell, ...] = ()
    level: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """Columns under one heading or several, with the rows that have anything."""

    heading: str
    groups: tuple[tuple[str, int], ...]
    columns: tuple[str, ...]
    rows: tuple[ShownRow, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A comparison: its heading, what is counted, and by how much a row has changed."""

    heading: str
    measure: Measure
    of: Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Part:
    """A block to be: its heading, its columns, and the kind of its periods."""

    heading: str
    places: list[Place]
    kind: Columns | None = None


class ShownTable:
    """One table. `before` are the figures of the report before, for the change since."""

    def __init__(self, layout: Layout, figures: TableFigures, before: TableFigures | None, address: Address) -> None:
        self.layout, self._figures, self._before, self._address = layout, figures, before, address
        self.words = Words(layout)
        self.id = layout.table.id
        self.title, self.note = self.words.title, self.words.note
        self.is_by_group = bool(layout.groups)

    @cached_property
    def blocks(self) -> list[Block]:
        """What is shown, one part for each measure of a table of periods."""
        return [self._block(part) for part in self._parts()]

    @cached_property
    def comparisons(self) -> list[Change]:
        """What is compared, with all that is shown beside the figures; the headings say what is counted."""
        found = [change for part in self._parts() for change in self._changes(part)]
        return [replace(change, heading=self._measured(change)) for change in found]

    @cached_property
    def places(self) -> list[Place]:
        """Every column with every measure that it has, also the periods that are not shown."""
        return [(column, measure) for measure in self.layout.table.measures for column in self._with(measure)]

    def rows(self) -> Iterator[str]:
        """The rows that have a figure or have changed; of days all."""
        for row in self.order():
            figures = (self.value(measure, row, column.id) for column, measure in self.places)
            changed = (change.of(row) for change in self.comparisons)
            if self.layout.table.rows == Rows.DAYS or any(figures) or any(changed):
                yield row

    @cached_property
    def chart(self) -> Chart | None:
        """The total of every quarter or year as a curve, when there is anything to draw."""
        measure = self.layout.table.charted
        if not measure:
            return None
        kind = self.layout.table.columns[0]
        columns = [self.layout.column(period.id) for period in self.layout.periods[kind]]
        values = [amount(self.value(measure, ALL, column.id), measure, column) for column in columns]
        heading = f"{self.words.measure(measure)}: {columns[0].id} - {columns[-1].id}"
        return chart(heading, [column.id for column in columns], values) if any(values) else None

    @cached_property
    def list_url(self) -> str:
        """The CPR list of the table as a whole, when it has such a cell."""
        cell = whole(self.layout)
        return self._address(self.layout, cell) if cell and self.value(cell.measure, cell.row, cell.column) else ""

    @property
    def row_heading(self) -> str:
        """What stands above the names of the rows."""
        names = {Rows.SECTIONS: _("Paragraf eller indsatskode"), Rows.DAYS: _("Dag"), Rows.RULES: _("Regel")}
        return names[self.layout.table.rows]

    @property
    def preliminary(self) -> str:
        """Says so when the latest period is not over on the day of the report."""
        periods = next(iter(self.layout.periods.values()), ())
        if not periods or periods[-1].last <= self.layout.day:
            return ""
        return _("%(period)s er ikke slut, så tallene er foreløbige.") % {"period": periods[-1].id}

    def _parts(self) -> Iterator[Part]:
        measures = self.layout.table.measures
        if self.layout.table.columns[0] == Columns.FIELDS:
            yield from (Part(self.words.measure(measure), self._used(measure)) for measure in measures)
        elif not self.layout.periods:
            yield Part("", [(column, measure) for measure in measures for column in self._with(measure)])
        else:
            for measure in measures:
                for kind, columns in self._latest():
                    heading = f"{self.words.measure(measure)} {self.words.kind(kind)}"
                    yield Part(heading, [(column, measure) for column in columns], kind)

    def _with(self, measure: Measure) -> list[Column]:
        """A kept report may be of before a column was there."""
        columns = self.layout.columns
        return [column for column in columns if measure in column.measures and column.id in self._figures.columns]

    def _used(self, measure: Measure) -> list[Place]:
        """The fields in which anything is lacking, and all of them together."""
        columns = self._with(measure)
        return [(column, measure) for column in columns if column.id == ALL or self.value(measure, ALL, column.id)]

    def _latest(self) -> Iterator[tuple[Columns, list[Column]]]:
        for kind, periods in self.layout.periods.items():
            yield kind, [self.layout.column(period.id) for period in periods[-LATEST[kind] :]]

    def _block(self, part: Part) -> Block:
        names = [self.words.column(column.id) for column, _measure in part.places]
        spans: dict[str, int] = {}
        for _column, measure in part.places:
            name = self.words.measure(measure)
            spans[name] = spans.get(name, 0) + 1
        changes = self._changes(part)
        several = len(spans) > 1
        if several and changes:
            spans[""] = len(changes)
        return Block(
            heading=part.heading,
            groups=tuple(spans.items()) if several else (),
            columns=(*names, *(self._measured(change) if several else change.heading for change in changes)),
            rows=tuple(self._rows(part.places, changes)),
        )

    def _measured(self, change: Change) -> str:
        return f"{self.words.measure(change.measure)}: {change.heading}"

    def _rows(self, columns: Sequence[Place], changes: Sequence[Change]) -> Iterator[ShownRow]:
        group = ""
        for row in self.order():
            values = [self.value(measure, row, column.id) for column, measure in columns]
            changed = [change.of(row) for change in changes]
            if not any(values) and not any(changed) and self.layout.table.rows != Rows.DAYS:
                continue
            if self.layout.groups and row.partition(IN_GROUP)[0] != group:
                group = row.partition(IN_GROUP)[0]
                yield ShownRow(self.words.group(group), "", "group")
            cells = [self._cell(row, *place, value) for place, value in zip(columns, values, strict=True)]
            told = zip(changes, changed, strict=True)
            cells += [ShownCell(written(by, change.measure, sign=True)) for change, by in told]
            yield self._row(row, tuple(cells))

    def _row(self, row: str, cells: tuple[ShownCell, ...]) -> ShownRow:
        inner = row.rpartition(IN_GROUP)[2]
        kind = "total" if inner == ALL or inner in OF_SEVERITY.values() else "part" if inner.startswith(CODE) else ""
        rule = self.layout.rules.get(row)
        return ShownRow(*self.words.parts(inner), kind, cells, int(rule.severity) if rule else 0)

    def _cell(self, row: str, column: Column, measure: Measure, value: int) -> ShownCell:
        text = shown(value, measure, column)
        if not value:
            return ShownCell(text)
        cell = Cell(measure=measure, row=row, column=column.id)
        label = f"{self.words.row(row)}, {self.words.column(column.id)}, {self.words.measure(measure)}"
        return ShownCell(text, self._address(self.layout, cell), label)

    def _changes(self, part: Part) -> list[Change]:
        """What is compared: a table's last period with those before it; of other tables the cell of which the whole
        list is; and both with the report before."""
        kind = part.kind
        if kind and not self.layout.table.compared:
            return []
        place = part.places[-1] if kind else self._of_whole(part.places)
        if place is None:
            return []
        periods = self.layout.periods[kind] if kind else ()
        back = [periods[-1 - back].id for back in BACK[kind] if back < len(periods)] if kind else []
        found = [Change(_("Ændring fra %(period)s") % {"period": id}, place[1], self._less(place, id)) for id in back]
        if self._before:
            found.append(Change(_("Ændring fra sidste rapport"), place[1], self._less_report(place, self._before)))
        return found

    def _of_whole(self, columns: Sequence[Place]) -> Place | None:
        cell = whole(self.layout)
        return next((place for place in columns if cell and place[0].id == cell.column), None)

    def _less(self, place: Place, id: str) -> Callable[[str], float]:
        """Full-time services are compared by what they are, not by days: quarters differ in length."""
        (column, measure), other = place, self.layout.column(id)

        def by(row: str) -> float:
            now, then = (self.value(measure, row, each.id) for each in (column, other))
            return amount(now, measure, column) - amount(then, measure, other)

        return by

    def _less_report(self, place: Place, before: TableFigures) -> Callable[[str], float]:
        column, measure = place

        def by(row: str) -> float:
            return amount(self.value(measure, row, column.id) - before.value(measure, row, column.id), measure, column)

        return by

    def order(self) -> list[str]:
        """The rows; rules by severity, each followed by the sum of it, and the most frequent first."""
        if self.layout.table.rows != Rows.RULES:
            return list(self.layout.rows())
        measure, found = self.layout.table.measures[0], list[str]()
        for severity, name in OF_SEVERITY.items():
            rules = [id for id, rule in self.layout.rules.items() if rule.severity == severity]
            found += [*sorted(rules, key=lambda id: (-self.value(measure, id, ALL), id)), name]
        return [*found, ALL]

    def value(self, measure: Measure, row: str, column: str) -> int:
        """The figure of a cell."""
        return self._figures.value(measure, row, column)


def whole(layout: Layout) -> Cell | None:
    """The cell of which the list is the table's own CPR list."""
    columns = {column.id: column for column in layout.columns}
    column = columns.get(ALL) or columns.get(TODAY)
    if column is None or ALL not in layout.rows():
        return None
    return Cell(measure=column.measures[0], row=ALL, column=column.id)
