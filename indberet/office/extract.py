"""The extract for production: a statistic's records as files, with a manifest that says what they hold and what they do
not. Only records that municipalities' approvals cover, unless everything is asked for; never a code that no source
confirms.

It is made by command, not by a button: the files hold CPR numbers, and the office's privilege shows no persons.
"""

import hashlib
import json
import re
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
from indberet.approval.states import latest_by_municipality
from indberet.audit.log import write_event
from indberet.definition.approval import Round
from indberet.definition.sections import NO_SECTION, section_of
from indberet.definition.statistic import Statistic
from indberet.register.models import Record
from indberet.stopping import whole

from .approved import REASONS, Approved, Reason
from .extract_files import MAKERS, File, Kind, sha256_of
from .extract_rows import CHUNK, FOR_JUDGE, Judge, Rows, Stored
from .models import Extract
from .overview import reporting

Progress = Callable[[int], None]
NAME = re.compile(r"([a-z_]+-\d{4}-(?:all|approved)-\d{8}T\d{6}-\d+)\.(?:csv|parquet)(?:\.part)?")
"""What `name_of` makes, and the kind of a file."""
DEFINED_BY = ("*.py", "*.csv", "*.toml")
JUDGED = ("section", "receipt", "corrected_since_approval")
"""The columns behind a record's own: its section, the receipt of the approval that covers it, and whether it was
changed after the report that was looked at (yes or empty)."""


class CannotExtract(Exception):
    """Nothing was written; the message says why."""


@dataclass
class Tally:
    """Counts by municipality: records written, left out by reason, and those covered by an approval that were corrected
    or deleted since."""

    written: Counter[str] = field(default_factory=Counter)
    left_out: dict[str, Counter[str]] = field(default_factory=lambda: {reason: Counter() for reason in REASONS})
    corrected: Counter[str] = field(default_factory=Counter)
    deleted: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is extracted: the records that `approved` covers, or everything. `sections` tells the section under which
    each service code stands today."""

    statistic: Statistic
    round: Round
    everything: bool
    approved: Mapping[str, Approved]
    sections: Mapping[str, str]

    def covered(self, municipality: str) -> Approved:
        """What the municipality has approved."""
        return self.approved.get(municipality) or Approved(round=self.round, given={})

    def in_sections(self, municipality: str) -> "QuerySet[Record]":
        """Its living records in sections that are approved."""
        given = self.covered(municipality).given
        codes = [code for code, name in self.sections.items() if name in given]
        return self.living(municipality).filter(service_code__in=codes)

    def living(self, municipality: str) -> "QuerySet[Record]":
        """All its living records."""
        return self.every(municipality).filter(deleted_at=None)

    def every(self, municipality: str) -> "QuerySet[Record]":
        """Its records, deleted ones too."""
        return Record.unscoped.filter(statistic=self.statistic.id, municipality=municipality)

    def verdict(self, municipality: str, stored: Stored) -> Reason:
        """Why the municipality has not approved a record, or ''."""
        section = self.section(stored)
        return self.covered(municipality).verdict(section, stored["start"], stored["end"], stored["created_at"])

    def section(self, stored: Stored) -> str:
        """The section of a record."""
        return self.sections.get(stored["service_code"], NO_SECTION)


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
    """Writes the files and their manifest to `folder`, in constant memory; they get their names when they are whole,
    and nothing stays of them if it fails or is stopped (`indberet.stopping`). `by` is who started it, `progress` is
    told the records written so far. Raises CannotExtract."""
    job = _job(statistic, year, everything, folder)
    made = _begin(job, by)
    base = folder / name_of(made)
    rows, tally, finished = Rows(statistic), Tally(), None
    parts = {format: base.with_name(f"{base.name}.{format}.part") for format in formats}
    try:
        with _one_moment(), ExitStack() as open_files:
            files = _open(rows, parts, open_files)
            for written in _write(job, rows, files, tally):
                progress(written)
        manifest = _manifest(job, rows, tally, [*parts.values()], made)
        with whole():
            finished = _finish(made, base, [*parts.values()], manifest, by)
    except BaseException:
        if finished is None:
            _remove(base, [*parts.values()])
        raise
    return finished


def name_of(made: Extract) -> str:
    """What the files of an extract are called, before what tells their kind; no two have the same."""
    extent = "all" if made.everything else "approved"
    return f"{made.statistic}-{made.year}-{extent}-{timezone.localtime(made.started_at):%Y%m%dT%H%M%S}-{made.pk}"


def left_overs(folder: Path) -> list[Path]:
    """Files of extracts without a manifest: of one that was killed, or one that is at work."""
    named = ((path, NAME.fullmatch(path.name)) for path in sorted(folder.glob("*")))
    return [path for path, found in named if found and not _manifest_path(folder / found[1]).exists()]


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
    codes, today = statistic.codes_of("service_code"), timezone.localdate()
    latest = latest_by_municipality(statistic, round)
    return Job(
        statistic=statistic,
        round=round,
        everything=everything,
        approved={code: Approved.of(round, found) for code, found in latest.items()},
        sections={code: section_of(codes, code, today) for code in dict.fromkeys(row.code for row in codes.rows)},
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
    names = [*(column.name for column in rows.columns), *JUDGED]
    kinds: list[Kind] = [column.kind for column in rows.columns] + ["text"] * len(JUDGED)
    files: list[File] = [MAKERS[format](part, names, kinds) for format, part in parts.items()]
    for file in files:
        stack.callback(file.close)
    return files


def _write(job: Job, rows: Rows, files: Sequence[File], tally: Tally) -> Iterator[int]:
    done = 0
    for code in (found.code for found in reporting()):
        records = job.living(code) if job.everything else _approved_only(job, code, tally)
        for columns in rows.chunks(records, _judge(job, code, tally)):
            for file in files:
                file.add(columns)
            tally.written[code] += len(columns[0])
            done += len(columns[0])
            yield done
        tally.deleted[code] = _deleted_since(job, code)


def _approved_only(job: Job, code: str, tally: Tally) -> "QuerySet[Record]":
    """The records that may be approved, as far as the database can tell; counts the others."""
    in_sections = job.in_sections(code)
    records = in_sections.filter(job.covered(code).touched())
    tally.left_out["not_approved"][code] = job.living(code).count() - (found := in_sections.count())
    tally.left_out["outside_period"][code] = found - records.count()
    return records


def _judge(job: Job, code: str, tally: Tally) -> Judge:
    """Tells of a municipality's records, one at a time, the values of JUDGED."""
    approved = job.covered(code)

    def judge(stored: Stored) -> Sequence[Any] | None:
        section, why = job.section(stored), job.verdict(code, stored)
        if why:
            if job.everything:
                return section, None, None
            tally.left_out[why][code] += 1
            return None
        corrected = stored["changed_at"] > approved.looked_at(section)
        tally.corrected[code] += corrected
        return section, approved.given[section].receipt, "yes" if corrected else None

    return judge


def _deleted_since(job: Job, code: str) -> int:
    """Deleted records, as long as they are kept, that stood in the report on which their section is approved."""
    approved = job.covered(code)
    gone = job.every(code).exclude(deleted_at=None).order_by("id").values(*FOR_JUDGE, "deleted_at")
    covered = (stored for stored in gone.iterator(chunk_size=CHUNK) if not job.verdict(code, stored))
    return sum(stored["deleted_at"] > approved.looked_at(job.section(stored)) for stored in covered)


def _manifest(job: Job, rows: Rows, tally: Tally, parts: Sequence[Path], made: Extract) -> dict[str, Any]:
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
        "columns": [*(column.name for column in rows.columns), *JUDGED],
        "files": [
            {"name": path.with_suffix("").name, "bytes": path.stat().st_size, "sha256": sha256_of(path)}
            for path in parts
        ],
        "municipalities": _counted(tally.written),
        "approvals": [told for code in sorted(job.approved) for told in job.approved[code].told()],
        "since_approval": {"corrected": _counted(tally.corrected), "deleted": _counted(tally.deleted)},
        "left_out": {
            **{reason: _counted(counts) for reason, counts in tally.left_out.items()},
            "unconfirmed_records": unconfirmed,
            "unconfirmed_values": emptied,
        },
    }


def _counted(counts: Mapping[str, int]) -> dict[str, int]:
    return {code: count for code, count in counts.items() if count}


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


def _finish(made: Extract, base: Path, parts: Sequence[Path], manifest: dict[str, Any], by: str) -> Extract:
    """Gives the files their names; a file without a manifest is nobody's."""
    for part in parts:
        part.rename(part.with_suffix(""))
    _private_text(_manifest_path(base), json.dumps(manifest, ensure_ascii=False, indent=2))
    return _end(made, manifest, by)


def _remove(base: Path, parts: Sequence[Path]) -> None:
    """Nothing stays of an extract that is not whole."""
    with whole():
        for path in (*parts, *(part.with_suffix("") for part in parts), _manifest_path(base)):
            path.unlink(missing_ok=True)


def _manifest_path(base: Path) -> Path:
    return base.with_name(f"{base.name}.manifest.json")


@transaction.atomic
def _end(made: Extract, manifest: dict[str, Any], by: str) -> Extract:
    made.rows, made.manifest, made.finished_at = manifest["rows"], manifest, timezone.now()
    reasons = (*REASONS, "unconfirmed_records")
    made.left_out = sum(sum(manifest["left_out"][reason].values()) for reason in reasons)
    made.save(update_fields=["rows", "manifest", "finished_at", "left_out"])
    _tell(made, "extract_finished", by, {"rows": made.rows, "files": manifest["files"]})
    return made


def _tell(made: Extract, action: str, by: str, detail: dict[str, Any]) -> None:
    operator = Identity(subject=f"operator:{by}", name=by, organisation="", cvr="", source="operator")
    write_event(identity=operator, action=action, statistic=made.statistic, detail={"extract": made.pk, **detail})


def _private_text(path: Path, text: str) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(text + "\n", encoding="utf-8")
