"""What a receipt says: for machines as JSON, and row by row for page and workbook."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from indberet.definition.fields import Codes, Date, Field
from indberet.definition.registry import statistic as statistic_of
from indberet.definition.rules import Rule
from indberet.definition.statistic import Statistic
from indberet.definition.told import Told
from indberet.definition.values import RecordValues

from .columns import Columns
from .models import Delivery, DeliveryFinding, State
from .refusal import reason_text
from .texts import TEXTS, texts

COUNTS = ("records", "new", "changed", "withdrawn", "unchanged", "refused", "with_errors", "with_warnings")
SEVERITIES = {1: "warning", 2: "error"}
AT_A_TIME = 2_000
WITH_FORM = ("refused_value", "refused_person", "unreadable_code")
"""Codes of findings that are told with the form of their field."""


@dataclass(frozen=True, slots=True)
class Row:
    """A finding in words, in the language that was active when it was told."""

    line: int
    key: str
    element: str
    value: str
    code: str
    severity: int
    expectation: str
    reason: str
    record: int | None


class Teller:
    """Puts the findings of a delivery into words."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.statistic: Statistic = statistic_of(delivery.statistic)
        self._told = Told(self.statistic)
        self._rules: Mapping[str, Rule] = {rule.id: rule for rule in self.statistic.rules}
        self._day = timezone.localdate(delivery.received_at)
        self._expectations: dict[tuple[str, date], str] = {}

    def rows(self, most: int | None = None, first: int = 0, **conditions: object) -> Iterator[Row]:
        """The findings that meet the conditions, in the order of the file: from place `first` on, `most` or all."""
        found = DeliveryFinding.unscoped.filter(delivery=self.delivery, **conditions).order_by("line", "id")
        last = None if most is None else first + most
        return map(self.row, found[first:last].iterator(chunk_size=AT_A_TIME))

    def row(self, found: DeliveryFinding) -> Row:
        """A finding in words."""
        expectation, reason = self._said(found)
        return Row(
            line=found.line,
            key=found.key,
            element=found.element,
            value=found.value,
            code=found.code,
            severity=found.severity,
            expectation=expectation,
            reason=reason,
            record=found.record,
        )

    def title(self, code: str) -> str:
        """What a finding of this code is about, without its values."""
        if rule := self._rules.get(code):
            return self._told.title(rule)
        return texts(code, _Blank())[1] if code in TEXTS else code

    def _said(self, found: DeliveryFinding) -> tuple[str, str]:
        if rule := self._rules.get(found.code):
            record = self._values(found.params, "")
            beside = any(name.startswith("other_") for name in found.params)
            others = [self._values(found.params, "other_")] if beside else []
            return self._expectation(rule, record), self._told.reason(rule, record, others)
        if found.code not in TEXTS:  # a rule of an older definition has no text any more; its id still tells
            return found.code, ""
        expectation, reason = texts(found.code, found.params)
        return self._form(found) or expectation, reason

    def _expectation(self, rule: Rule, record: RecordValues) -> str:
        """The expectation, which is the same for all records of a day."""
        key = rule.id, record.date
        if key not in self._expectations:
            self._expectations[key] = self._told.expectation(rule, record)
        return self._expectations[key]

    def _form(self, found: DeliveryFinding) -> str:
        """The form of the value that could not be read, or of the name, where the statistic knows it."""
        if found.code == "unknown_name":
            return _("Et af navnene {names}.").format(names=self._names)
        name = self._fields.get(found.element, "")
        if found.code == "refused_person" and self.statistic.has_field("udl"):
            return ""
        if found.code not in WITH_FORM or not self.statistic.has_field(name):
            return ""
        return f"{self.statistic.label(name)}: {self._told.form(name)}."

    @cached_property
    def _names(self) -> str:
        return ", ".join(Columns(self.statistic).names)

    @cached_property
    def _fields(self) -> dict[str, str]:
        """The fields by what they are called in deliveries."""
        xml = self.statistic.exchange.xml
        elements = {element.name: element.field for element in xml.elements} if xml else {}
        return elements | {field.name: field.name for field in self.statistic.fields}

    def _values(self, params: Mapping[str, str], before: str) -> RecordValues:
        """What is kept of the record's values under names that begin with `before`."""
        values: dict[str, Any] = {}
        for field in self.statistic.fields:
            if text := params.get(before + field.name):
                values[field.name] = _value(field, text)
        return self.statistic.values(values, self._day)


def _value(field: Field, text: str) -> Any:
    if isinstance(field, Date):
        return date.fromisoformat(text)
    return tuple(text.split("|")) if isinstance(field, Codes) else text


class _Blank(dict[str, object]):
    """Words in place of values in a heading."""

    def __missing__(self, key: str) -> str:
        return "..."


def format_of(delivery: Delivery) -> str:
    """The format by its own name, which is another one for test forms."""
    xml = statistic_of(delivery.statistic).exchange.xml
    return xml.test_form if xml and delivery.test and delivery.format == xml.form else delivery.format


def summary(delivery: Delivery, *, repeated: bool = False) -> dict[str, Any]:
    """The receipt without its findings, as plain values."""
    told: dict[str, Any] = {
        "delivery": delivery.key,
        "number": delivery.pk,
        "state": delivery.state,
        "repeated": repeated,
        "test": delivery.test,
        "statistic": delivery.statistic,
        "municipality": delivery.municipality,
        "system": delivery.system,
        "period": delivery.period,
        "format": format_of(delivery),
        "received_at": timezone.localtime(delivery.received_at).isoformat(timespec="seconds"),
        "seconds": delivery.seconds,
        "sha256": delivery.sha256,
        "counts": {name: getattr(delivery, name) for name in COUNTS},
    }
    if delivery.state == State.REFUSED:
        told["reason"] = {
            "code": delivery.reason,
            "params": delivery.reason_params,
            "text": reason_text(delivery.reason, delivery.reason_params),
        }
    return told


def as_json(delivery: Delivery, *, repeated: bool = False) -> Iterator[bytes]:
    """The receipt as JSON, piece by piece; the findings come last."""
    head = json.dumps(summary(delivery, repeated=repeated), ensure_ascii=False)
    yield head[:-1].encode() + b', "findings": ['
    before = b"\n"
    for row in Teller(delivery).rows():
        yield before + json.dumps(_plain(row), ensure_ascii=False).encode()
        before = b",\n"
    yield b"]}\n"


def _plain(row: Row) -> dict[str, object]:
    return {
        "line": row.line,
        "id": row.key,
        "element": row.element,
        "value": row.value,
        "expectation": row.expectation,
        "reason": row.reason,
        "code": row.code,
        "severity": SEVERITIES[row.severity],
    }
