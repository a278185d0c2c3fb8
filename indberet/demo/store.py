"""Stores many rows fast on SQLite and PostgreSQL, by the tables' own columns and indexes."""

from collections.abc import Callable, Iterable
from itertools import chain
from operator import attrgetter
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

from indberet.register.models import Case, Finding, Record, RecordCode, Submission

from .cases import Made

BATCH = 5_000  # cases
TABLES: tuple[type[models.Model], ...] = (Submission, Finding, RecordCode, Record, Case)
PLAIN = (models.CharField, models.IntegerField, models.ForeignKey, models.BooleanField)


class Table:
    """Writes instances of a model. Unless `with_id`, the database gives the ids."""

    def __init__(self, model: type[models.Model], *, with_id: bool) -> None:
        columns = [found for found in model._meta.concrete_fields if with_id or not found.primary_key]
        self._names = ", ".join(connection.ops.quote_name(str(found.column)) for found in columns)
        self._table = connection.ops.quote_name(model._meta.db_table)
        self._get = attrgetter(*(found.attname for found in columns))
        self._convert = [(place, found) for place, found in enumerate(columns) if not isinstance(found, PLAIN)]
        self._count = len(columns)

    def write(self, instances: Iterable[models.Model]) -> None:
        """Adds the rows in the current transaction."""
        store: Callable[[Iterable[list[Any]]], None] = self._copy if connection.vendor == "postgresql" else self._insert
        store(map(self._row, instances))

    def _row(self, instance: models.Model) -> list[Any]:
        row = list(self._get(instance))
        for place, found in self._convert:
            if row[place] is not None:
                row[place] = found.get_db_prep_save(row[place], connection)
        return row

    def _copy(self, rows: Iterable[list[Any]]) -> None:
        with connection.cursor() as cursor, cursor.copy(f"COPY {self._table} ({self._names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def _insert(self, rows: Iterable[list[Any]]) -> None:
        places = ", ".join(["%s"] * self._count)
        with connection.cursor() as cursor:
            statement = f"INSERT INTO {self._table} ({self._names}) VALUES ({places})"  # noqa: S608
            cursor.executemany(statement, list(rows))


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
