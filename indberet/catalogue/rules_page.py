"""docs/rules.md and the plain list of `indberet rules`: generated from the definitions, never written by hand."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.translation import gettext as _

from indberet.definition.dates import show_date
from indberet.definition.properties import list_name, lists_in_use
from indberet.definition.rules import Rule
from indberet.definition.statistic import Statistic

from .duties import duty
from .release_notes import announced_markdown
from .words import certainty_word, mark, period, period_left, scope_word, severity_word


def as_text(statistics: Iterable[Statistic]) -> str:
    """One line per rule."""
    return "".join(
        f"{rule.id:<34} {severity_word(rule.severity):<9} {scope_word(rule.scope):<9} "
        f"{period(rule.since, rule.until):<24} {certainty_word(rule.certainty):<17} {statistic.rule_text(rule)}\n"
        for statistic in statistics
        for rule in statistic.rules
    )


def as_markdown(statistics: Iterable[Statistic], today: date) -> str:
    """The page docs/rules.md, as it is on a day."""
    return (
        "\n".join(
            [*_head(today), *(line for statistic in statistics for line in _of_statistic(statistic, today))]
        ).rstrip("\n")
        + "\n"
    )


def _head(today: date) -> Iterator[str]:
    yield from _heading("#", _("Regler"))
    yield _("Siden er skrevet af `make rules` ud fra definitionerne og rettes ikke i hånden.")
    yield _("Den viser, hvad der gælder og er varslet pr. %(day)s.") % {"day": show_date(today)}
    yield ""
    yield _("En fejl stopper en indtastning. En advarsel kan gemmes med en begrundelse. En oplysning siges kun.")
    yield _("En regel ser på posten alene, på sagens andre poster eller på borgerens poster i andre kommuner.")
    yield _("Bekræftet står i en kilde, udledt er sluttet af en kilde, og Indberets forslag har ingen kilde.")
    yield _("Kilderne står på deres eget sprog; VV og BU er numre i listen over foreslåede regler.")
    yield ""


def _of_statistic(statistic: Statistic, today: date) -> Iterator[str]:
    yield from _heading("##", statistic.name)
    yield from announced_markdown(statistic, today, "###")
    yield from _heading("###", _("Regler i kraft og på vej"))
    heads = (
        _("Regel"),
        _("Alvor"),
        _("Ser på"),
        _("Gælder"),
        _("Felter"),
        _("Hvad der kræves"),
        _("Sikkerhed"),
        _("Kilde"),
    )
    yield from _table(heads, (_cells(statistic, rule, today) for rule in statistic.rules))
    yield from _not_rules(statistic)
    yield from _invented(statistic)


def _cells(statistic: Statistic, rule: Rule, today: date) -> tuple[str, ...]:
    told = mark(rule.since, rule.until, today)
    when = period_left(rule.since, rule.until, today)
    return (
        rule.id,
        severity_word(rule.severity),
        scope_word(rule.scope),
        f"{when} ({told})" if when and told else when or told,
        ", ".join(statistic.label(name) for name in rule.fields),
        " ".join(filter(None, (statistic.rule_text(rule), duty(statistic, rule)))),
        certainty_word(rule.certainty),
        rule.source,
    )


def _not_rules(statistic: Statistic) -> Iterator[str]:
    if not statistic.not_rules:
        return
    yield from _heading("###", _("Bevidst ikke en regel"))
    rows = (
        (found.id, statistic.text(f"not_rules.{found.id}.text"), statistic.text(f"not_rules.{found.id}.reason"))
        for found in statistic.not_rules
    )
    yield from _table((_("Nummer"), _("Forslag"), _("Hvorfor ikke")), rows)


def _invented(statistic: Statistic) -> Iterator[str]:
    rows = [
        (list_name(statistic, code_list.name), row.code, row.label, period(row.since, row.until), row.note)
        for code_list in lists_in_use(statistic)
        for row in code_list.rows
        if row.invented
    ]
    if rows:
        yield from _heading("###", _("Koder, som ingen kilde bekræfter"))
        yield from _table((_("Kodeliste"), _("Kode"), _("Navn"), _("Gælder"), _("Bemærkning")), rows)


def _heading(level: str, text: str) -> Iterator[str]:
    yield from (f"{level} {text}", "")


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |" for cells in rows)
    yield ""
