"""The rows of an extract: stored values as they are, a chunk at a time, without any code that no source confirms."""

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, cast

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from indberet.definition.fields import Code, Codes, Date, Field
from indberet.definition.statistic import Statistic
from indberet.definition.values import OPEN_END
from indberet.register.models import Record

from .extract_files import Kind, Values

CHUNK = 5_000
SEVERAL = "|"
"""Between several codes in one cell."""
EXTRAS = {"record": "record_extra", "case": "case_extra"}
OF_REGISTER: tuple[tuple[str, str, Kind], ...] = (
    ("municipality", "municipality", "text"),
    ("record", "id", "number"),
    ("case", "case_id", "number"),
    ("source", "source", "text"),
    ("source_system", "source_system", "text"),
    ("source_key", "source_key", "text"),
    ("severity", "severity", "number"),
    ("created_at", "created_at", "time"),
    ("changed_at", "changed_at", "time"),
)
FOR_JUDGE = ("service_code", "start", "end", "created_at", "changed_at")
Stored = Mapping[str, Any]
"""What is stored of a record, by path; at least FOR_JUDGE."""
Judge = Callable[[Stored], Sequence[Any] | None]
"""Gives the values that stand behind a record's own, or None for one that does not go out."""
_read = lru_cache(1000)(json.loads)  # a few texts come again and again


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the extract: its name, its kind, and where the value lies as a query's path from the record; for a
    field that is no plain column also the field."""

    name: str
    kind: Kind
    path: str
    field: Field | None = None


class Rows:
    """Reads records as columns of values. `left_out` counts codes that no source confirms, by field and code: a record
    with such a service code is left out whole, another such code is left empty."""

    def __init__(self, statistic: Statistic) -> None:
        self._several = [field.name for field in statistic.fields if isinstance(field, Codes)]
        self.columns = [Column(name, kind, path) for name, path, kind in OF_REGISTER]
        self.columns += [_column(field) for field in statistic.fields]
        self.left_out: Counter[tuple[str, str]] = Counter()
        self._invented = invented_codes(statistic)
        single = [column.path for column in self.columns if column.name not in self._several]
        self._paths = list(dict.fromkeys(["id", *single, *FOR_JUDGE]))
        self._order = (*(("codes__position", "codes__id") if self._several else ()),)

    def chunks(self, records: "QuerySet[Record]", judge: Judge) -> Generator[list[Values]]:
        """The values of each column and those of `judge`, for at most CHUNK records at a time, in one query."""
        found = self._found(records)
        while chunk := list(islice(found, CHUNK)):
            if kept := [row for stored in chunk if (row := self._row(stored, judge)) is not None]:
                yield [list(values) for values in zip(*kept, strict=True)]

    def _found(self, records: "QuerySet[Record]") -> Iterator[dict[str, Any]]:
        annotations = {
            EXTRAS["record"]: Cast("extra", TextField()),
            EXTRAS["case"]: Cast("case__extra", TextField()),
        }
        paths = [*self._paths, *(("codes__field", "codes__code") if self._several else ())]
        rows = records.annotate(**annotations).order_by("municipality", "id", *self._order).values_list(*paths)
        for _id, same in groupby(rows.iterator(chunk_size=CHUNK), key=itemgetter(0)):
            yield self._as_dict(list(cast("Iterator[tuple[Any, ...]]", same)))

    def _as_dict(self, rows: list[tuple[Any, ...]]) -> dict[str, Any]:
        """One record; with several codes it comes as one row for each, of which the last two values are field and
        code."""
        stored = dict(zip(self._paths, rows[0], strict=False))
        for name in self._several:
            stored[name] = [code for *_rest, field, code in rows if field == name]
        return stored

    def _row(self, stored: Stored, judge: Judge) -> list[Any] | None:
        if unconfirmed := self._unconfirmed("service_code", stored["service_code"]):
            self.left_out.update(("service_code", code) for code in unconfirmed)
            return None
        more = judge(stored)
        return None if more is None else [*(self._clean(column, stored) for column in self.columns), *more]

    def _clean(self, column: Column, stored: Stored) -> Any:
        value = _value(column, stored)
        if unconfirmed := self._unconfirmed(column.name, value):
            self.left_out.update((column.name, code) for code in unconfirmed)
            value = [code for code in value if code not in unconfirmed] if isinstance(value, list) else None
        if isinstance(value, list):
            value = SEVERAL.join(value)
        return None if value == "" else value

    def _unconfirmed(self, name: str, value: Any) -> Sequence[str]:
        invented = self._invented.get(name)
        if not invented or not value:
            return ()
        return [code for code in (value if isinstance(value, list) else [value]) if code in invented]


def invented_codes(statistic: Statistic) -> dict[str, frozenset[str]]:
    """By field, the codes that no source confirms in any period; they never leave."""
    found = {}
    for field in statistic.fields:
        if isinstance(field, Code | Codes):
            codes = frozenset(row.code for row in statistic.codes_of(field.name).rows if row.invented)
            if codes:
                found[field.name] = codes
    return found


def _column(field: Field) -> Column:
    kind: Kind = "date" if isinstance(field, Date) and field.column else "text"
    if isinstance(field, Codes):
        return Column(field.name, kind, field.name)
    if not field.column:
        return Column(field.name, kind, EXTRAS[field.owner], field)
    return Column(field.name, kind, f"case__{field.name}" if field.owner == "case" else field.name)


def _value(column: Column, stored: Stored) -> Any:
    value = stored[column.path]
    if column.field:
        found = _read(value).get(column.name)
        return found if isinstance(found, str) else column.field.export(found)
    return None if value == OPEN_END else value
