"""What is told of rules that a record breaks: at the fields of the form, and on the page that is for reading only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indberet.definition.dates import show_date
from indberet.definition.rules import ERROR, INFO, WARNING, Broken
from indberet.definition.statistic import Statistic
from indberet.definition.values import RecordValues

from .models import Finding, Record
from .reasons import PICKED, READY, TYPED, Reason, show_reason
from .save import warning_key


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of a summary at the top; `field_id` is what it links to, or empty."""

    field_id: str
    message: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning that waits to be overruled: `key` names it with its values, `is_open` until it has been seen."""

    rule: str
    key: str
    message: str
    is_open: bool
    reason: Reason

    @property
    def id(self) -> str:
        """The id of the message on the page."""
        return f"warning-{self.rule}"

    @property
    def picked_name(self) -> str:
        """The name of the list of ready reasons."""
        return f"{PICKED}{self.rule}"

    @property
    def typed_name(self) -> str:
        """The name of the text box beside it."""
        return f"{TYPED}{self.rule}"

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """(key, text, picked) of the ready reasons."""
        return [(key, show_reason(text), key == self.reason.picked) for key, text in READY.items()]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A warning that was overruled when the record was saved, and by whom, when and why."""

    key: str
    message: str
    note: str


@dataclass(frozen=True, slots=True)
class Told:
    """A finding of a stored record: severity, field and message, and the note on its acceptance."""

    rule: str
    severity: int
    label: str
    message: str
    note: str

    @property
    def is_error(self) -> bool:
        """Whether it is an error; else it is a warning."""
        return self.severity == ERROR


@dataclass(slots=True)
class Stored:
    """What a stored record breaks: lines with errors and with warnings that nobody has accepted."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """How many there are of each."""
        return counted(len(self.errors), len(self.warnings))

    def __bool__(self) -> bool:
        return bool(self.errors or self.warnings)


def counted(errors: int, warnings: int) -> str:
    """The number of errors and warnings of a record, in words; nothing when there are none."""
    told = ngettext("%(count)s fejl", "%(count)s fejl", errors) % {"count": errors} if errors else ""
    more = ngettext("%(count)s advarsel", "%(count)s advarsler", warnings) % {"count": warnings} if warnings else ""
    if told and more:
        return _("Posten har %(errors)s og %(warnings)s") % {"errors": told, "warnings": more}
    return _("Posten har %(findings)s") % {"findings": told or more} if told or more else ""


def accepted_keys(record: Record | None) -> dict[str, Finding]:
    """The findings of a stored record that somebody accepted, by the key of the warning."""
    rows: Iterable[Finding] = record.findings.all() if record else ()
    return {f"{row.rule}:{row.values_mark}": row for row in rows if row.accepted_at}


def note_of(finding: Finding) -> str:
    """Who accepted a warning, when and why."""
    assert finding.accepted_at
    day = show_date(timezone.localtime(finding.accepted_at).date())
    told = _("Godkendt af %(who)s %(day)s") % {"who": finding.accepted_by, "day": day}
    return f"{told}: {show_reason(finding.reason)}" if finding.reason else told


def tell(statistic: Statistic, values: RecordValues, broken: Sequence[Broken], record: Record) -> list[Told]:
    """The findings of a stored record, worst first, those that nobody has accepted before the others."""
    accepted = accepted_keys(record)
    told = []
    for found in broken:
        if found.rule.severity == INFO:
            continue
        kept = accepted.get(warning_key(found, values)) if found.rule.severity == WARNING else None
        note = note_of(kept) if kept else ""
        told.append(Told(found.rule.id, found.rule.severity, statistic.label(found.field), found.message, note))
    return sorted(told, key=lambda each: (-each.severity, bool(each.note)))
