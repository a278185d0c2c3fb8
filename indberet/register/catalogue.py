"""The catalogue of rules and provisional codes, for people: generated, never written by hand."""

from collections.abc import Iterable, Iterator
from datetime import date

from indberet.definition.code_lists import Certainty
from indberet.definition.dates import show_date
from indberet.definition.rules import ERROR, Rule
from indberet.definition.statistic import Statistic

HEAD = """# Regler

Siden er skrevet af `make rules` ud fra definitionerne og rettes ikke i hånden.

Sikkerhed: CONFIRMED står i en kilde, INFERRED er sluttet af en kilde, INVENTED er Indberets eget forslag. En fejl
stopper en indtastning; en advarsel kan gemmes, når den er set.
"""


def as_text(statistics: Iterable[Statistic]) -> str:
    """One line per rule."""
    return "".join(
        f"{rule.id:<34} {_severity(rule):<8} {_period(rule):<24} {rule.certainty:<9} {statistic.rule_text(rule)}\n"
        for statistic in statistics
        for rule in statistic.rules
    )


def as_markdown(statistics: Iterable[Statistic]) -> str:
    """The page docs/rules.md."""
    return HEAD + "".join("\n".join(_section(statistic)) + "\n" for statistic in statistics)


def _section(statistic: Statistic) -> Iterator[str]:
    yield from (
        "",
        f"## {statistic.name}",
        "",
        "| Regel | Alvor | Gælder | Felter | Hvad der kræves | Sikkerhed | Kilde |",
    )
    yield "|---|---|---|---|---|---|---|"
    for rule in statistic.rules:
        fields = ", ".join(statistic.label(name) for name in rule.fields)
        cells = (
            rule.id,
            _severity(rule),
            _period(rule),
            fields,
            statistic.rule_text(rule),
            rule.certainty,
            rule.source,
        )
        yield f"| {' | '.join(cells)} |"
    yield from (
        "",
        "### Koder, som ingen kilde bekræfter",
        "",
        "| Kodeliste | Kode | Navn | Bemærkning |",
        "|---|---|---|---|",
    )
    for code_list in statistic.code_lists.values():
        for row in code_list.rows:
            if row.certainty == Certainty.INVENTED:
                yield f"| {code_list.name} | {row.code} | {row.label} | {row.note} |"


def _severity(rule: Rule) -> str:
    return "fejl" if rule.severity == ERROR else "advarsel"


def _period(rule: Rule) -> str:
    return "altid" if not (rule.since or rule.until) else f"{_day(rule.since)} - {_day(rule.until)}".strip()


def _day(day: date | None) -> str:
    return show_date(day)
