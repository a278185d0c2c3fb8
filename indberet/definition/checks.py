"""Start-up checks of definitions, with numbered ids; a mistake stops the start and names the statistic and value."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register

from .approval import mistakes
from .code_lists import CodeList
from .errors import DefinitionError
from .exchange import ACTION, ID, Element
from .fields import Code, Codes
from .registry import municipalities, statistics
from .statistic import Statistic
from .texts import LANGUAGES


@register()
def check_definitions(**kwargs: Any) -> list[CheckMessage]:
    """All findings about all statistics."""
    try:
        found = statistics()
        municipalities()
    except (DefinitionError, OSError) as wrong:
        return [Error(f"A definition cannot be loaded: {wrong}", id="indberet.E001")]
    errors: list[CheckMessage] = list(_same_twice(found))
    for statistic in found:
        for id, check in CHECKS:
            errors += [Error(f"{statistic.id}: {text}", id=id) for text in check(statistic)]
    return errors


def _same_twice(found: tuple[Statistic, ...]) -> Iterator[CheckMessage]:
    for attribute in ("id", "number", "prefix"):
        for value, count in Counter(getattr(statistic, attribute) for statistic in found).items():
            if count > 1:
                yield Error(f"Two statistics have the {attribute} '{value}'", id="indberet.E002")


def _rule_ids(statistic: Statistic) -> Iterator[str]:
    for id, count in Counter(rule.id for rule in statistic.rules).items():
        if count > 1:
            yield f"rule id '{id}' is used {count} times"
        if not id.startswith(f"{statistic.prefix}-"):
            yield f"rule id '{id}' does not begin with '{statistic.prefix}-'"


def _rule_fields(statistic: Statistic) -> Iterator[str]:
    for rule in statistic.rules:
        yield from (
            f"rule {rule.id} points at unknown field '{name}'" for name in rule.fields if not statistic.has_field(name)
        )


def _texts(statistic: Statistic) -> Iterator[str]:
    keys = {"statistic.name", "statistic.report_name"}
    keys |= {f"fields.{field.name}.label" for field in statistic.fields}
    keys |= {f"groups.{field.group}" for field in statistic.fields}
    keys |= {key for rule in statistic.rules for key in (rule.text_key, rule.message_key)}
    for language in LANGUAGES:
        texts = statistic.texts.by_language[language]
        yield from (f"text '{key}' is missing in texts.{language}.toml" for key in sorted(keys - set(texts)))


def _languages(statistic: Statistic) -> Iterator[str]:
    danish, english = (set(statistic.texts.by_language[language]) for language in LANGUAGES)
    yield from (f"text '{key}' stands in one language only" for key in sorted(danish ^ english))


def _columns(statistic: Statistic) -> Iterator[str]:
    for name in (*statistic.columns, *statistic.hidden_columns):
        if not statistic.has_field(name):
            yield f"listed column '{name}' is not a field"
        elif not statistic.field(name).column:
            yield f"listed field '{name}' is not a plain column of the register"


def _lists_of_fields(statistic: Statistic) -> Iterator[str]:
    for field in statistic.fields:
        if isinstance(field, Code | Codes) and field.code_list not in statistic.code_lists:
            yield f"field '{field.name}' names unknown code list '{field.code_list}'"


def _code_lists(statistic: Statistic) -> Iterator[str]:
    for code_list in statistic.code_lists.values():
        yield from (f"{code_list.name}.csv: {text}" for text in list_mistakes(code_list))


def list_mistakes(code_list: CodeList) -> Iterator[str]:
    """What is wrong in a code list: unknown parents, missing labels, periods that overlap or end before they begin."""
    for row in code_list.rows:
        if row.parent and not code_list.known(row.parent):
            yield f"code '{row.code}' has unknown parent '{row.parent}'"
        if row.since and row.until and row.until < row.since:
            yield f"code '{row.code}' ends {row.until} before it begins {row.since}"
        others = [other for other in code_list.periods(row.code) if other is not row]
        if any(other.applies_on(day) for other in others for day in (row.since, row.until) if day):
            yield f"code '{row.code}' has overlapping periods"
        if not all(row.labels.get(language) for language in LANGUAGES):
            yield f"code '{row.code}' lacks a label"


def _exchange(statistic: Statistic) -> Iterator[str]:
    xml = statistic.exchange.xml
    if xml is None:
        return
    for field in (ID, ACTION):
        if xml.name_of(field) == field:
            yield f"{xml.form} has no element for '{field}'"
    before: set[str] = {""}
    for element in xml.elements:
        of_format = f"element '{element.name}' of {xml.form}"
        if element.instead_of not in before:
            yield f"{of_format} stands instead of '{element.instead_of}', which does not come before it"
        before.add(element.name)
        if not element.owner and element.field not in (ID, ACTION):
            yield from (f"{of_format} {mistake}" for mistake in _element(statistic, element))


def _element(statistic: Statistic, element: Element) -> Iterator[str]:
    for name in (element.field, element.not_beside):
        if name and not statistic.has_field(name):
            yield f"names unknown field '{name}'"
    if element.values and statistic.has_field(element.field):
        known = statistic.codes_of(element.field)
        for code in (code for code in element.values.values() if not known.known(code)):
            yield f"stands for unknown code '{code}'"


def _approval(statistic: Statistic) -> Iterator[str]:
    sections = {row.get("section") for row in statistic.codes_of("service_code").rows}
    tables, codes = (table.id for table in statistic.tables), (row.code for row in municipalities().rows)
    yield from mistakes(statistic.approval, tables=tables, sections=sections, municipalities=codes)


CHECKS: tuple[tuple[str, Callable[[Statistic], Iterator[str]]], ...] = (
    ("indberet.E003", _rule_ids),
    ("indberet.E004", _rule_fields),
    ("indberet.E005", _texts),
    ("indberet.E006", _languages),
    ("indberet.E007", _columns),
    ("indberet.E008", _lists_of_fields),
    ("indberet.E009", _code_lists),
    ("indberet.E012", _exchange),
    ("indberet.E014", _approval),
)
