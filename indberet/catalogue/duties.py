"""For which codes a field must be filled in, and since when: asked of the definition, code by code."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from indberet.definition.code_lists import Code as CodeRow
from indberet.definition.fields import Code, Field
from indberet.definition.rules import Rule
from indberet.definition.statistic import Statistic
from indberet.definition.values import always

from .words import period, short_code

REQUIRED = "rules.required.text"
SOME_DAY = date(2000, 1, 1)  # for codes without a first and last day any day will do


def duty(statistic: Statistic, rule: Rule) -> str:
    """When the field of a rule “must be filled in” is so: always, or by code and period. Nothing for other rules and
    where codes do not decide."""
    field = statistic.field(rule.fields[0])
    if rule.text_key != REQUIRED:
        return ""
    if field.required is always:
        return _("Altid obligatorisk.")
    alike: dict[tuple[str, str], list[str]] = {}
    for row, condition in _demanding(statistic, field):
        alike.setdefault((period(row.since, row.until), condition), []).append(short_code(row))
    told = [f"{when}{condition}: {', '.join(codes)}" for (when, condition), codes in alike.items()]
    return _("Obligatorisk %(when)s.") % {"when": "; ".join(told)} if told else ""


def _demanding(statistic: Statistic, field: Field) -> Iterator[tuple[CodeRow, str]]:
    """The codes that make the field mandatory, alone or together with an answer to another question."""
    steering = [found for found in statistic.fields if isinstance(found, Code) and found.steers]
    if not steering:
        return
    first, *others = steering
    for row in statistic.codes_of(first.name).rows:
        day = row.since or row.until or SOME_DAY
        values = {statistic.record_date: day, first.name: row.code}
        if field.required(statistic.values(values, day)):
            yield row, ""
            continue
        for other in others:
            for answer in statistic.codes_of(other.name).on(day):
                record = statistic.values({**values, other.name: answer.code}, day)
                if other.exists_on(day) and other.applies(record) and field.required(record):
                    told = {"question": statistic.label(other.name), "answer": answer.label}
                    yield row, _(", når “%(question)s” er %(answer)s") % told
