"""What a receipt says: for machines as JSON, and row by row for page and workbook."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from indberet.definition.fields import Codes, Date
from indberet.definition.registry import statistic as statistic_of
from indberet.definition.rules import Rule
from indberet.definition.statistic import Statistic

from .models import Delivery, DeliveryFinding, State
from .refusal import reason_text
from .texts import TEXTS, texts

COUNTS = ("records", "new", "changed", "withdrawn", "unchanged", "refused", "with_errors", "with_warnings")
SEVERITIES = {1: "warning", 2: "error"}
AT_A_TIME = 2_000


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
        self._rules: Mapping[str, Rule] = {rule.id: rule for rule in self.statistic.rules}
        self._day = timezone.localdate(delivery.received_at)
        self._expectations: dict[str, str] = {}

    def rows(self, most: int | None = None) -> Iterator[Row]:
        """The findings in the order of the file, `most` of them or all."""
        found = DeliveryFinding.unscoped.filter(delivery=self.delivery).order_by("line", "id")
        return map(self.row, found[:most].iterator(chunk_size=AT_A_TIME))

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
            return self.statistic.rule_text(rule)
        return texts(code, _Blank())[1] if code in TEXTS else code

    def _said(self, found: DeliveryFinding) -> tuple[str, str]:
        if rule := self._rules.get(found.code):
            if rule.id not in self._expectations:
                self._expectations[rule.id] = self.statistic.rule_text(rule)
            return self._expectations[rule.id], self._message(rule, found.params)
        # a rule of an older definition has no text any more; its id still tells
        return texts(found.code, found.params) if found.code in TEXTS else (found.code, "")

    def _message(self, rule: Rule, params: Mapping[str, str]) -> str:
        own = {name: text for name, text in params.items() if not name.startswith("other_")}
        other = {name.removeprefix("other_"): text for name, text in params.items() if name.startswith("other_")}
        values = self.statistic.values(self._values(own), self._day)
        return self.statistic.message(rule, values, [self.statistic.values(self._values(other), self._day)])

    def _values(self, texts: Mapping[str, str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, text in texts.items():
            field = self.statistic.field(name)
            if isinstance(field, Date):
                values[name] = date.fromisoformat(text)
            else:
                values[name] = tuple(text.split("|")) if isinstance(field, Codes) else text
        return values


class _Blank(dict[str, object]):
    """Words in place of values in a heading."""

    def __missing__(self, key: str) -> str:
        return "..."


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
        "format": delivery.format,
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
