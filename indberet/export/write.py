"""Making an export: the row that tells of it, its event, and the file, streamed."""

import hashlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indberet.access.scope import Scope
from indberet.audit.log import write_event

from .csv_file import CsvText
from .manifest import manifest
from .models import Export, Format
from .selection import Exportable
from .xlsx_file import MOST_ROWS, XlsxFile

BLOCK = 64 * 1024
CONTENT_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class CannotExport(Exception):
    """No file can be made; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file on its way: its bytes are made as they are read, and the export is finished when all have been."""

    name: str
    content_type: str
    content: Iterator[bytes]


@dataclass
class Tally:
    """What has been sent so far: rows, and the SHA-256 of the CSV bytes."""

    rows: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, piece: bytes, rows: int = 0) -> bytes:
        """Counts a piece and gives it back."""
        self.digest.update(piece)
        self.rows += rows
        return piece


def export_records(*, selection: Exportable, format: Format) -> Download:
    """Starts an export of the selection, told in the trail. Raises CannotExport, NoPrivilege."""
    if not selection.count:
        raise CannotExport(_("Der er ingen poster at hente."))
    if format == Format.XLSX and selection.count > MOST_ROWS:
        message = _(
            "Et Excel-ark har plads til %(most)s poster, og her er %(count)s. Hent som CSV, eller sæt et filter."
        )
        raise CannotExport(message % {"most": MOST_ROWS, "count": selection.count})
    export = _begin(selection, format)
    content = _csv(export, selection) if format == Format.CSV else _xlsx(export, selection)
    return Download(name=export.file_name, content_type=CONTENT_TYPES[format], content=content)


def latest_exports(scope: Scope, statistic: str, most: int = 10) -> list[Export]:
    """The municipality's latest exports of a statistic, newest first. Raises NoPrivilege."""
    return list(Export.objects.within(scope, statistic).order_by("-started_at", "-id")[:most])


@transaction.atomic
def _begin(selection: Exportable, format: Format) -> Export:
    """The export's row and event; they stand, whatever becomes of the file."""
    scope, listing = selection.scope, selection.listing
    export = Export.unscoped.create(
        statistic=listing.statistic.id,
        municipality=scope.municipality,
        kind=listing.kind,
        part=selection.part,
        format=format,
        filters=[[found.label, found.kept] for found in selection.filters],
        started_at=timezone.now(),
        subject=scope.identity.subject,
        name=scope.identity.name,
    )
    filters = {found.column: found.traced for found in selection.filters}
    detail = {"extent": "view" if filters else "whole", "view": selection.look, "filters": filters}
    _tell(selection.scope, export, "export", {**detail, "rows": selection.count}, cases=selection.cases)
    return export


def _csv(export: Export, selection: Exportable) -> Iterator[bytes]:
    """The file in pieces, read from the database as they are sent."""
    table, tally = selection.table(), Tally()
    text = CsvText(table.columns, selection.title)

    def pieces() -> Generator[bytes]:
        yield tally.add(text.head())
        with closing(selection.chunks(table)) as chunks:
            for chunk in chunks:
                yield tally.add(text.body(chunk), len(chunk[0]))

    return _until_sent(selection.scope, export, tally, pieces())


def _xlsx(export: Export, selection: Exportable) -> Iterator[bytes]:
    """The workbook in pieces. It is made at once, in a file without a name that is gone when it has been sent."""
    table, tally = selection.table(), Tally()
    text = CsvText(table.columns, selection.title)
    tally.add(text.head())
    file = TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    with TemporaryDirectory(prefix="indberet-") as folder, closing(selection.chunks(table)) as chunks:
        book = XlsxFile(file, Path(folder), table.columns, selection.title)
        for chunk in chunks:
            book.add(chunk)
            tally.add(text.body(chunk), len(chunk[0]))
        export.rows, export.sha256 = tally.rows, tally.digest.hexdigest()
        book.close(manifest(export))
    return _until_sent(selection.scope, export, tally, _blocks(file))


def _blocks(file: IO[bytes]) -> Generator[bytes]:
    file.seek(0)
    with file:
        while block := file.read(BLOCK):
            yield block


def _until_sent(scope: Scope, export: Export, tally: Tally, pieces: Generator[bytes]) -> Iterator[bytes]:
    """Hands on the pieces. Only when the last one has been taken, the export is finished."""
    sent = False
    try:
        yield from pieces
        sent = True
    finally:
        _end(scope, export, tally, sent=sent)


@transaction.atomic
def _end(scope: Scope, export: Export, tally: Tally, *, sent: bool) -> None:
    found = Export.unscoped.filter(pk=export.pk)
    if not sent:
        found.update(rows=tally.rows)
        return
    result = {"rows": tally.rows, "sha256": tally.digest.hexdigest()}
    found.update(**result, finished_at=timezone.now())
    _tell(scope, export, "export_finished", result)


def _tell(scope: Scope, export: Export, action: str, detail: dict[str, Any], cases: Iterable[int] = ()) -> None:
    write_event(
        identity=scope.identity,
        action=action,
        municipality=export.municipality,
        statistic=export.statistic,
        cases=cases,
        detail={"export": export.pk, "listing": export.listing.number, "format": export.format, **detail},
    )
