"""Whole cases as rules see them, many at a time: the values of living records without an object for each."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from indberet.definition.fields import Codes, Field
from indberet.definition.rules import Scope
from indberet.definition.statistic import Statistic
from indberet.definition.values import OPEN_END, RecordValues

from .models import Case, Record, RecordCode

Values = dict[str, Any]


@dataclass(slots=True)
class StoredRecord:
    """A living record with the severity that is stored for it."""

    id: int
    case: int
    severity: int
    values: RecordValues


@dataclass(slots=True)
class Circle:
    """The living records of a case, and those of the same person in other municipalities, with their cases' ids."""

    records: list[StoredRecord] = field(default_factory=list)
    elsewhere: list[RecordValues] = field(default_factory=list)
    cases_elsewhere: set[int] = field(default_factory=set)

    def beside(self, record: int) -> list[RecordValues]:
        """The case's other records."""
        return [other.values for other in self.records if other.id != record]

    def put(self, saved: StoredRecord, owned: Values) -> None:
        """Puts a record in its place, or adds it; the case's own values are now `owned`."""
        others = [other for other in self.records if other.id != saved.id]
        for other in others:
            values = other.values
            other.values = values.statistic.values({**values.values, **owned}, values.today, entered=values.entered)
        self.records = sorted([*others, saved], key=lambda record: record.id)


class Reader:
    """Reads circles of one statistic, as rules are asked on `today`; `on` tries a coming day in place of the records'
    own: then those that do not run on that day or later are left out."""

    def __init__(self, statistic: Statistic, today: date, *, on: date | None = None) -> None:
        self.statistic = statistic
        self.today = today
        self.on = on
        self._case = _Columns(found for found in statistic.fields if found.owner == "case")
        self._record = _Columns(
            found for found in statistic.fields if found.owner == "record" and not isinstance(found, Codes)
        )
        self._several = [found.name for found in statistic.fields if isinstance(found, Codes)]
        self._asks_elsewhere = any(rule.scope == Scope.PERSON for rule in statistic.rules)

    def circles(self, cases: Collection[int]) -> list[Circle]:
        """The circles of the cases of those ids that have living records."""
        owned = self._cases(cases)
        found: dict[int, Circle] = defaultdict(Circle)
        for record in self._records(cases, owned):
            found[record.case].records.append(record)
        if self._asks_elsewhere:
            self._add_elsewhere(found, owned)
        return list(found.values())

    def circle(self, case: int | None, *, cpr: str, municipality: str) -> Circle:
        """The circle of a person of that municipality, who has that case or none yet."""
        circle = Circle(list(self._records([case], self._cases([case])))) if case else Circle()
        if cpr and self._asks_elsewhere:
            circle.cases_elsewhere = {id for id, _cpr, code in self._living([cpr]) if code != municipality}
        if ids := circle.cases_elsewhere:
            circle.elsewhere = [record.values for record in self._records(ids, self._cases(ids))]
        return circle

    def elsewhere_of(
        self, numbers: Collection[str], municipality: str
    ) -> tuple[dict[str, list[RecordValues]], set[int]]:
        """The living records of many persons in other municipalities than this one, by CPR number, and their cases."""
        if not self._asks_elsewhere:
            return {}, set()
        rows = self._living([number for number in numbers if number])
        whose = {case: cpr for case, cpr, code in rows if code != municipality}
        found: dict[str, list[RecordValues]] = defaultdict(list)
        for record in self._records(whose, self._cases(whose)) if whose else ():
            found[whose[record.case]].append(record.values)
        return dict(found), set(whose)

    def shared(self, numbers: Sequence[str], municipality: str) -> set[str]:
        """Those of the CPR numbers that have living records in other municipalities than this one."""
        if not self._asks_elsewhere:
            return set()
        some = (numbers[first : first + 1_000] for first in range(0, len(numbers), 1_000))
        return {cpr for each in some for _case, cpr, code in self._living(list(each)) if code != municipality}

    def cases_elsewhere(self, cases: Collection[int]) -> set[int]:
        """Ids of the living cases that the persons of these cases have in other municipalities."""
        if not self._asks_elsewhere:
            return set()
        numbers = Case.unscoped.filter(pk__in=cases).exclude(cpr="").values_list("cpr", flat=True)
        return {case for case, _cpr, _municipality in self._living(list(numbers))} - set(cases)

    def _add_elsewhere(self, circles: Mapping[int, Circle], owned: Mapping[int, Values]) -> None:
        living = self._living([values["cpr"] for values in owned.values() if values["cpr"]])
        same: dict[str, set[int]] = defaultdict(set)
        for case, cpr, _municipality in living:
            same[cpr].add(case)
        several = {case for cases in same.values() if len(cases) > 1 for case in cases}
        if not several:
            return
        by_case: dict[int, list[RecordValues]] = defaultdict(list)
        for record in self._records(several, self._cases(several)):
            by_case[record.case].append(record.values)
        for case, circle in circles.items():
            others = same.get(owned[case]["cpr"], set()) - {case}
            circle.elsewhere = [values for other in others for values in by_case[other]]

    def _living(self, numbers: list[str]) -> list[tuple[int, str, str]]:
        rows = Case.unscoped.filter(statistic=self.statistic.id, cpr__in=numbers, all_records__gt=0).exclude(cpr="")
        return list(rows.values_list("id", "cpr", "municipality"))

    def _cases(self, ids: Collection[int]) -> dict[int, Values]:
        """The cases' own values; a birth date is reported only where there is no CPR number to tell it."""
        rows = Case.unscoped.filter(pk__in=ids).values_list("id", "cpr", *self._case.names)
        found = {id: (cpr, self._case.values(row)) for id, cpr, *row in rows}
        return {
            id: values | ({"birth_date": None} if cpr and "birth_date" in values else {})
            for id, (cpr, values) in found.items()
        }

    def _records(self, cases: Collection[int], owned: Mapping[int, Values]) -> Iterable[StoredRecord]:
        rows = Record.unscoped.filter(case__in=cases, deleted_at=None).order_by("case", "id")
        if self.on:
            rows = rows.filter(end__gte=self.on)
        several = self._codes(cases) if self._several else {}
        columns = ("id", "case", "severity", "created_at", *self._record.names)
        for id, case, severity, created_at, *row in rows.values_list(*columns):
            values = {**owned[case], **self._record.values(row)}
            if values["end"] == OPEN_END:
                values["end"] = None
            for name in self._several:
                values[name] = several.get((id, name), ())
            yield StoredRecord(id, case, severity, self._as_asked(values, created_at))

    def _as_asked(self, values: Values, created_at: datetime) -> RecordValues:
        entered = timezone.localtime(created_at).date() if self.statistic.dated_by_entry else None
        on = max(self.on, values["start"]) if self.on else None
        return self.statistic.values(values, self.today, entered=entered, on=on)

    def _codes(self, cases: Collection[int]) -> dict[tuple[int, str], tuple[str, ...]]:
        rows = RecordCode.unscoped.filter(record__case__in=cases, record__deleted_at=None)
        found: dict[tuple[int, str], tuple[str, ...]] = {}
        for record, name, code in rows.order_by("record", "position").values_list("record", "field", "code"):
            found[record, name] = (*found.get((record, name), ()), code)
        return found


class _Columns:
    """Where fields are stored: plain columns, and the JSON column when there are others."""

    def __init__(self, fields: Iterable[Field]) -> None:
        known = list(fields)
        self._plain = [found.name for found in known if found.column]
        self._extra = [(found.name, found.empty) for found in known if not found.column]
        self.names = [*self._plain, "extra"] if self._extra else self._plain

    def values(self, row: list[Any]) -> Values:
        """Values by field name of a row with the columns `names`."""
        values = dict(zip(self._plain, row, strict=False))
        if self._extra:
            extra = row[-1]
            for name, empty in self._extra:
                values[name] = extra.get(name, empty)
        return values
