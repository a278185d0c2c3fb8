"""Everything that an event can tell of: in words for the citizen whom it was about, and why it was done.

A test reads the source and fails when an action is written that does not stand here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Group = Literal["look", "change", "export", "login", "other"]
Text = str | Promise


@dataclass(frozen=True)
class Action:
    """`words` say what was done, `why` what for. `group`: persons were looked at, their data was changed or taken
    out, somebody logged in or was refused; `other` is about no person's data."""

    group: Group
    words: Text
    why: Text = ""


_REVIEW = _("Kommunen så på eller rettede det, den har indberettet")
_REPORT = _("Kommunen indberettede til statistikken")
_CORRECT = _("Kommunen rettede det, den har indberettet")
_TRANSFER = _("Kommunen hentede det, den har indberettet, til sit eget arbejde")
_MAKE = _("Statistikken skulle dannes")
_KEEP = _("Oplysningerne blev slettet efter fristen")
_ANSWER = _("En borger bad om indsigt i opslag")
_CHECK = _("Kommunens kontrol af, at opslag er begrundede")

ACTIONS: Mapping[str, Action] = {
    "open": Action("look", _("Åbnet"), _REVIEW),
    "list": Action("look", _("Vist på en liste"), _REVIEW),
    "search": Action("look", _("Søgt frem på nummer"), _("Kommunen ville indberette eller rette en ydelse")),
    "lookups": Action("look", _("Slået op i loggen"), _ANSWER),
    "sample": Action("look", _("Udtaget til stikprøve"), _CHECK),
    "sample_open": Action("look", _("Vist i en stikprøve"), _CHECK),
    "create": Action("change", _("Ydelse indberettet"), _REPORT),
    "change": Action("change", _("Ydelse rettet"), _CORRECT),
    "accept": Action("change", _("Advarsel om en ydelse accepteret"), _REPORT),
    "delete": Action("change", _("Ydelse slettet"), _CORRECT),
    "restore": Action("change", _("Slettet ydelse hentet tilbage"), _CORRECT),
    "purge": Action("change", _("Sag fjernet for altid"), _KEEP),
    "deliver": Action("change", _("Ydelser modtaget fra kommunens system"), _REPORT),
    "import_legacy": Action("change", _("Ydelser overført fra det tidligere system"), _REPORT),
    "export": Action("export", _("Hentet ud i en fil"), _TRANSFER),
    "extract": Action("export", _("Udtrukket til statistikken"), _MAKE),
    "login": Action("login", _("Logget ind")),
    "logout": Action("login", _("Logget ud")),
    "login_refused": Action("login", _("Log ind afvist")),
    "timeout": Action("login", _("Log ind udløbet")),
    "sessions_ended": Action("login", _("Log ind afsluttet af support")),
    "choose_municipality": Action("login", _("Kommune valgt")),
    "refused": Action("login", _("Adgang afvist")),
    "report_frozen": Action("other", _("Rapport dannet")),
    "approve": Action("other", _("Godkendt")),
    "approve_confirmed": Action("other", _("Godkendelse bekræftet af en anden")),
    "approve_refused": Action("other", _("Godkendelse afvist af en anden")),
    "approve_taken_back": Action("other", _("Ventende godkendelse taget tilbage")),
    "approve_lapsed": Action("other", _("Ventende godkendelse bortfaldet")),
    "two_persons": Action("other", _("Godkendelse af to personer valgt til")),
    "two_persons_end_asked": Action("other", _("Bedt om, at én person kan godkende")),
    "two_persons_ended": Action("other", _("Godkendelse af to personer valgt fra")),
    "contact": Action("other", _("Kontaktperson gemt")),
    "contact_removed": Action("other", _("Kontaktperson fjernet")),
    "token_create": Action("other", _("Nøgle til et system oprettet")),
    "token_revoke": Action("other", _("Nøgle til et system spærret")),
    "export_finished": Action("other", _("Fil hentet færdig")),
    "extract_finished": Action("other", _("Udtræk færdigt")),
    "deliver_test": Action("other", _("Prøveleverance modtaget")),
    "deliver_refused": Action("other", _("Leverance afvist")),
    "sample_note": Action("other", _("Forklaring på opslag noteret")),
}
ABOUT_PERSONS = tuple(name for name, action in ACTIONS.items() if action.group in ("look", "change", "export"))
LOOKED = tuple(name for name, action in ACTIONS.items() if action.group == "look")
CHANGED = tuple(name for name, action in ACTIONS.items() if action.group == "change")


def action_of(name: str) -> Action:
    """What is told of an action; one that an older version wrote, and nobody knows any more, is told by its name."""
    return ACTIONS.get(name) or Action("other", name)


def size_of(cases: list[int], detail: Mapping[str, Any]) -> int:
    """How many persons an event was about; an export that names none counts its rows."""
    return len(cases) or int(detail.get("rows") or 0)
