"""Rules: what must be true of a record, from when to when, and who says so."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from .code_lists import Certainty
from .values import RecordValues


class Severity(IntEnum):
    """What a broken rule does: an error stops an interactive save, a warning can be overruled, an information is only
    told while the value is typed and never kept as a finding."""

    INFO = 0
    WARNING = 1
    ERROR = 2


class Scope(StrEnum):
    """What a rule looks at: a record alone, a record beside each other record of its case, or a record beside each of
    the same person's records in other municipalities, of which nothing may be told."""

    RECORD = "record"
    CASE = "case"
    PERSON = "person"


ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule. `holds` is pure and true when all is well; it is asked with the record, and in the scopes case and person
    with the record and one other. `fields` are where a finding is shown.

    `text_key` and `message_key` name the texts: what the rule demands, and what is said when it is broken.
    """

    id: str
    severity: Severity
    scope: Scope = Scope.RECORD
    fields: tuple[str, ...]
    holds: Callable[..., bool]
    source: str
    certainty: Certainty
    since: date | None = None
    until: date | None = None
    text_key: str
    message_key: str

    def applies_on(self, day: date) -> bool:
        """Whether the rule is in force for a record of this date."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def broken_beside(self, record: RecordValues, others: Iterable[RecordValues]) -> tuple[RecordValues, ...]:
        """Those of `others` beside which the record breaks this rule of case or person."""
        return tuple([other for other in others if not self.holds(record, other)])


def rule(
    id: str,
    severity: Severity,
    *,
    fields: tuple[str, ...],
    source: str,
    scope: Scope = Scope.RECORD,
    certainty: Certainty = Certainty.CONFIRMED,
    since: date | None = None,
    until: date | None = None,
) -> Callable[[Callable[..., bool]], Rule]:
    """Makes a Rule of a small function; its texts stand under `rules.<id>`: text and message."""

    def decorate(holds: Callable[..., bool]) -> Rule:
        return Rule(
            id=id,
            severity=severity,
            scope=scope,
            fields=fields,
            holds=holds,
            source=source,
            certainty=certainty,
            since=since,
            until=until,
            text_key=f"rules.{id}.text",
            message_key=f"rules.{id}.message",
        )

    return decorate


@dataclass(frozen=True, kw_only=True)
class NotARule:
    """A rule that was proposed and is deliberately none; texts under `not_rules.<id>`: text and reason."""

    id: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a record breaks, with the message in the active language; `others` are the case's records beside
    which it is broken, never those of another municipality."""

    rule: Rule
    message: str
    others: tuple[RecordValues, ...] = ()

    @property
    def field(self) -> str:
        """The field at which the message is shown first."""
        return self.rule.fields[0]
