"""The report as an Excel workbook: a front sheet and one sheet per table, with every period and the table's note."""

from io import BytesIO

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from indberet.definition.code_lists import Code
from indberet.definition.tables import Measure, Rows

from .heading import heading, headline, sections_without
from .layout import IN_GROUP, Layout
from .show import ShownTable
from .view import Seen
from .words import Words, amount

LONGEST_NAME = 31
FORBIDDEN = str.maketrans("", "", "[]:*?/\\'")
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
FIRST_ROW = 4


def workbook(seen: Seen, municipality: Code) -> bytes:
    """The file's bytes; it counts persons and names none."""
    file = BytesIO()
    book = _Book(file)
    book.front(seen, municipality)
    for table in seen.tables(lambda _layout, _cell: ""):
        book.table(table)
    book.close()
    return file.getvalue()


class _Book:
    """A workbook being written."""

    def __init__(self, file: BytesIO) -> None:
        self._book = Workbook(file, OPTIONS)
        self._strong = self._book.add_format({"bold": True})
        self._title = self._book.add_format({"bold": True, "font_size": 14})
        self._head = self._book.add_format({"bold": True, "bg_color": "#E6E6E6", "text_wrap": True, "valign": "top"})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._whole = self._book.add_format({"num_format": "#,##0"})
        self._part = self._book.add_format({"num_format": "#,##0.0000"})
        self._whole_change = self._book.add_format({"num_format": "+#,##0;-#,##0;0"})
        self._part_change = self._book.add_format({"num_format": "+#,##0.0000;-#,##0.0000;0.0000"})
        self._names: set[str] = set()

    def close(self) -> None:
        """Writes the file."""
        self._book.close()

    def front(self, seen: Seen, municipality: Code) -> None:
        """Which report it is, its first figures, and the sections without services."""
        sheet = self._sheet(_("Rapport"))
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 60)
        sheet.write_string(0, 0, _("Rapport"), self._title)
        row = 2
        for label, text in heading(seen, municipality):
            sheet.write_string(row, 0, label, self._strong)
            sheet.write_string(row, 1, text)
            row += 1
        for label, number in headline(seen):
            sheet.write_string(row + 1, 0, label, self._strong)
            sheet.write_number(row + 1, 1, number, self._left())
            row += 1
        sheet.write_string(row + 2, 0, _("Paragraffer uden ydelser på dagen"), self._strong)
        for place, text in enumerate(sections_without(seen) or [_("Ingen")]):
            sheet.write_string(row + 2 + place, 1, text)

    def table(self, table: ShownTable) -> None:
        """One table with its note above it: every period, then what is compared."""
        words, layout = table.words, table.layout
        sheet = self._sheet(words.title)
        sheet.write_string(0, 0, words.title, self._title)
        sheet.merge_range(1, 0, 1, 10, words.note, self._wrapped)
        sheet.set_row(1, 48)
        places = table.places
        names = self._row_names(layout)
        measured = (f"{words.measure(measure)}, {words.column(column.id)}" for column, measure in places)
        headings = (*names, *measured, *(change.heading for change in table.comparisons))
        for place, text in enumerate(headings):
            sheet.write_string(FIRST_ROW - 1, place, text, self._head)
        sheet.set_column(0, len(names) - 1, 30)
        sheet.set_column(len(names), len(headings), 14)
        for at, row in enumerate(table.rows(), FIRST_ROW):
            self._labels(sheet, at, layout, words, row)
            self._figures(sheet, at, table, row, len(names))
        sheet.freeze_panes(FIRST_ROW, len(names))

    def _figures(self, sheet: Worksheet, at: int, table: ShownTable, row: str, first: int) -> None:
        for place, (column, measure) in enumerate(table.places, first):
            shown = self._part if measure == Measure.FULL_TIME else self._whole
            sheet.write_number(at, place, amount(table.value(measure, row, column.id), measure, column), shown)
        for place, change in enumerate(table.comparisons, first + len(table.places)):
            shown = self._part_change if change.measure == Measure.FULL_TIME else self._whole_change
            sheet.write_number(at, place, change.of(row), shown)

    def _sheet(self, title: str) -> Worksheet:
        """A sheet under a name that Excel takes and that no other has."""
        name = title.translate(FORBIDDEN)[:LONGEST_NAME]
        if name.lower() in self._names:
            name = f"{name[: LONGEST_NAME - 3]} {len(self._names)}"
        self._names.add(name.lower())
        return self._book.add_worksheet(name)

    def _left(self) -> Format:
        return self._book.add_format({"num_format": "#,##0", "align": "left"})

    def _row_names(self, layout: Layout) -> tuple[str, ...]:
        names = {Rows.SECTIONS: _("Paragraf eller indsatskode"), Rows.DAYS: _("Dag"), Rows.RULES: _("Regel")}
        before = (_("Gruppe"),) if layout.groups else (_("Fejl eller advarsel"),) if layout.rules_in_rows else ()
        return (*before, names[layout.table.rows], _("Forklaring"))

    def _labels(self, sheet: Worksheet, at: int, layout: Layout, words: Words, row: str) -> None:
        group, _in, inner = row.rpartition(IN_GROUP)
        before = (words.group(group),) if layout.groups else (words.severity(row),) if layout.rules_in_rows else ()
        for place, text in enumerate((*before, *words.parts(inner))):
            sheet.write_string(at, place, text)
