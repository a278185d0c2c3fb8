"""An export's table: its columns, and its rows in chunks, typed and the same for every format."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, cast

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from indberet.definition.fields import Codes
from indberet.definition.statistic import Statistic
from indberet.register.models import Record

from .columns import EXTRAS, Part, Stored, Values, part_of, path_of, register_part, remark_part

CHUNK = 2000
FROM_REGISTER = ("id", "source", "severity", "created_at", "changed_at", "case__cpr")
SEVERAL = ("codes__field", "codes__code")
IN_THE_ORDER_CHOSEN = ("codes__position", "codes__id")
JSON_TEXTS = {
    EXTRAS["record"]: Cast("extra", TextField()),
    EXTRAS["case"]: Cast("case__extra", TextField()),
}

Found = tuple[Any, ...]
Chunk = list[Values]
"""The values of each column, for some rows."""


class Table:
    """The fields of a statistic in order, then what the register knows of the record.

    Headings and names are in the language that is active when the table is made; `more` are columns at the end.
    """

    def __init__(self, statistic: Statistic, more: Iterable[Part] = ()) -> None:
        self._parts = [part_of(statistic, field) for field in statistic.fields]
        self._parts += [register_part(), remark_part(statistic), *more]
        self._several = [field.name for field in statistic.fields if isinstance(field, Codes)]
        single = [path_of(field) for field in statistic.fields if not isinstance(field, Codes)]
        codes = SEVERAL if self._several else ()
        self._paths = list(dict.fromkeys((*FROM_REGISTER, statistic.record_date, *single, *codes)))
        self.columns = [column for part in self._parts for column in part.columns]

    def chunks(self, records: "QuerySet[Record]") -> Generator[Chunk]:
        """The rows of `records` in their order, which ends in a unique key, at most CHUNK at a time.

        It is one query however many there are, so all rows are of one moment; the database hands them out as they are
        asked for.
        """
        with closing(self._found(records)) as found:
            rows = _by_record(found) if self._several else ([row] for row in found)
            while chunk := list(islice(rows, CHUNK)):
                yield self._columns(chunk)

    def _found(self, records: "QuerySet[Record]") -> Generator[Found]:
        """A row per record; with several codes one row per code, of which the last two values are field and code."""
        rows = records.annotate(**JSON_TEXTS)
        if self._several:
            rows = rows.order_by(*records.query.order_by, *IN_THE_ORDER_CHOSEN)
        return cast("Generator[Found]", rows.values_list(*self._paths).iterator(chunk_size=CHUNK))

    def _columns(self, chunk: list[list[Found]]) -> Chunk:
        values = zip(*(rows[0] for rows in chunk), strict=True)
        stored: Stored = dict(zip(self._paths, values, strict=True))
        for name in self._several:
            stored[name] = [[code for *_rest, field, code in rows if field == name] for rows in chunk]
        return [values for part in self._parts for values in part.values(stored)]


def _by_record(found: Iterator[Found]) -> Iterator[list[Found]]:
    """The rows of each record together; the id comes first."""
    for _id, rows in groupby(found, key=itemgetter(0)):
        yield list(rows)
