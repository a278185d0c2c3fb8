"""The columns of an export: what each is called and how its values come from stored ones, a chunk of rows at a time."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from indberet.definition.code_lists import CodeList
from indberet.definition.cpr import show_cpr
from indberet.definition.fields import BirthDate, Code, Codes, Date, Field, PersonNumber
from indberet.definition.statistic import Statistic
from indberet.definition.values import OPEN_END
from indberet.register.models import Source

SEVERAL = "|"
"""Between several codes, or their names, in one cell."""

Kind = Literal["text", "label", "date", "time", "number"]
Value = str | date | datetime | int | None
Values = Sequence[Value]
Stored = dict[str, Sequence[Any]]
"""What a query found for the rows of a chunk, by path from the record; several codes by the field, as lists."""

EXTRAS = {"case": "case_extra", "record": "record_extra"}
"""Annotations of the query: the JSON text of the values that are no plain columns."""
_read_extra = lru_cache(1000)(json.loads)  # a few texts come again and again


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `text` is anybody's, `label` our own words; `time` is local and naive; None and '' are empty cells."""

    heading: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Part:
    """One or more columns side by side, and the values of each for the rows of a chunk."""

    columns: tuple[Column, ...]
    values: Callable[[Stored], tuple[Values, ...]]


class Names:
    """The names of a list's codes by date, in the language that is active when this is made."""

    def __init__(self, codes: CodeList) -> None:
        self._periods: dict[str, list[tuple[date, date, str]]] = {}
        for row in codes.rows:
            period = (row.since or date.min, row.until or date.max, row.label)
            self._periods.setdefault(row.code, []).append(period)

    def on(self, code: str, day: date) -> str:
        """The code's name on `day`, else its latest one, else nothing."""
        name = ""
        for since, until, name in self._periods.get(code, ()):
            if since <= day <= until:
                return name
        return name


def path_of(field: Field) -> str:
    """Where the field's value lies, as a query's path from the record."""
    if not field.column:
        return EXTRAS[field.owner]
    return f"case__{field.name}" if field.owner == "case" else field.name


def part_of(statistic: Statistic, field: Field) -> Part:
    """The column of a field; a code's name on the record's own date stands beside it."""
    label, read = statistic.label(field.name), _reader(field)
    if isinstance(field, Code | Codes):
        columns = (Column(label, "text"), Column(_("%(field)s (navn)") % {"field": label}, "label"))
        names = Names(statistic.codes_of(field.name))
        return Part(columns, (_codes if isinstance(field, Codes) else _code)(read, names, statistic.record_date))
    return Part((Column(label, "date" if isinstance(field, Date) else "text"),), lambda stored: (read(stored),))


def register_part() -> Part:
    """What the register knows of a record: worst finding, source, times, number."""
    severities = {0: "", 1: _("Advarsel"), 2: _("Fejl")}
    sources = {
        Source.MANUAL.value: _("Indtastet"),
        Source.SYSTEM.value: _("Fagsystem"),
        Source.LEGACY.value: _("Overført fra tidligere løsning"),
    }
    columns = (
        Column(_("Status"), "label"),
        Column(_("Kilde"), "label"),
        Column(_("Oprettet"), "time"),
        Column(_("Sidst rettet"), "time"),
        Column(_("Postens nummer"), "number"),
    )
    zone = timezone.get_current_timezone()

    def local(moment: datetime) -> datetime:
        return moment.astimezone(zone).replace(microsecond=0, tzinfo=None)

    def values(stored: Stored) -> tuple[Values, ...]:
        return (
            [severities[severity] for severity in stored["severity"]],
            [sources[source] for source in stored["source"]],
            [local(moment) for moment in stored["created_at"]],
            [local(moment) for moment in stored["changed_at"]],
            stored["id"],
        )

    return Part(columns, values)


def remark_part(statistic: Statistic) -> Part:
    """Says which codes of the row are placeholders of ours that no source confirms."""
    text = _("Foreløbig kode, ikke bekræftet af en kilde: %(codes)s")
    sought = []
    for field in statistic.fields:
        if isinstance(field, Code | Codes):
            invented = frozenset(row.code for row in statistic.codes_of(field.name).rows if row.invented)
            sought += [(_reader(field), invented)] if invented else []

    def values(stored: Stored) -> tuple[Values, ...]:
        remarks: list[list[str]] = [[] for _id in stored["id"]]
        for read, invented in sought:
            for found, value in zip(remarks, read(stored), strict=True):
                found.extend(code for code in _each(value) if code in invented)
        return ([text % {"codes": ", ".join(codes)} if codes else "" for codes in remarks],)

    return Part((Column(_("Bemærkning"), "label"),), values)


def _reader(field: Field) -> Callable[[Stored], Sequence[Any]]:
    path, name = path_of(field), field.name
    if isinstance(field, Codes):
        return lambda stored: stored[name]
    if isinstance(field, PersonNumber):
        return lambda stored: [show_cpr(digits) for digits in stored[path]]
    if isinstance(field, BirthDate):  # a CPR number's is derived, not reported
        return lambda stored: [None if cpr else day for cpr, day in zip(stored["case__cpr"], stored[path], strict=True)]
    if isinstance(field, Date):
        return lambda stored: [None if day == OPEN_END else day for day in stored[path]]
    if field.column:
        return lambda stored: stored[path]
    return lambda stored: [field.export(_read_extra(text).get(name)) for text in stored[path]]


def _code(read: Callable[[Stored], Sequence[str]], names: Names, day: str) -> Callable[[Stored], tuple[Values, ...]]:
    def values(stored: Stored) -> tuple[Values, ...]:
        codes = read(stored)
        return codes, list(map(names.on, codes, stored[day]))

    return values


def _codes(
    read: Callable[[Stored], Sequence[list[str]]], names: Names, day: str
) -> Callable[[Stored], tuple[Values, ...]]:
    def values(stored: Stored) -> tuple[Values, ...]:
        rows = list(zip(read(stored), stored[day], strict=True))
        named = [SEVERAL.join(names.on(code, on) for code in codes) if codes else "" for codes, on in rows]
        return [SEVERAL.join(codes) for codes, _on in rows], named

    return values


def _each(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
