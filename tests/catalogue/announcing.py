"""A statistic with changes to come and none besides, made of a real one: tests do not wait for the law."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TypeVar

from indberet.definition.code_lists import Code, CodeList
from indberet.definition.fields import Field
from indberet.definition.rules import Rule
from indberet.definition.statistic import Statistic
from tests.people import ADULTS

DAY = date(2027, 1, 1)
DAY_BEFORE = date(2026, 12, 31)
Dated = TypeVar("Dated", Code, Field, Rule)
NEW = Code(
    code="1.99",
    labels={"da": "Hjælp på prøve", "en": "Help on trial"},
    since=DAY,
    source="the law of tomorrow",
    properties={"section": "§ 999", "needs_place": "yes", "obligation": "mandatory"},
)


def unannounced(statistic: Statistic = ADULTS) -> Statistic:
    """`statistic` as if nothing were announced: what begins after DAY_BEFORE is not there, what ends then goes on."""
    lists = {name: CodeList(name, _going_on(found.rows)) for name, found in statistic.code_lists.items()}
    fields, rules = _going_on(statistic.fields), _going_on(statistic.own_rules)
    return replace(statistic, code_lists=lists, fields=fields, own_rules=rules)


def _going_on(things: Iterable[Dated]) -> tuple[Dated, ...]:
    begun = (thing for thing in things if thing.since is None or thing.since <= DAY_BEFORE)
    return tuple(replace(thing, until=None) if thing.until and thing.until >= DAY_BEFORE else thing for thing in begun)


def announcing(statistic: Statistic = ADULTS) -> Statistic:
    """`statistic` with one code that begins, one that ends and one that is renamed and moved to another section, and a
    rule that begins, all on DAY; and nothing else to come."""
    statistic = unannounced(statistic)
    services = statistic.code_lists["services"]
    changed = {row.code: row for row in services.rows if row.until is None}
    ending, renamed = changed["1.3"], changed["1.17"]
    rows = [
        *(row for row in services.rows if row not in (ending, renamed)),
        replace(ending, until=DAY_BEFORE),
        replace(renamed, until=DAY_BEFORE),
        replace(
            renamed,
            since=DAY,
            labels={"da": "Nyt tilskud", "en": "New grant"},
            properties={**renamed.properties, "section": "§ 95 a"},
        ),
        NEW,
    ]
    lists = {**statistic.code_lists, "services": CodeList("services", rows)}
    first, *others = statistic.own_rules
    return replace(statistic, code_lists=lists, own_rules=(replace(first, since=DAY), *others))
