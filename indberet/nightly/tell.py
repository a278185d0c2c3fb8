"""Putting into words what a step did: English for operations, the reader's language for the office."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from indberet.definition.registry import municipalities, statistics

from .models import Step

ENGLISH = {
    "recheck": "{records:,} records rechecked, {differing:,} had other findings",
    "reports": "{made} of {all} reports stand",
    "reminders": "{sent} reminders",
    "e-mails": "{sent} e-mails sent, {waiting} wait, {over} were out of date",
    "purge": "{records:,} records and {logins:,} old log-ins removed for good",
    "events": "{whole:,} events hold together, {removed:,} old ones removed; head {head}",
    "certificates": "{ending} certificates end within 60 days",
}

NOTES = {
    "without": "late and without a contact to write to ({count}): {names}",
    "given_up": "the mail server refuses the contact's address, so no more is sent to it ({count}): {names}",
}
"""What is to be looked after, though nothing went wrong in the run; each with the municipalities."""

NONE = {"logins": 0, "over": 0}
"""What steps of earlier versions did not count."""


def in_english(step: Step) -> str:
    """What the step did; nothing when it did not come to an end."""
    kind, _space, _statistic = step.name.partition(" ")
    return ENGLISH[kind].format(**{**NONE, **step.counts}) if step.counts and kind in ENGLISH else ""


def notes_in_english(step: Step) -> list[str]:
    """What is to be looked after."""
    return [NOTES[name].format(count=len(found), names=", ".join(found)) for name, found in _noted(step)]


def failures_of(step: Step) -> list[str]:
    """What went wrong, where it was a municipality with its name: 461 Odense: ValueError."""
    return [_with_name(str(failure)) for failure in step.failures]


def _with_name(failure: str) -> str:
    code, _colon, wrong = failure.partition(": ")
    name = municipalities().known(code).label
    return f"{code} {name}: {wrong}" if name else failure


def _noted(step: Step) -> list[tuple[str, list[str]]]:
    """The notes by name, each with the municipalities' names."""
    found = ((name, step.counts.get(name)) for name in NOTES)
    known = municipalities().known
    return [
        (name, [known(code).label or code for code in codes])
        for name, codes in found
        if isinstance(codes, list) and codes
    ]


def name_of(step: Step) -> str:
    """The step's name in the active language."""
    kind, _space, statistic = step.name.partition(" ")
    names = {
        "recheck": _("Genkontrol"),
        "reports": _("Rapporter"),
        "reminders": _("Påmindelser"),
        "e-mails": _("E-mails"),
        "purge": _("Oprydning"),
        "events": _("Log over opslag"),
        "certificates": _("Certifikater"),
    }
    of = {found.id: found.name for found in statistics()}.get(statistic, statistic)
    return f"{names.get(kind, kind)}: {of}" if of else names.get(kind, kind)


def told(step: Step) -> str:
    """What the step did, in the active language."""
    texts: dict[str, Callable[[], str]] = {
        "recheck": lambda: _("%(records)s poster kontrolleret igen, %(differing)s havde andre fejl eller advarsler"),
        "reports": lambda: _("%(made)s af %(all)s rapporter er dannet"),
        "reminders": lambda: _("%(sent)s påmindelser"),
        "e-mails": lambda: _("%(sent)s e-mails sendt, %(waiting)s venter, %(over)s var forældede"),
        "purge": lambda: _("%(records)s poster og %(logins)s gamle logins fjernet for altid"),
        "events": lambda: _("%(whole)s logposter hænger sammen, %(removed)s gamle er fjernet"),
        "certificates": lambda: _("%(ending)s certifikater udløber inden for 60 dage"),
    }
    kind = step.name.partition(" ")[0]
    counts = {name: _shown(count) for name, count in {**NONE, **step.counts}.items()}
    return texts[kind]() % counts if step.counts and kind in texts else ""


def _shown(count: object) -> object:
    """A number as the reader writes it: 2.657."""
    return number_format(count, force_grouping=True) if isinstance(count, int) else count


def notes(step: Step) -> list[str]:
    """What is to be looked after, in the active language."""
    texts: dict[str, Callable[[], str]] = {
        "without": lambda: _("Mangler noget og har ingen kontaktperson (%(count)s): %(names)s"),
        "given_up": lambda: _(
            "Kontaktpersonens e-mailadresse bliver afvist; der sendes ikke mere til den (%(count)s): %(names)s"
        ),
    }
    return [texts[name]() % {"count": len(found), "names": ", ".join(found)} for name, found in _noted(step)]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A step as the office reads it: what it did, what is to be looked after, and what went wrong."""

    name: str
    step: Step
    told: str
    notes: list[str]
    failures: list[str]


def line_of(step: Step) -> Line:
    """The step in the active language; what went wrong in English."""
    return Line(name=name_of(step), step=step, told=told(step), notes=notes(step), failures=failures_of(step))
