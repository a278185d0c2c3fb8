"""The extract for production: a statistic's records as files, with a manifest that says what they hold and what they do
not. Only what municipalities have approved, unless everything is asked for; never a code that no source confirms.

It is made by command, not by a button: the files hold CPR numbers, and the office's privilege shows no persons.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from indberet import __version__
from indberet.access.identity import Identity
from indberet.approval.states import Latest, latest_by_municipality
from indberet.audit.log import write_event
from indberet.definition.approval import Round
from indberet.definition.sections import section_of
from indberet.definition.statistic import Statistic
from indberet.register.models import Record

from .extract_files import MAKERS, File, Values, sha256_of
from .extract_rows import Rows
from .models import Extract
from .overview import reporting

Progress = Callable[[int], None]
DEFINED_BY = ("*.py", "*.csv", "*.toml")


class CannotExtract(Exception):
    """Nothing was written; the message says why."""


@dataclass
class Tally:
    """What was written, by municipality, and what was left out, by reason."""

    written: Counter[str] = field(default_factory=Counter)
    not_approved: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is extracted. `latest` tells which sections of which municipality are approved, and by which receipt."""

    statistic: Statistic
    round: Round
    everything: bool
    latest: Mapping[str, Latest]

    def receipts(self, municipality: str) -> dict[str, str]:
        """The receipt under which each section of the municipality's data is approved."""
        found = self.latest.get(municipality, {})
        return {name: row.given.approval.receipt for name, row in found.items() if row.given and not row.given.nothing}

    def sections(self) -> dict[str, str]:
        """The section under which each service code stands today."""
        codes, today = self.statistic.codes_of("service_code"), timezone.localdate()
        return {code: section_of(codes, code, today) for code in dict.fromkeys(row.code for row in codes.rows)}

    def records(self, municipality: str) -> "QuerySet[Record]":
        """The living records that go out, before codes are looked at."""
        rows = self.living(municipality)
        if self.everything:
            return rows
        approved = self.receipts(municipality)
        return rows.filter(service_code__in=[code for code, name in self.sections().items() if name in approved])

    def living(self, municipality: str) -> "QuerySet[Record]":
        """All the municipality's living records."""
        return Record.unscoped.filter(statistic=self.statistic.id, municipality=municipality, deleted_at=None)


def extract(
    *,
    statistic: Statistic,
    folder: Path,
    everything: bool,
    year: int,
    formats: Sequence[str],
    by: str,
    progress: Progress = lambda records: None,
) -> Extract:
    """Writes the files and their manifest to `folder`, in constant memory; they get their names when they are whole.
    `by` is who started it, `progress` is told the records written so far. Raises CannotExtract."""
    job = _job(statistic, year, everything, folder)
    made = _begin(job, by)
    base = folder / f"{statistic.id}-{year}-{'all' if everything else 'approved'}-{timezone.localtime():%Y%m%dT%H%M%S}"
    rows, tally = Rows(statistic), Tally()
    parts = {format: base.with_name(f"{base.name}.{format}.part") for format in formats}
    try:
        with _one_moment(), ExitStack() as open_files:
            files = _open(rows, parts, open_files)
            for written in _write(job, rows, files, tally):
                progress(written)
    except BaseException:
        for part in parts.values():
            part.unlink(missing_ok=True)
        raise
    done = [part.rename(part.with_suffix("")) for part in parts.values()]
    manifest = _manifest(job, rows, tally, done, made)
    _private_text(base.with_name(f"{base.name}.manifest.json"), json.dumps(manifest, ensure_ascii=False, indent=2))
    return _end(made, manifest, by)


def definitions_version(statistic: Statistic) -> str:
    """The program's version and a fingerprint of the statistic's own and shared definitions."""
    digest = hashlib.sha256()
    for folder in (statistic.folder, statistic.shared_folder):
        for path in sorted(path for pattern in DEFINED_BY for path in folder.rglob(pattern)):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:16]}"


def _job(statistic: Statistic, year: int, everything: bool, folder: Path) -> Job:
    if not folder.is_dir():
        raise CannotExtract(f"--out is '{folder}', expected a folder that exists.")
    try:
        round = statistic.approval.round(year, timezone.localdate())
    except KeyError:
        years = ", ".join(str(known) for known in statistic.approval.years_on(timezone.localdate()))
        raise CannotExtract(f"--year is {year}, expected one of {years}.") from None
    return Job(
        statistic=statistic,
        round=round,
        everything=everything,
        latest=latest_by_municipality(statistic, round),
    )


@contextmanager
def _one_moment() -> Iterator[None]:
    """On PostgreSQL all municipalities are read as they are at one moment. SQLite's transactions keep writers waiting,
    so there each municipality is of a moment of its own."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _open(rows: Rows, parts: Mapping[str, Path], stack: ExitStack) -> list[File]:
    names = [*(column.name for column in rows.columns), "section", "receipt"]
    kinds = [*(column.kind for column in rows.columns), "text", "text"]
    files: list[File] = [MAKERS[format](part, names, kinds) for format, part in parts.items()]
    for file in files:
        stack.callback(file.close)
    return files


def _write(job: Job, rows: Rows, files: Sequence[File], tally: Tally) -> Iterator[int]:
    sections = job.sections()
    place = [column.name for column in rows.columns].index("service_code")
    done = 0
    for code in (found.code for found in reporting()):
        receipts, records = job.receipts(code), job.records(code)
        for chunk in rows.chunks(records):
            under = [sections.get(service, "") for service in chunk[place]]
            columns: list[Values] = [*chunk, under, [receipts.get(name) for name in under]]
            for file in files:
                file.add(columns)
            tally.written[code] += len(under)
            done += len(under)
            yield done
        if not job.everything:
            tally.not_approved[code] = job.living(code).count() - records.count()


def _manifest(job: Job, rows: Rows, tally: Tally, files: Sequence[Path], made: Extract) -> dict[str, Any]:
    unconfirmed = {code: count for (name, code), count in rows.left_out.items() if name == "service_code"}
    emptied = {f"{name} {code}": count for (name, code), count in rows.left_out.items() if name != "service_code"}
    return {
        "statistic": job.statistic.id,
        "extent": "all" if job.everything else "approved",
        "year": job.round.year,
        "period": job.round.label,
        "made_at": timezone.localtime(made.started_at).isoformat(timespec="seconds"),
        "definitions": definitions_version(job.statistic),
        "rows": tally.written.total(),
        "columns": [column.name for column in rows.columns] + ["section", "receipt"],
        "files": [{"name": path.name, "bytes": path.stat().st_size, "sha256": sha256_of(path)} for path in files],
        "municipalities": {code: count for code, count in tally.written.items() if count},
        "left_out": {
            "not_approved": {code: count for code, count in tally.not_approved.items() if count},
            "unconfirmed_records": unconfirmed,
            "unconfirmed_values": emptied,
        },
    }


def _begin(job: Job, by: str) -> Extract:
    made = Extract.unscoped.create(
        statistic=job.statistic.id,
        year=job.round.year,
        everything=job.everything,
        started_at=timezone.now(),
        started_by=by,
    )
    _tell(made, "extract", by, {"extent": "all" if job.everything else "approved", "year": job.round.year})
    return made


@transaction.atomic
def _end(made: Extract, manifest: dict[str, Any], by: str) -> Extract:
    made.rows, made.manifest, made.finished_at = manifest["rows"], manifest, timezone.now()
    whole = ("not_approved", "unconfirmed_records")
    made.left_out = sum(sum(manifest["left_out"][reason].values()) for reason in whole)
    made.save(update_fields=["rows", "manifest", "finished_at", "left_out"])
    _tell(made, "extract_finished", by, {"rows": made.rows, "files": manifest["files"]})
    return made


def _tell(made: Extract, action: str, by: str, detail: dict[str, Any]) -> None:
    operator = Identity(subject=f"operator:{by}", name=by, organisation="", cvr="", source="operator")
    write_event(identity=operator, action=action, statistic=made.statistic, detail={"extract": made.pk, **detail})


def _private_text(path: Path, text: str) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(text + "\n", encoding="utf-8")
