"""Fills the fields that a record has, by what their definitions say: lists, places, names."""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID

from indberet.definition import fields
from indberet.definition.code_lists import Code, CodeList
from indberet.definition.fields import Field
from indberet.definition.registry import municipalities
from indberet.definition.values import RecordValues

from .office import Office
from .weighted import Weighted, early_one_of, one_of

OWN_MUNICIPALITY_PAYS = 0.92
SEVERAL_CODES = Weighted([(1, 60), (2, 30), (3, 10)])
RECORDS_PER_PLACE = 150
DECIDED = ("cpr", "udl", "birth_date", "start", "end", "service_code")  # by the person and the service, also when empty


class FieldValues:
    """Makes values for one municipality and statistic. `place` is the number of the place a service is given at."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._random = office.random
        self._codes: dict[tuple[str, str, int], list[Code]] = {}
        self._of_place: dict[tuple[str, int], str] = {}
        self._places = 3 + office.portion.records // RECORDS_PER_PLACE

    def fill(self, record: RecordValues, values: dict[str, Any], *, first: bool) -> None:
        """Adds to `values`, which `record` looks at, what the record should have; the case's fields on its first."""
        place = int(self._random.random() * self._places)
        luck: dict[str, float] = {}
        for field in self._office.statistic.fields:
            if values[field.name] or (field.owner == "case" and not first):
                continue
            if field.exists_on(record.date) and field.applies(record) and self._wanted(field, record, luck):
                values[field.name] = self._makers[type(field)](field, record, place)

    def code(self, field: fields.Code, record: RecordValues) -> str:
        """A code for the field, or nothing when its list offers none."""
        known = self._office.statistic.code_lists[field.code_list]
        if known is municipalities():
            return self._municipality()
        found = self._fitting(field, record, known)
        return early_one_of(found, self._random).code if found else ""

    def _wanted(self, field: Field, record: RecordValues, luck: dict[str, float]) -> bool:
        """Required fields always; voluntary ones of a group come together or not at all."""
        if field.name in DECIDED:
            return False
        chance = luck.setdefault(field.group, self._random.random())
        return field.required(record) or chance < self._office.hints.chance_of(field.name, record.end or date.max)

    @cached_property
    def _makers(self) -> dict[type[Field], Callable[[Any, RecordValues, int], Any]]:
        return {
            fields.Code: lambda field, record, place: self.code(field, record),
            fields.Codes: self._several,
            fields.Digits: self._number_of_place,
            fields.Uuid: self._uuid_of_place,
            fields.Text: lambda field, record, place: one_of(self._office.caseworkers, self._random)[: field.longest],
            fields.Date: lambda field, record, place: record.date,
        }

    def _municipality(self) -> str:
        if self._random.random() < OWN_MUNICIPALITY_PAYS:
            return self._office.municipality
        return one_of([row for row in municipalities().rows if row.selectable], self._random).code

    def _fitting(self, field: fields.Code | fields.Codes, record: RecordValues, known: CodeList) -> list[Code]:
        """The codes offered for this service: those that name it, or those that name none; no groups."""
        offered = known.on(record.date)
        key = (field.name, record.service_code, id(offered))
        if key not in self._codes:
            free = [row for row in offered if row.selectable and not row.has("group") and not row.invented]
            naming = [row for row in free if record.service_code in row.get("services").split("|")]
            self._codes[key] = naming or [row for row in free if not row.get("services")]
        return self._codes[key]

    def _several(self, field: fields.Codes, record: RecordValues, _place: int) -> tuple[str, ...]:
        """A few codes, none that another field of the same list already has."""
        statistic = self._office.statistic
        found = self._fitting(field, record, statistic.code_lists[field.code_list])
        same = (other for other in statistic.fields if isinstance(other, fields.Code))
        taken = {record.values[other.name] for other in same if other.code_list == field.code_list}
        chosen = [early_one_of(found, self._random).code for _each in range(SEVERAL_CODES.pick(self._random)) if found]
        return tuple(dict.fromkeys(code for code in chosen if code not in taken))

    def _number_of_place(self, field: fields.Digits, _record: RecordValues, place: int) -> str:
        return self._remembered(
            field, place, lambda random: str(random.randrange(10 ** (field.length - 1), 2 * 10 ** (field.length - 1)))
        )

    def _uuid_of_place(self, field: fields.Uuid, _record: RecordValues, place: int) -> str:
        return self._remembered(field, place, lambda random: str(UUID(int=random.getrandbits(128), version=4)))

    def _remembered(self, field: Field, place: int, make: Callable[[Random], str]) -> str:
        """The same place has the same number in every record."""
        key = (field.name, place)
        if key not in self._of_place:
            self._of_place[key] = make(Random(f"{self._office.municipality} {key}"))  # noqa: S311 - demo data
        return self._of_place[key]
