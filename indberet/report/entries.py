"""Reading records as tables see them, case by case: one query, handed out as it is asked for."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

from django.db.models import Q, QuerySet

from indberet.definition.periods import Period
from indberet.definition.statistic import Statistic
from indberet.definition.tables import Entry
from indberet.register.models import Record

COLUMNS = ("id", "case_id", "service_code", "start", "end")
OF_CASE = ("case__birth_date", "case__cpr", "case__sex")
CHUNK = 5_000
Row = tuple[Any, ...]
Found = tuple[Entry, str, bool]
_case = itemgetter(1)
_entry = partial(tuple.__new__, Entry)  # half the time of Entry(...), for every record there is


def living(statistic: Statistic, municipality: str) -> "QuerySet[Record]":
    """The municipality's records as the nightly job counts them, without a person who asks; no screen may use it."""
    return Record.unscoped.filter(statistic=statistic.id, municipality=municipality, deleted_at=None)


def touching(period: Period) -> Q:
    """Records that share a day with the period. What ends before it starts lies where it starts."""
    ends = Q(end__gte=period.first) | Q(start__gte=period.first)
    return Q(start__lte=period.last) & ends


def by_case(statistic: Statistic, records: "QuerySet[Record]") -> Iterator[list[Entry]]:
    """The records as entries, those of a case together, in the order of the register."""
    for _id, entries in groupby(read(statistic, records.order_by("case_id", "id")), key=_case):
        yield list(entries)


def read(statistic: Statistic, records: "QuerySet[Record]") -> Generator[Entry]:
    """The records as entries, in their order. Without a service key each record is a service."""
    columns, service = _columns(statistic)
    with closing(_rows(records, columns)) as rows:
        for row in rows:
            yield _entry((*row[:8], service(row)))


def with_findings(statistic: Statistic, records: "QuerySet[Record]") -> Iterator[list[Found]]:
    """What was found wrong in the records, a case at a time: the entry, the rule's id, whether it was overruled."""
    rows = records.filter(severity__gt=0, findings__isnull=False).order_by("case_id", "id", "findings__rule")
    columns, service = _columns(statistic)
    with closing(_rows(rows, (*columns, "findings__rule", "findings__accepted_at"))) as found:
        for _id, of_case in groupby(found, key=_case):
            yield [(_entry((*row[:8], service(row))), row[-2], row[-1] is not None) for row in of_case]


def _columns(statistic: Statistic) -> tuple[tuple[str, ...], Callable[[Row], object]]:
    """What is read, and how the service is told from it."""
    key = statistic.service_key or ("id",)
    columns = (*COLUMNS, *OF_CASE, *(name for name in key if name not in COLUMNS))
    return columns, itemgetter(*(columns.index(name) for name in key))


def _rows(records: "QuerySet[Record]", columns: tuple[str, ...]) -> Generator[Row]:
    return cast("Generator[Row]", records.values_list(*columns).iterator(chunk_size=CHUNK))
