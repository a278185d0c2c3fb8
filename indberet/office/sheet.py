"""The overview as a file: the rows as they are shown, as CSV or as a workbook."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone
from django.utils.translation import gettext as _

from indberet.export.columns import Column
from indberet.export.csv_file import CsvText
from indberet.export.xlsx_file import XlsxFile

from .overview import Row

Cell = str | date | datetime | int | None


def columns() -> list[Column]:
    """The headings, in the active language."""
    return [
        Column(_("Kode"), "text"),
        Column(_("Kommune"), "label"),
        Column(_("Statistik"), "label"),
        Column(_("Seneste leverance"), "time"),
        Column(_("Senest ændret"), "time"),
        Column(_("Poster"), "number"),
        Column(_("Med fejl"), "number"),
        Column(_("Med advarsler"), "number"),
        Column(_("Accepterede advarsler"), "number"),
        Column(_("Periode"), "label"),
        Column(_("Godkendte paragraffer"), "number"),
        Column(_("Paragraffer, der skal godkendes"), "number"),
        Column(_("Paragraffer uden ydelser"), "number"),
        Column(_("Seneste rapport"), "date"),
        Column(_("Frist"), "date"),
        Column(_("Dage til frist"), "number"),
        Column(_("Påmindelser"), "number"),
        Column(_("Tilstand"), "label"),
    ]


def csv_bytes(rows: Sequence[Row]) -> bytes:
    """The rows as CSV for Danish Excel."""
    text = CsvText(columns())
    return text.head() + text.body(_turned(rows))


def xlsx_bytes(rows: Sequence[Row]) -> bytes:
    """The rows as a workbook."""
    file = BytesIO()
    with TemporaryDirectory(prefix="indberet-") as folder:
        book = XlsxFile(file, Path(folder), columns())
        book.add(_turned(rows))
        book.close([(_("Dannet"), f"{timezone.localtime():%d.%m.%Y %H:%M}"), (_("Rækker"), str(len(rows)))])
    return file.getvalue()


def _turned(rows: Iterable[Row]) -> list[Sequence[Cell]]:
    """The values of each column."""
    cells = [list(_cells(row)) for row in rows]
    return [list(values) for values in zip(*cells, strict=True)] or [[] for _column in columns()]


def _cells(row: Row) -> Iterator[Cell]:
    kept = row.standing
    yield row.municipality.code
    yield row.municipality.label
    yield row.statistic.name
    yield _local(kept.last_delivery if kept else None)
    yield _local(kept.last_change if kept else None)
    for name in ("records", "errors", "warnings", "overruled"):
        yield getattr(kept, name) if kept else None
    yield row.round.label
    yield row.progress.done
    yield row.progress.demanded
    yield row.progress.nothing
    yield kept.report_day if kept else None
    yield row.round.deadline
    yield row.days
    yield row.reminders
    yield row.state_text


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment).replace(microsecond=0, tzinfo=None) if moment else None
