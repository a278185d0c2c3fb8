"""What differs between two record dates, and what is announced: codes, requirements, fields and rules.

Only the two days are compared; what began and ended between them is not told. Codes that change in the same way come
as one change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .code_lists import NO_CODE, Certainty, Code, CodeList
from .fields import Field
from .properties import SECTION, lists_in_use, property_text
from .rules import Rule
from .statistic import Statistic

FLAG = "yes"
ONE_DAY = timedelta(days=1)


class Part(StrEnum):
    """What a change is about: codes themselves, what must be filled in, or rules."""

    CODES = "codes"
    REQUIREMENTS = "requirements"
    RULES = "rules"


class Kind(StrEnum):
    """Whether a thing begins, ends, or stays and is another way."""

    BEGINS = "begins"
    CHANGES = "changes"
    ENDS = "ends"


Difference = tuple[Part, Kind, str, str]
"""Of one code: part, kind, what is told, and the detail that is the code's own."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change: of `codes` of a code list, of a field or of a rule. `told` says what, in the active language; it is
    empty where a code or a rule simply begins or ends. Where it is another thing for each code, such as a new name,
    `details` has them in the order of the codes."""

    part: Part
    kind: Kind
    told: str = ""
    code_list: str = ""
    codes: tuple[Code, ...] = ()
    details: tuple[str, ...] = ()
    field: Field | None = None
    rule: Rule | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """Who says so, each once."""
        told = [code.source for code in self.codes]
        told += [thing.source for thing in (self.field, self.rule) if thing]
        parts = (part.strip() for source in told for part in source.split(";"))
        return tuple(dict.fromkeys(filter(None, parts)))

    @property
    def certainty(self) -> Certainty | None:
        """How sure a field or rule is; codes each have their own."""
        thing = self.rule or self.field
        return thing.certainty if thing else None


def changes(statistic: Statistic, before: date, after: date) -> list[Change]:
    """What is otherwise for records of the day `after` than for those of `before`: codes, then requirements and fields,
    then rules; what begins before what ends."""
    found = [
        change for code_list in lists_in_use(statistic) for change in _of_codes(statistic, code_list, before, after)
    ]
    found += _of_fields(statistic, before, after)
    found += _of_rules(statistic, before, after)
    return sorted(found, key=lambda change: (list(Part).index(change.part), list(Kind).index(change.kind)))


def announced(statistic: Statistic, today: date) -> list[tuple[date, list[Change]]]:
    """Every day after `today` on which something changes, with what does, the nearest day first."""
    days = sorted(day for day in _days_of_change(statistic) if day > today)
    told = ((day, changes(statistic, day - ONE_DAY, day)) for day in days)
    return [(day, found) for day, found in told if found]


def _days_of_change(statistic: Statistic) -> set[date]:
    days = {day for code_list in lists_in_use(statistic) for day in code_list.breaks}
    periods = [(field.since, field.until) for field in statistic.fields]
    periods += [(rule.since, rule.until) for rule in statistic.rules]
    days |= {since for since, _until in periods if since}
    return days | {until + ONE_DAY for _since, until in periods if until}


def _of_codes(statistic: Statistic, code_list: CodeList, before: date, after: date) -> Iterator[Change]:
    old = {row.code: row for row in code_list.on(before)}
    new = {row.code: row for row in code_list.on(after)}
    for kind, rows, others in ((Kind.BEGINS, new, old), (Kind.ENDS, old, new)):
        codes = tuple(row for code, row in rows.items() if code not in others)
        if codes:
            yield Change(part=Part.CODES, kind=kind, code_list=code_list.name, codes=codes)
    alike: dict[tuple[Part, Kind, str], list[tuple[Code, str]]] = {}
    for code, row in new.items():
        for part, change, told, detail in _differences(statistic, code_list, old.get(code, NO_CODE), row):
            alike.setdefault((part, change, told), []).append((row, detail))
    for (part, change, told), same in alike.items():
        codes, details = tuple(row for row, _detail in same), tuple(detail for _row, detail in same)
        own = details if any(details) else ()
        yield Change(part=part, kind=change, told=told, code_list=code_list.name, codes=codes, details=own)


def _differences(statistic: Statistic, code_list: CodeList, old: Code, new: Code) -> Iterator[Difference]:
    """What is told of one code that goes on, or that is new."""
    if old is new:
        return
    if old:
        for told, detail in _of_the_code_itself(statistic, code_list, old, new):
            yield Part.CODES, Kind.CHANGES, told, detail
    for name in dict.fromkeys((*old.properties, *new.properties)):
        before, after = old.get(name), new.get(name)
        if name in SECTION or before == after:
            continue
        if FLAG in (before, after):
            yield *_of_flag(statistic, name, begins=after == FLAG), ""
        elif old or statistic.texts.find(f"properties.{name}.{after}"):
            yield Part.CODES, Kind.CHANGES, _of_value(statistic, name, before, after), ""


def _of_the_code_itself(statistic: Statistic, code_list: CodeList, old: Code, new: Code) -> Iterator[tuple[str, str]]:
    """What is another way, and the new and old value."""

    def told(kind: str, before: str, after: str) -> tuple[str, str]:
        nothing = statistic.text("changes.nothing")
        values = {"before": before or nothing, "after": after or nothing}
        return statistic.text(f"changes.{kind}"), statistic.text("changes.value", **values)

    if old.label != new.label:
        yield told("name", old.label, new.label)
    if old.get("section") != new.get("section"):
        yield told("section", old.get("section"), new.get("section"))
    if old.parent != new.parent:
        yield told("moved", *(code_list.known(row.parent).label if row.parent else "" for row in (old, new)))
    if old.selectable != new.selectable:
        yield statistic.text("changes.selectable" if new.selectable else "changes.not_selectable"), ""


def _of_flag(statistic: Statistic, name: str, *, begins: bool) -> tuple[Part, Kind, str]:
    text = property_text(statistic, name, FLAG)
    if begins:
        return Part.REQUIREMENTS, Kind.BEGINS, text
    return Part.REQUIREMENTS, Kind.ENDS, statistic.text("changes.no_longer", text=text)


def _of_value(statistic: Statistic, name: str, before: str, after: str) -> str:
    if not before:
        return property_text(statistic, name, after)
    if not after:
        return statistic.text("changes.no_longer", text=property_text(statistic, name, before))
    told = {when: property_text(statistic, name, value) for when, value in (("before", before), ("after", after))}
    return statistic.text("changes.value", **told)


def _of_fields(statistic: Statistic, before: date, after: date) -> Iterator[Change]:
    for field in statistic.fields:
        was, is_now = field.exists_on(before), field.exists_on(after)
        if was != is_now:
            told = statistic.texts.find(f"fields.{field.name}.help") or ""
            kind = Kind.BEGINS if is_now else Kind.ENDS
            yield Change(part=Part.REQUIREMENTS, kind=kind, field=field, told=told if is_now else "")


def _of_rules(statistic: Statistic, before: date, after: date) -> Iterator[Change]:
    for rule in statistic.rules:
        was, is_now = rule.applies_on(before), rule.applies_on(after)
        if was != is_now:
            yield Change(part=Part.RULES, kind=Kind.BEGINS if is_now else Kind.ENDS, rule=rule)
