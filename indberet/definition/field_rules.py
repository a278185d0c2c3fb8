"""The rules that follow from the fields themselves: filled in when required, absent when not used, code in its list.

Their ids are made of the statistic's prefix and the field's name, and are as permanent as those.
"""

from collections.abc import Callable, Iterator

from .code_lists import Certainty
from .fields import Code, Codes, Field
from .rules import ERROR, WARNING, Rule, Severity
from .values import RecordValues, always, never


def rules_of(field: Field, prefix: str) -> Iterator[Rule]:
    """The rules that field `field` brings with it."""
    name = f"{prefix}-{field.name.upper().replace('_', '-')}"
    if field.required is not never:
        yield _rule(field, f"{name}-REQUIRED", "required", ERROR, _filled_in_when_required(field))
    if field.applies is not always:
        yield _rule(field, f"{name}-NOT-USED", "not_used", ERROR, _empty_when_not_used(field))
    if isinstance(field, Code | Codes):
        severity = WARNING if isinstance(field, Code) and field.open else ERROR
        yield _rule(field, f"{name}-LIST", "list", severity, _in_list(field))


def _rule(field: Field, id: str, kind: str, severity: Severity, holds: Callable[[RecordValues], bool]) -> Rule:
    return Rule(
        id=id,
        severity=severity,
        fields=(field.name,),
        holds=holds,
        source=field.source,
        certainty=Certainty.INFERRED if kind == "list" else field.certainty,
        since=field.since,
        until=field.until,
        text_key=f"rules.{kind}.text",
        message_key=f"rules.{kind}.message",
    )


def _filled_in_when_required(field: Field) -> Callable[[RecordValues], bool]:
    return lambda record: bool(record.values.get(field.name)) or not field.required(record)


def _empty_when_not_used(field: Field) -> Callable[[RecordValues], bool]:
    return lambda record: not record.values.get(field.name) or field.applies(record)


def _in_list(field: Code | Codes) -> Callable[[RecordValues], bool]:
    def holds(record: RecordValues) -> bool:
        value = record.values.get(field.name)
        codes = (value or ()) if isinstance(field, Codes) else ((value,) if value else ())
        known = record.statistic.code_lists[field.code_list]
        return all(found and found.selectable for found in (known.find(code, record.date) for code in codes))

    return holds
