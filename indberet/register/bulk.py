"""Writes many rows fast on SQLite and PostgreSQL, by the tables' own columns."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, models

PLAIN = (models.CharField, models.IntegerField, models.ForeignKey, models.BooleanField)
TYPED = (*PLAIN, models.DateField, models.UUIDField)
"""Columns whose values the driver takes as they are: on SQLite, and on PostgreSQL, which knows more types."""


class Table:
    """Writes rows of a model. Unless `with_id`, the database gives the ids."""

    def __init__(self, model: type[models.Model], *, with_id: bool) -> None:
        columns = [found for found in model._meta.concrete_fields if with_id or not found.primary_key]
        self.columns = [found.attname for found in columns]
        self._fields = {found.attname: found for found in columns}
        self._names = ", ".join(connection.ops.quote_name(str(found.column)) for found in columns)
        self._table = connection.ops.quote_name(model._meta.db_table)
        self._get = attrgetter(*self.columns)
        plain = TYPED if connection.vendor == "postgresql" else PLAIN
        self._convert = [
            (place, _converter(found)) for place, found in enumerate(columns) if not isinstance(found, plain)
        ]

    def write(self, instances: Iterable[models.Model]) -> None:
        """Adds the instances' rows in the current transaction."""
        self.write_rows(map(list, map(self._get, instances)))

    def write_rows(self, rows: Iterable[list[Any]]) -> None:
        """Adds rows, each with a value for every column in the order of `columns`, in the current transaction."""
        converted = list(map(self._converted, rows))
        if converted:
            store = self._copy if connection.vendor == "postgresql" else self._insert
            store(converted)

    def update(self, names: Sequence[str], rows: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
        """Sets the columns `names` of the rows of these ids, in the current transaction."""
        fields = [self._fields[name] for name in names]
        settings = ", ".join(f"{connection.ops.quote_name(str(found.column))} = %s" for found in fields)
        values = [
            [*(found.get_db_prep_save(row[name], connection) for name, found in zip(names, fields, strict=True)), id]
            for id, row in rows
        ]
        if values:
            with connection.cursor() as cursor:
                cursor.executemany(f"UPDATE {self._table} SET {settings} WHERE id = %s", values)  # noqa: S608

    def next_ids(self, count: int) -> list[int]:
        """Ids that no row has or will get. On SQLite nobody else may write: the transaction has begun with writing."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [self._table])
                (sequence,) = cursor.fetchone() or ("",)
                cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
                return [id for (id,) in cursor.fetchall()]
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [self._table.strip('"')])
            first = (cursor.fetchone() or (0,))[0] + 1
            return list(range(first, first + count))

    def _converted(self, row: list[Any]) -> list[Any]:
        for place, convert in self._convert:
            if row[place] is not None:
                row[place] = convert(row[place])
        return row

    def _copy(self, rows: list[list[Any]]) -> None:
        with connection.cursor() as cursor, cursor.copy(f"COPY {self._table} ({self._names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def _insert(self, rows: list[list[Any]]) -> None:
        places = ", ".join(["%s"] * len(self.columns))
        with connection.cursor() as cursor:
            statement = f"INSERT INTO {self._table} ({self._names}) VALUES ({places})"  # noqa: S608
            cursor.executemany(statement, rows)


def check_references() -> None:
    """Has PostgreSQL look up now what the rows written so far refer to, instead of all at the transaction's end. SQLite
    would look through the whole register."""
    if connection.vendor == "postgresql":
        connection.check_constraints()


def _converter(field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    """What makes a value one that the driver takes; most JSON columns are empty."""
    if isinstance(field, models.JSONField):
        return lambda value: "{}" if value == {} else json.dumps(value)
    return lambda value: field.get_db_prep_save(value, connection)
