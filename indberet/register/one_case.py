"""Whose case a record stands on when the person's number or other values are corrected, and what may be corrected here:
what a case shares with records from a system is corrected where that system got it from."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F

from indberet.definition.statistic import Statistic
from indberet.definition.values import RecordValues

from .models import Case, Record, Source
from .values import PERSON, case_values


def senders(case: Case) -> list[str]:
    """Names of the systems that have living records on the case."""
    rows = Record.unscoped.filter(case=case, source=Source.SYSTEM, deleted_at=None)
    return sorted(rows.order_by().values_list("source_system", flat=True).distinct())


def leaves(case: Case, values: Mapping[str, Any]) -> bool:
    """Whether a record with these values leaves the case: another number than the one that a system has sent too."""
    numbers = {name: getattr(case, name) for name in PERSON}
    typed = {name: values.get(name) or "" for name in PERSON}
    corrected = any(number and number != typed[name] for name, number in numbers.items())
    return corrected and any(typed.values()) and bool(senders(case))


def corrected(statistic: Statistic, case: Case, values: RecordValues) -> list[str]:
    """The case's filled fields in which `values` has something else, or nothing. A value in a field that such a person
    does not have is none of them."""
    has = {field.name for field in statistic.fields_for(values)}
    stored = case_values(statistic, case)
    return [name for name, value in stored.items() if value and name in has and values.values.get(name) != value]


def make_room(case: Case, values: Mapping[str, Any]) -> list[int] | None:
    """Makes room for a corrected person number: ids of hidden cases that are now part of this one, or None when a
    living case has the number."""
    merged = []
    for name in PERSON:
        number = values.get(name) or ""
        if not number or number == getattr(case, name):
            continue
        same = {"statistic": case.statistic, "municipality": case.municipality, name: number}
        other = Case.unscoped.select_for_update().filter(**same).exclude(pk=case.pk).first()
        if other and other.all_records:
            return None
        if other:
            Record.unscoped.filter(case=other).update(case=case)
            merged.append(other.pk)
            other.delete()
    return merged


def count_records(case: Case, *, own: int, all: int) -> None:
    """Adds to the case's numbers of living records, in the current transaction."""
    Case.unscoped.filter(pk=case.pk).update(own_records=F("own_records") + own, all_records=F("all_records") + all)


def move(record: Record, case: Case) -> None:
    """Puts a living record that was entered here on another case, not yet saved."""
    count_records(record.case, own=-1, all=-1)
    count_records(case, own=1, all=1)
    record.case = case
