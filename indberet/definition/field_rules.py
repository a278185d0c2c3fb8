"""The rules that follow from the fields themselves: filled in when required, absent when not used, of the right form,
code in its list.

Their ids are made of the statistic's prefix and the field's name, and are as permanent as those.
"""

from collections.abc import Callable, Iterator

from .code_lists import Certainty
from .code_lists import Code as CodeRow
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
    if field.has_form:
        yield _rule(field, f"{name}-FORM", "form", ERROR, _well_formed(field))
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
        certainty=Certainty.INFERRED if kind in ("list", "form") else field.certainty,
        since=field.since,
        until=field.until,
        text_key=f"rules.{kind}.text",
        message_key=f"rules.{kind}.message",
    )


def _filled_in_when_required(field: Field) -> Callable[[RecordValues], bool]:
    name, required = field.name, field.required
    return lambda record: bool(record.values.get(name)) or not required(record)


def _empty_when_not_used(field: Field) -> Callable[[RecordValues], bool]:
    name, applies = field.name, field.applies
    return lambda record: not record.values.get(name) or applies(record)


def _well_formed(field: Field) -> Callable[[RecordValues], bool]:
    name, well_formed = field.name, field.well_formed

    def holds(record: RecordValues) -> bool:
        value = record.values.get(name)
        return not value or well_formed(value)

    return holds


def _in_list(field: Code | Codes) -> Callable[[RecordValues], bool]:
    name = field.name

    def one(record: RecordValues) -> bool:
        return not record.values.get(name) or is_offered(record.code(name))

    def several(record: RecordValues) -> bool:
        codes = record.values.get(name)
        if not codes:
            return True
        known, day = record.statistic.code_lists[field.code_list], record.day_of(name)
        return all(is_offered(known.find(code, day)) for code in codes)

    def is_offered(code: CodeRow) -> bool:
        return bool(code) and code.selectable

    return several if isinstance(field, Codes) else one
