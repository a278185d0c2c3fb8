"""Breaks a record's rules on purpose, by what its definition says."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from indberet.definition.fields import Code
from indberet.definition.values import RecordValues, always, never

from .weighted import Weighted, one_of

FIXED = ("start", "service_code")  # without them there is no record to speak of


def spoil(record: RecordValues, values: dict[str, Any], random: Random) -> None:
    """Makes one mistake in `values`, which `record` looks at, as a system or an old delivery may have it."""
    MISTAKES.pick(random)(record, values, random)


def end_far_ahead(record: RecordValues, values: dict[str, Any], random: Random) -> None:
    """An end date more than a year ahead: a warning, which people can accept."""
    if "end" in values:
        values["end"] = record.today + timedelta(days=400 + int(random.random() * 1500))


def _missing(record: RecordValues, values: dict[str, Any], random: Random) -> None:
    """A required field is left out, above all one that only some services must have."""
    required = [
        field
        for field in record.statistic.fields
        if field.owner == "record" and field.name not in FIXED and values[field.name] and field.required(record)
    ]
    if required:
        field = one_of([field for field in required if field.required is not always] or required, random)
        values[field.name] = field.empty


def _end_before_start(record: RecordValues, values: dict[str, Any], random: Random) -> None:
    if "end" in values:
        values["end"] = values["start"] - timedelta(days=1 + int(random.random() * 300))


def _expired_code(record: RecordValues, values: dict[str, Any], random: Random) -> None:
    """A code that did not apply on the record's date."""
    outside = [
        (field.name, row.code)
        for field in record.statistic.fields
        if isinstance(field, Code) and field.owner == "record" and field.name not in FIXED and values[field.name]
        for row in record.statistic.code_lists[field.code_list].rows
        if row.selectable and not record.statistic.code_lists[field.code_list].find(row.code, record.date)
    ]
    if outside:
        name, code = one_of(outside, random)
        values[name] = code


def _cut_off(record: RecordValues, values: dict[str, Any], random: Random) -> None:
    """The last character of a number is lost."""
    formed = [field for field in record.statistic.fields if field.owner == "record" and field.has_form]
    there = [field.name for field in formed if values[field.name]]
    if there:
        name = one_of(there, random)
        values[name] = values[name][:-1]


def _unfitting_code(record: RecordValues, values: dict[str, Any], random: Random) -> None:
    """A code that belongs to other services."""
    fitting = [
        (field.name, row.code)
        for field in record.statistic.fields
        if isinstance(field, Code) and field.owner == "record" and values[field.name]
        for row in record.statistic.code_lists[field.code_list].on(record.date)
        if row.selectable and row.get("services") and record.service_code not in row.get("services").split("|")
    ]
    if fitting:
        name, code = one_of(fitting, random)
        values[name] = code


def _half(record: RecordValues, values: dict[str, Any], random: Random) -> None:
    """One of the voluntary fields that were filled in together is left out."""
    voluntary = [
        field
        for field in record.statistic.fields
        if field.owner == "record" and values[field.name] and field.required is not never and not field.required(record)
    ]
    if voluntary:
        field = one_of(voluntary, random)
        values[field.name] = field.empty


MISTAKES: Weighted[Callable[[RecordValues, dict[str, Any], Random], None]] = Weighted(
    [
        (_missing, 45),
        (_expired_code, 15),
        (_end_before_start, 10),
        (end_far_ahead, 8),
        (_cut_off, 5),
        (_unfitting_code, 12),
        (_half, 10),
    ]
)
