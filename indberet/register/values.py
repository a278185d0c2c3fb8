"""Between rows of the register and the values that rules and forms work with."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from indberet.audit.log import pseudonym
from indberet.definition.cpr import birth_date
from indberet.definition.fields import Codes, Field, PersonNumber
from indberet.definition.statistic import Statistic
from indberet.definition.values import OPEN_END, RecordValues

from .models import Case, Record, RecordCode

Values = dict[str, Any]
PERSON = ("cpr", "udl")


def case_values(statistic: Statistic, case: Case) -> Values:
    """The case's own values by field name."""
    values = {field.name: _stored(case, field) for field in statistic.fields if field.owner == "case"}
    if case.cpr and "birth_date" in values:
        values["birth_date"] = None  # derived, not reported
    return values


def record_values(statistic: Statistic, record: Record) -> Values:
    """All values of a record and its case by field name; codes are in the order they were chosen."""
    values = case_values(statistic, record.case)
    values |= {field.name: _stored(record, field) for field in statistic.fields if field.owner == "record"}
    names = [field.name for field in statistic.fields if isinstance(field, Codes)]
    if names:
        codes = sorted(record.codes.all(), key=lambda code: code.position)
        values |= {name: tuple(code.code for code in codes if code.field == name) for name in names}
    return values


def as_asked(
    statistic: Statistic, values: Mapping[str, Any], today: date, record: Record | None = None
) -> RecordValues:
    """`values` as rules see them today; those of a stored record were entered on the day it was made."""
    return statistic.values(values, today, entered=timezone.localtime(record.created_at).date() if record else None)


def put_case_values(statistic: Statistic, case: Case, values: Mapping[str, Any]) -> None:
    """Sets the case's own values, not yet saved. The birth date of a CPR number is derived."""
    for field in statistic.fields:
        if field.owner == "case":
            _put(case, field, values.get(field.name))
    if case.cpr:
        case.birth_date = birth_date(case.cpr)


def put_record_values(statistic: Statistic, record: Record, values: Mapping[str, Any]) -> None:
    """Sets the record's plain values, not yet saved; several codes go to their own table."""
    for field in statistic.fields:
        if field.owner == "record" and not isinstance(field, Codes):
            _put(record, field, values.get(field.name))
    record.end = values.get("end") or OPEN_END


def put_codes(statistic: Statistic, record: Record, values: Mapping[str, Any], *, is_new: bool) -> None:
    """Stores the record's several codes, in the order they were chosen."""
    names = [field.name for field in statistic.fields if isinstance(field, Codes)]
    rows = [
        RecordCode(record=record, field=name, code=code, position=position)
        for name in names
        for position, code in enumerate(values.get(name) or ())
    ]
    if names and not is_new:
        RecordCode.unscoped.filter(record=record).delete()
    RecordCode.unscoped.bulk_create(rows)


def for_audit(statistic: Statistic, values: Mapping[str, Any]) -> Values:
    """Values as JSON for the trail; person numbers as pseudonyms."""
    return {name: _audited(statistic.field(name), value) for name, value in values.items() if value}


def mark_of(statistic: Statistic, names: tuple[str, ...], values: Mapping[str, Any], *others: Mapping[str, Any]) -> str:
    """A short fingerprint of some values, and of the same of `others` in any order: an accepted warning stands as long
    as it is the same."""

    def text(of: Mapping[str, Any]) -> str:
        return "\x1f".join(_audited(statistic.field(name), of.get(name)) or "" for name in names)

    told = "\x1e".join([text(values), *sorted(map(text, others))])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _audited(field: Field, value: Any) -> str:
    return pseudonym(value or "") if isinstance(field, PersonNumber) or field.name in PERSON else field.export(value)


def _stored(row: Case | Record, field: Field) -> Any:
    if isinstance(field, Codes):
        return ()
    value = getattr(row, field.name) if field.column else row.extra.get(field.name, field.empty)
    return None if value == OPEN_END else value


def _put(row: Case | Record, field: Field, value: Any) -> None:
    if field.column:
        setattr(row, field.name, field.empty if value is None else value)
    elif value:
        row.extra[field.name] = value
    else:
        row.extra.pop(field.name, None)
