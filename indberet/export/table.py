"""An export's table: its columns, and its rows in chunks, typed and the same for every format."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from typing import Any, cast

from django.db import connection
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from indberet.definition.fields import Codes
from indberet.definition.statistic import Statistic
from indberet.register.models import Record

from .columns import EXTRAS, Stored, Values, part_of, path_of, register_part, remark_part

CHUNK = 2000
FROM_REGISTER = ("id", "source", "severity", "created_at", "changed_at", "case__cpr")
SNAPSHOT = {"sqlite": "BEGIN DEFERRED", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
JSON_TEXTS = {
    EXTRAS["record"]: Cast("extra", TextField()),
    EXTRAS["case"]: Cast("case__extra", TextField()),
}

Chunk = list[Values]
"""The values of each column, for some rows."""


class Table:
    """The fields of a statistic in order, then what the register knows of the record.

    Headings and names are in the language that is active when the table is made.
    """

    def __init__(self, statistic: Statistic) -> None:
        self._parts = [part_of(statistic, field) for field in statistic.fields]
        self._parts += [register_part(), remark_part(statistic)]
        self._several = [field.name for field in statistic.fields if isinstance(field, Codes)]
        single = [path_of(field) for field in statistic.fields if not isinstance(field, Codes)]
        self._paths = list(dict.fromkeys((*FROM_REGISTER, statistic.record_date, *single)))
        self.columns = [column for part in self._parts for column in part.columns]

    def chunks(self, records: "QuerySet[Record]") -> Generator[Chunk]:
        """The rows of `records` in their order, at most CHUNK at a time, as they all were at one moment.

        The first chunk asks one query, and one per chunk where a field may have several codes.
        """
        found = records.annotate(**JSON_TEXTS).values_list(*self._paths).iterator(chunk_size=CHUNK)
        with _one_moment(), closing(cast("Generator[tuple[Any, ...]]", found)):
            while rows := list(islice(found, CHUNK)):
                stored: Stored = dict(zip(self._paths, zip(*rows, strict=True), strict=True))
                self._add_several(records, stored)
                yield [values for part in self._parts for values in part.values(stored)]

    def _add_several(self, records: "QuerySet[Record]", stored: Stored) -> None:
        """Puts the fields with several codes beside the others, in the order chosen."""
        if not self._several:
            return
        ids = stored["id"]
        place = {id: number for number, id in enumerate(ids)}
        lists: dict[str, list[list[str]]] = {name: [[] for _id in ids] for name in self._several}
        rows = records.filter(pk__in=ids, codes__field__in=self._several).order_by("codes__position", "codes__id")
        for id, field, code in rows.values_list("pk", "codes__field", "codes__code"):
            lists[field][place[id]].append(code)
        stored.update(lists)


@contextmanager
def _one_moment() -> Iterator[None]:
    """What is read inside is of one moment, however long it takes, and nobody waits for it.

    Inside a transaction the reading is part of that one.
    """
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
