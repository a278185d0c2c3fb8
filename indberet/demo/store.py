"""Stores a whole data set, and counts ids on from it."""

from itertools import chain

from django.core.management.color import no_style
from django.db import connection, models, transaction

from indberet.register.bulk import Table
from indberet.register.models import Case, Finding, Record, RecordCode, Submission

from .cases import Made

BATCH = 5_000  # cases
TABLES: tuple[type[models.Model], ...] = (Submission, Finding, RecordCode, Record, Case)


class Store:
    """Collects cases and writes them in batches, each in one transaction."""

    def __init__(self) -> None:
        self._cases, self._records = Table(Case, with_id=True), Table(Record, with_id=True)
        self._codes, self._findings = Table(RecordCode, with_id=False), Table(Finding, with_id=False)
        self._waiting: list[Made] = []

    def add(self, made: Made) -> None:
        """Keeps a case until the batch is full."""
        self._waiting.append(made)
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Writes what is waiting."""
        with transaction.atomic():
            self._cases.write(made.case for made in self._waiting)
            self._records.write(chain.from_iterable(made.records for made in self._waiting))
            self._codes.write(chain.from_iterable(made.codes for made in self._waiting))
            self._findings.write(chain.from_iterable(made.findings for made in self._waiting))
        self._waiting = []


def is_empty() -> bool:
    """Whether there are no cases and no records."""
    return not Case.unscoped.exists() and not Record.unscoped.exists()


def empty() -> None:
    """Removes every case with all that belongs to it. The trail of events stays."""
    with transaction.atomic():
        for model in TABLES:
            model._default_manager.all()._raw_delete(connection.alias)


def finish() -> None:
    """Lets the database count ids on from the last one; PostgreSQL also does at once what it does by itself in time.

    SQLite's planner keeps the figures that the migrations gave it: those of a small demo would mislead it later.
    """
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(TABLES)):
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")
