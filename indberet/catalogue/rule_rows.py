"""The rules of a statistic as rows of the page Regler."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from indberet.definition.rules import Rule, Severity
from indberet.definition.statistic import Statistic

from .counts import RuleCount
from .duties import duty
from .search import stands_in, words_of
from .words import certainty_word, expired, mark, period_left, scope_word, severity_word


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    """A rule in words, with its numbers; `level` names the severity's icon."""

    id: str
    text: str
    duty: str
    level: int
    severity: str
    scope: str
    period: str
    mark: str
    expired: bool
    fields: tuple[str, ...]
    certainty: str
    source: str
    count: RuleCount
    is_stored: bool


@dataclass(frozen=True, kw_only=True)
class NotRow:
    """A proposal that is deliberately no rule."""

    id: str
    text: str
    reason: str


def rule_rows(statistic: Statistic, counts: Mapping[str, RuleCount], today: date) -> list[RuleRow]:
    """A row for each rule, in the order of the definition."""
    return [_row(statistic, rule, counts.get(rule.id, RuleCount()), today) for rule in statistic.rules]


def not_rows(statistic: Statistic) -> list[NotRow]:
    """A row for each proposal that is deliberately no rule."""
    return [
        NotRow(
            id=found.id,
            text=statistic.text(f"not_rules.{found.id}.text"),
            reason=statistic.text(f"not_rules.{found.id}.reason"),
        )
        for found in statistic.not_rules
    ]


def matching_rules(rows: Iterable[RuleRow], typed: str, severity: str) -> list[RuleRow]:
    """The rows with all the words in id, text, fields or source, and of the severity if one is named."""
    words, levels = words_of(typed), {level.name.lower(): level for level in Severity}
    wanted = levels.get(severity)
    return [
        row
        for row in rows
        if (wanted is None or row.level == wanted)
        and stands_in(words, row.id, row.text, row.duty, *row.fields, row.source)
    ]


def matching_proposals(rows: Iterable[NotRow], typed: str) -> list[NotRow]:
    """The rows with all the words in id, text or reason."""
    words = words_of(typed)
    return [row for row in rows if stands_in(words, row.id, row.text, row.reason)]


def _row(statistic: Statistic, rule: Rule, count: RuleCount, today: date) -> RuleRow:
    return RuleRow(
        id=rule.id,
        text=statistic.rule_text(rule),
        duty=duty(statistic, rule),
        level=rule.severity,
        severity=severity_word(rule.severity),
        scope=scope_word(rule.scope),
        period=period_left(rule.since, rule.until, today),
        mark=mark(rule.since, rule.until, today),
        expired=expired(rule.until, today),
        fields=tuple(statistic.label(name) for name in rule.fields),
        certainty=certainty_word(rule.certainty),
        source=rule.source,
        count=count,
        is_stored=rule.severity != Severity.INFO,
    )
