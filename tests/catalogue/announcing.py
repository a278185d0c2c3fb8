"""A statistic with changes to come: made of a real one, so that tests do not wait for the law."""

from dataclasses import replace
from datetime import date

from indberet.definition.code_lists import Code, CodeList
from indberet.definition.statistic import Statistic
from tests.people import ADULTS

DAY = date(2027, 1, 1)
DAY_BEFORE = date(2026, 12, 31)
NEW = Code(
    code="1.99",
    labels={"da": "Hjælp på prøve", "en": "Help on trial"},
    since=DAY,
    source="the law of tomorrow",
    properties={"section": "§ 999", "needs_place": "yes", "obligation": "mandatory"},
)


def announcing(statistic: Statistic = ADULTS) -> Statistic:
    """`statistic` with one code that begins, one that ends and one that is renamed and moved to another section, and a
    rule that begins, all on DAY."""
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
