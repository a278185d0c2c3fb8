"""Rules: what must be true of a record, from when to when, and who says so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from .code_lists import Certainty
from .values import RecordValues


class Severity(IntEnum):
    """What a broken rule does: a warning can be overruled, an error stops an interactive save."""

    WARNING = 1
    ERROR = 2


ERROR, WARNING = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of one record. `holds` is pure and true when all is well; `fields` are where a finding is shown.

    `text_key` and `message_key` name the texts: what the rule demands, and what is said when it is broken.
    """

    id: str
    severity: Severity
    fields: tuple[str, ...]
    holds: Callable[[RecordValues], bool]
    source: str
    certainty: Certainty
    since: date | None = None
    until: date | None = None
    text_key: str
    message_key: str

    def applies_on(self, day: date) -> bool:
        """Whether the rule is in force for a record of this date."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def rule(
    id: str,
    severity: Severity,
    *,
    fields: tuple[str, ...],
    source: str,
    certainty: Certainty = Certainty.CONFIRMED,
    since: date | None = None,
    until: date | None = None,
) -> Callable[[Callable[[RecordValues], bool]], Rule]:
    """Makes a Rule of a small function; its texts stand under `rules.<id>`: text and message."""

    def decorate(holds: Callable[[RecordValues], bool]) -> Rule:
        return Rule(
            id=id,
            severity=severity,
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


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a record breaks, with the message in the active language."""

    rule: Rule
    message: str

    @property
    def field(self) -> str:
        """The field at which the message is shown first."""
        return self.rule.fields[0]
