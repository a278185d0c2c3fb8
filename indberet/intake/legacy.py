"""Copying the predecessor's data to the register, once (A07): a CSV file with a row per service.

A row that was copied before is left alone, also when it was corrected, deleted or purged here since. Old codes stay as
they are; the rules of the record's own date say what they are worth today.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import IO

from django.db import transaction
from django.utils import timezone

from indberet.access.identity import Identity
from indberet.audit.log import write_event
from indberet.definition.dates import FIRST_YEAR
from indberet.definition.registry import municipalities
from indberet.definition.statistic import Statistic
from indberet.register.behind import Behind
from indberet.register.incoming import Incoming, Origin, Outcome
from indberet.register.models import Source
from indberet.register.receive import Receiver

from .columns import KEY, Columns
from .csv_file import CsvRows, by_name, names_in
from .lines import Line, Problem
from .masks import masked_key, shown
from .models import LONGEST_VALUE
from .reading import LineReader
from .texts import texts

OWN = ("municipality", "legacy_id", "created_at", "created_by")
NEEDED = OWN[:3]
AT_A_TIME = 50_000
"""Rows of which those of a municipality are stored in one transaction."""
PREDECESSOR = "Web-dialog"
IDENTITY = Identity(subject="command", name="indberet import-legacy", organisation="", cvr="", source="operator")


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A row that could not be copied, or a value of it: where, what was expected, and why. It names no person."""

    line: int
    key: str
    column: str
    value: str
    expectation: str
    reason: str
    whole: bool


@dataclass
class Report:
    """What an import did: every one of the `rows` was copied now, or `before`, or is among those not taken."""

    rows: int = 0
    copied: int = 0
    before: int = 0
    not_taken: int = 0
    with_errors: int = 0
    with_warnings: int = 0
    municipalities: set[str] = field(default_factory=set)
    rules: Counter[str] = field(default_factory=Counter)

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Counts what became of rows that could be taken."""
        for outcome in outcomes:
            if outcome.did != "new":
                self.before += 1
                continue
            self.copied += 1
            worst = max((found.rule.severity for found in outcome.found), default=0)
            self.with_errors += worst == 2
            self.with_warnings += worst == 1
            self.rules.update(found.rule.id for found in outcome.found)


Tell = Callable[[NotTaken], None]


def import_legacy(file: IO[bytes], statistic: Statistic, *, tell: Tell, dry: bool = False) -> Report:
    """Copies the file's rows; `dry` checks them and keeps nothing. `tell` is told of what could not be taken. Raises
    Refused when the file cannot be read to its end, before anything is copied."""
    file = file if file.seekable() else _kept(file)
    for _found in _Rows(file, statistic).texts():
        pass
    file.seek(0)
    report, first = Report(), _First()
    rows = iter(_Rows(file, statistic))
    while some := list(islice(rows, AT_A_TIME)):
        report.rows += len(some)
        by_municipality: dict[str, list[Incoming]] = {}
        for row in some:
            if incoming := first.of(row):
                by_municipality.setdefault(row.municipality, []).append(incoming)
            else:
                report.not_taken += 1
            for problem in row.problems:
                tell(_not_taken(statistic, row, problem))
        for code, lines in sorted(by_municipality.items()):
            _copy(statistic, code, lines, report, dry=dry)
    return report


def _kept(pipe: IO[bytes]) -> IO[bytes]:
    """What can be read once only, in a temporary file that nobody else can open."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the last reference to it
    shutil.copyfileobj(pipe, file)
    file.seek(0)
    return file


def _copy(statistic: Statistic, municipality: str, lines: list[Incoming], report: Report, *, dry: bool) -> None:
    origin = Origin(Source.LEGACY, "", PREDECESSOR)
    receiver = Receiver(statistic=statistic, municipality=municipality, origin=origin, once=True, dry=dry)
    with transaction.atomic():
        with Behind() as behind:
            for outcomes in receiver.receive(lines, behind):
                report.add(outcomes)
        if not dry:
            _tell(statistic, municipality, receiver, len(lines))
    report.municipalities.add(municipality)


def _tell(statistic: Statistic, municipality: str, receiver: Receiver, rows: int) -> None:
    write_event(
        identity=IDENTITY,
        action="import_legacy",
        municipality=municipality,
        statistic=statistic.id,
        cases=sorted(receiver.cases),
        detail={"rows": rows},
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that was read; `incoming` is None when it cannot be copied."""

    line: Line
    municipality: str
    incoming: Incoming | None
    problems: list[Problem]


class _First:
    """Tells apart rows with the same id in a municipality: the first that can be copied is, the others are told."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], int] = {}

    def of(self, row: _Row) -> Incoming | None:
        """What is to be copied of the row."""
        if row.incoming is None:
            return None
        first = self._lines.setdefault((row.municipality, row.line.key), row.line.number)
        if first == row.line.number:
            return row.incoming
        name, key = "legacy_id", row.line.key
        row.problems.append(Problem("refused_row_repeated", name, "", key, row.line.number, {"first": first}))
        return None


class _Rows:
    """Reads the file row by row. Raises Refused."""

    def __init__(self, file: IO[bytes], statistic: Statistic) -> None:
        self._rows, self._columns = CsvRows(file), Columns(statistic)
        self._reader = LineReader(statistic, None, timezone.localdate())
        self._each = iter(self._rows)
        known = (*OWN, *(found.name for found in statistic.fields))
        self._header = names_in(next(self._each, []), NEEDED, known, 1)

    def __iter__(self) -> Iterator[_Row]:
        for place, found in enumerate(self.texts(), 1):
            yield self._row(place, found)

    def texts(self) -> Iterator[dict[str, str]]:
        """Each row's texts by the names of their columns."""
        for row in self._each:
            yield by_name(self._header, row, self._rows.number)

    def _row(self, place: int, found: dict[str, str]) -> _Row:
        number = self._rows.number
        own = {name: found.pop(name, "").strip() for name in OWN}
        line = self._columns.line(number, found)
        line.key, line.action = own["legacy_id"], "new"
        incoming = self._reader.read(place, line)
        created = _moment(own["created_at"])
        if not municipalities().known(own["municipality"]):
            line.problems.append(
                Problem("refused_municipality", "municipality", value=own["municipality"], line=number)
            )
        if created is None:
            line.problems.append(Problem("refused_moment", "created_at", value=own["created_at"], line=number))
        if incoming is None or any(problem.code.startswith("refused_") for problem in line.problems):
            return _Row(line, own["municipality"], None, line.problems)
        incoming.created_at, incoming.created_by = created, own["created_by"][:200]
        return _Row(line, own["municipality"], incoming, line.problems)


def _moment(text: str) -> datetime | None:
    """A day or a moment in ISO form, in Danish time unless it says another; from 1900, and never in the future."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.year < FIRST_YEAR:
        return None
    aware = found if found.tzinfo else timezone.make_aware(found)
    return aware if aware <= timezone.now() else None


def _not_taken(statistic: Statistic, row: _Row, problem: Problem) -> NotTaken:
    expectation, reason = texts(problem.code, problem.params)
    field = statistic.field(problem.field) if statistic.has_field(problem.field) else None
    return NotTaken(
        line=row.line.number,
        key=masked_key(row.line.key),
        column="legacy_id" if problem.name == KEY else problem.name,
        value=shown(field, problem.value)[:LONGEST_VALUE],
        expectation=expectation,
        reason=reason,
        whole=problem.code.startswith("refused_"),
    )
