"""What is told of a person's look-ups, as a file."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from indberet.export.columns import Column
from indberet.export.csv_file import CsvText
from indberet.export.models import Format
from indberet.export.xlsx_file import XlsxFile

from .lookups import Lookup


def columns() -> list[Column]:
    """The headings, in the active language."""
    return [
        Column(_("Tidspunkt"), "time"),
        Column(_("Hvad"), "label"),
        Column(_("Hvorfor"), "label"),
        Column(_("Hvem"), "label"),
        Column(_("Statistik"), "label"),
        Column(_("Omfang"), "label"),
    ]


def file_of(found: Sequence[Lookup], format: Format) -> bytes:
    """The rows for Danish Excel."""
    rows = [
        (each.at.replace(microsecond=0, tzinfo=None), each.what, each.why, each.by, each.statistic, each.extent)
        for each in found
    ]
    chunk: list[Sequence[Any]] = [*zip(*rows, strict=True)] or [() for _column in columns()]
    if format == Format.CSV:
        text = CsvText(columns())
        return text.head() + text.body(chunk)
    file = BytesIO()
    with TemporaryDirectory(prefix="indberet-") as folder:
        book = XlsxFile(file, Path(folder), columns())
        book.add(chunk)
        book.close([(_("Dannet"), f"{timezone.localtime():%d.%m.%Y %H:%M}"), (_("Rækker"), str(len(rows)))])
    return file.getvalue()
