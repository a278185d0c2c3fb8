"""Putting into words what a step did: English for operations, the reader's language for the office."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from indberet.definition.registry import statistics

from .models import Step

ENGLISH = {
    "recheck": "{records:,} records rechecked, {differing:,} had other findings",
    "reports": "{made} of {all} reports stand",
    "reminders": "{sent} reminders; no contact: {without}",
    "e-mails": "{sent} e-mails sent, {waiting} wait",
    "purge": "{records:,} records and {logins:,} old log-ins removed for good",
    "events": "{whole:,} events hold together, {removed:,} old ones removed; head {head}",
    "certificates": "{ending} certificates end within 60 days",
}

NONE = {"logins": 0}
"""What steps of earlier versions did not count."""


def in_english(step: Step) -> str:
    """What the step did; nothing when it did not come to an end."""
    kind, _space, _statistic = step.name.partition(" ")
    return ENGLISH[kind].format(**{**NONE, **step.counts}) if step.counts and kind in ENGLISH else ""


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
        "reminders": lambda: _("%(sent)s påmindelser; kommuner uden kontaktperson: %(without)s"),
        "e-mails": lambda: _("%(sent)s e-mails sendt, %(waiting)s venter"),
        "purge": lambda: _("%(records)s poster og %(logins)s gamle logins fjernet for altid"),
        "events": lambda: _("%(whole)s logposter hænger sammen, %(removed)s gamle er fjernet"),
        "certificates": lambda: _("%(ending)s certifikater udløber inden for 60 dage"),
    }
    kind = step.name.partition(" ")[0]
    return texts[kind]() % {**NONE, **step.counts} if step.counts and kind in texts else ""
