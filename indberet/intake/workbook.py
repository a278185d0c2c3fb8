"""A receipt as a workbook: the summary first, then every finding."""

import tempfile
from typing import IO

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from indberet.export.cells import FORMULA
from indberet.export.xlsx_file import MOST_ROWS, OPTIONS

from .models import Delivery
from .page import ReceiptPage, severity_word
from .receipt import Row, Teller

WIDTHS = (8, 22, 24, 24, 12, 60, 60, 28)


def workbook(delivery: Delivery) -> IO[bytes]:
    """The file, at its beginning, in the active language."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book = Workbook(file, OPTIONS)
    sheets = _Sheets(book)
    sheets.summary(delivery)
    sheets.findings(delivery)
    book.close()
    file.seek(0)
    return file


class _Sheets:
    """The two sheets, written row by row."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._head = book.add_format({"bold": True, "bg_color": "#E6E6E6"})
        self._quoted = book.add_format({"quote_prefix": True})

    def summary(self, delivery: Delivery) -> None:
        """What it was, what became of it, and how often each thing was found."""
        sheet = self._book.add_worksheet(_("Sammenfatning"))
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 1, 90)
        page = ReceiptPage(delivery)
        row = 0
        self._pair(sheet, row, page.outcome.heading, page.outcome.text)
        row += 2
        for label, text in (*page.about, *((label, str(count)) for label, count in page.counts)):
            self._pair(sheet, row, label, text)
            row += 1
        row += 1
        for group in page.groups:
            self._pair(
                sheet,
                row,
                f"{severity_word(group.severity)}: {group.count}",
                f"{group.element}: {group.text} ({group.code})",
            )
            row += 1

    def findings(self, delivery: Delivery) -> None:
        """Every finding, as far as a sheet goes."""
        sheet = self._book.add_worksheet(_("Fund"))
        headings = (_("Linje"), _("Id"), _("Element"), _("Værdi"), _("Alvor"), _("Ventet"), _("Begrundelse"), _("Kode"))
        for place, (heading, width) in enumerate(zip(headings, WIDTHS, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, heading, self._head)
        sheet.freeze_panes(1, 0)
        sheet.ignore_errors({"number_stored_as_text": "A:XFD"})
        last = 0
        for last, row in enumerate(Teller(delivery).rows(MOST_ROWS), 1):
            self._finding(sheet, last, row)
        sheet.autofilter(0, 0, last, len(headings) - 1)

    def _finding(self, sheet: Worksheet, number: int, row: Row) -> None:
        sheet.write_number(number, 0, row.line)
        texts = (row.key, row.element, row.value, severity_word(row.severity), row.expectation, row.reason, row.code)
        for place, text in enumerate(texts, 1):
            self._text(sheet, number, place, text)

    def _pair(self, sheet: Worksheet, row: int, label: str, text: str) -> None:
        sheet.write_string(row, 0, label, self._head)
        self._text(sheet, row, 1, text)

    def _text(self, sheet: Worksheet, row: int, place: int, text: str) -> None:
        sheet.write_string(row, place, text, self._quoted if FORMULA.match(text) else None)
