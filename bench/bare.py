"""The bare database: the statements that a request needs, run again on a plain cursor of the driver."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection

OURS = re.compile(r'"(register_\w+|audit_event)"')
INSERTS_RECORD = re.compile(r'INSERT INTO "register_record" ')
READS, WRITES = ("SELECT",), ("INSERT", "UPDATE", "DELETE")
QMARK = re.compile(r"(?<!%)%s")


@dataclass(frozen=True)
class Statement:
    """One statement as the driver gets it."""

    sql: str
    parameters: tuple[Any, ...]

    @property
    def verb(self) -> str:
        """SELECT, INSERT ..."""
        return self.sql.lstrip().split(maxsplit=1)[0].upper()

    def changed(self, changes: Mapping[Any, Any]) -> "Statement":
        """The same with other texts and numbers as parameters, if it inserts."""
        if self.verb != "INSERT":
            return self
        return Statement(self.sql, tuple(_changed(value, changes) for value in self.parameters))


def _changed(value: Any, changes: Mapping[Any, Any]) -> Any:
    if isinstance(value, list):
        return [_changed(each, changes) for each in value]
    return changes.get(value, value) if type(value) in (str, int) else value


def _width(statement: Statement) -> int:
    """Where the list of columns ends."""
    return statement.sql.find(" FROM ")


@contextmanager
def captured() -> Iterator[list[Statement]]:
    """Collects the statements on cases, records and events that run inside."""
    found: list[Statement] = []

    def keep(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if OURS.search(sql):
            found.append(Statement(sql, tuple(parameters or ())))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(keep):
        yield found


class Bare:
    """A connection of the driver's own."""

    @cached_property
    def driver(self) -> Any:
        """The open connection; it commits by itself unless told to begin."""
        if connection.vendor == "sqlite":
            import sqlite3

            from django.db.backends.sqlite3._functions import register  # type: ignore[import-untyped]

            found = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32768"):
                found.execute(f"PRAGMA {pragma}")
            register(found)  # what Django's statements on dates call
            return found
        import psycopg

        parameters = {**connection.get_connection_params(), "autocommit": True}
        unwanted = ("pool", "context", "cursor_factory", "server_side_binding", "prepare_threshold")
        wanted = {name: value for name, value in parameters.items() if name not in unwanted}
        return psycopg.connect(**wanted, cursor_factory=psycopg.ClientCursor, prepare_threshold=None)

    def read(self, statements: list[Statement]) -> int:
        """Runs what reads, and fetches all; the number of rows."""
        rows = 0
        for statement in statements:
            if statement.verb in READS:
                rows += len(self._execute(statement).fetchall())
        return rows

    def write(self, statements: list[Statement], changes: Mapping[Any, Any], record: int = 0) -> None:
        """Runs what writes in one transaction.

        `changes` replaces parameters that must be new each time, such as a form's token; `record` is the id of the
        record that the captured statements made, and the new one's takes its place.
        """
        new = dict(changes)
        self.driver.execute("BEGIN" if connection.vendor == "postgresql" else "BEGIN IMMEDIATE")
        for statement in statements:
            if statement.verb in WRITES:
                cursor = self._execute(statement.changed(new))
                returned = cursor.fetchall() if cursor.description else []
                if INSERTS_RECORD.match(statement.sql):
                    new[record] = returned[0][0]
        self.driver.execute("COMMIT")

    def stream(self, statements: list[Statement], write: Callable[[Any], object]) -> int:
        """Reads the widest statement piece by piece into `write`, then fetches the others; rows of the widest."""
        first, *others = sorted((found for found in statements if found.verb in READS), key=_width, reverse=True)
        if connection.vendor == "sqlite":
            cursor = self._execute(first)
        else:
            cursor = self.driver.cursor(name="bare", withhold=True)
            cursor.execute(first.sql, first.parameters)
        rows = 0
        while chunk := cursor.fetchmany(2000):
            write(chunk)
            rows += len(chunk)
        cursor.close()
        self.read(others)
        return rows

    def explain(self, statement: Statement) -> str:
        """How the database does it."""
        prefix = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN (ANALYZE, BUFFERS) "
        rows = self._execute(Statement(prefix + statement.sql, statement.parameters)).fetchall()
        return "\n".join(str(row[-1]) for row in rows)

    def _execute(self, statement: Statement) -> Any:
        if connection.vendor == "sqlite":
            return self.driver.execute(QMARK.sub("?", statement.sql).replace("%%", "%"), statement.parameters)
        return self.driver.execute(statement.sql, statement.parameters)
