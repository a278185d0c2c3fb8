"""The Excel workbook, written row by row: dates are dates and all else is text, so that nothing is run or changed."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from .cells import FORMULA
from .columns import Column, Kind
from .table import Chunk

MOST_ROWS = 1_048_574
"""A sheet has two rows more, for a title and the headings."""
FIRST_YEAR = 1900
WIDTHS: dict[Kind, int] = {"text": 18, "label": 30, "date": 12, "time": 18, "number": 12}
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


class XlsxFile:
    """A workbook with the sheets Poster and Manifest. `folder` holds its unfinished parts until `close`."""

    def __init__(self, file: IO[bytes], folder: Path, columns: Sequence[Column], title: str = "") -> None:
        self._book = Workbook(file, {**OPTIONS, "tmpdir": str(folder)})
        self._columns = columns
        self._title = title
        self._head_row = self._rows = 1 if title else 0
        self._head = self._book.add_format({"bold": True, "bg_color": "#E6E6E6"})
        self._quoted = self._book.add_format({"quote_prefix": True})
        self._sheet = self._book.add_worksheet(_("Poster"))
        self._write = [self._writer(column.kind) for column in columns]
        self._begin()

    def add(self, chunk: Chunk) -> None:
        """Adds rows to the sheet Poster."""
        for row in zip(*chunk, strict=True):
            self._rows += 1
            for place, (write, value) in enumerate(zip(self._write, row, strict=True)):
                if value is not None and value != "":
                    write(self._rows, place, value)

    def close(self, manifest: Iterable[tuple[str, str]]) -> None:
        """Adds the sheet Manifest and writes the file."""
        self._sheet.autofilter(self._head_row, 0, self._rows, len(self._columns) - 1)
        sheet = self._book.add_worksheet(_("Manifest"))
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 80)
        for number, (label, text) in enumerate(manifest):
            sheet.write_string(number, 0, label, self._head)
            self._text(sheet)(number, 1, text)
        self._book.close()

    def _begin(self) -> None:
        if self._title:
            self._text(self._sheet)(0, 0, self._title)
        for place, column in enumerate(self._columns):
            self._sheet.set_column(place, place, WIDTHS[column.kind])
            self._sheet.write_string(self._head_row, place, column.heading, self._head)
        self._sheet.freeze_panes(self._head_row + 1, 1)
        self._sheet.ignore_errors({"number_stored_as_text": "A:XFD"})

    def _writer(self, kind: Kind) -> Callable[[int, int, Any], object]:
        if kind in ("date", "time"):
            return self._day(
                self._book.add_format({"num_format": "dd.mm.yyyy hh:mm" if kind == "time" else "dd.mm.yyyy"})
            )
        return self._sheet.write_number if kind == "number" else self._text(self._sheet)

    def _text(self, sheet: Worksheet) -> Callable[[int, int, str], object]:
        """Writes text as text; what looks like a formula stays text when somebody edits the cell."""

        def write(row: int, place: int, text: str) -> object:
            return sheet.write_string(row, place, text, self._quoted if FORMULA.match(text) else None)

        return write

    def _day(self, shown: Format) -> Callable[[int, int, date], object]:
        def write(row: int, place: int, day: date) -> object:
            if day.year < FIRST_YEAR:  # Excel knows no earlier day
                return self._sheet.write_string(row, place, day.isoformat())
            return self._sheet.write_datetime(row, place, day, shown)

        return write
