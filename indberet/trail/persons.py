"""From a person's number to the cases that are, or were, that person's."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from indberet.audit.about import mentioning
from indberet.audit.log import pseudonym
from indberet.audit.models import Event
from indberet.register.models import Case

STILL = 2**63 - 1
_SEPARATORS = re.compile(r"[\s\-‐-―]")


def read_number(text: str) -> str:
    """A CPR number as ten digits, however it was typed; anything else is a UDL number as it is."""
    digits = _SEPARATORS.sub("", text)
    return digits if re.fullmatch(r"[0-9]{10}", digits) else text.strip()


def pseudonyms(number: str) -> list[str]:
    """What the trail holds in place of the number, in the ways it may have been typed into a filter."""
    typed = {number}
    if re.fullmatch(r"[0-9]{10}", number):
        typed |= {f"{number[:6]}{between}{number[6:]}" for between in ("-", " ")}
    return sorted(map(pseudonym, typed))


@dataclass
class Known:
    """A person's cases. `until`: the id of the last event in which a case was this person's (STILL: it is);
    `since`: when the person came into the register, by municipality and statistic."""

    until: dict[int, int] = field(default_factory=dict)
    since: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def came(self, of: tuple[str, str], at: datetime) -> None:
        """Remembers the earliest moment."""
        self.since[of] = min(at, self.since.get(of, at))


def cases_of(number: str, *, statistic: str = "", municipality: str = "") -> Known:
    """The cases of a number, also those that were corrected to another, put together, or removed for good since."""
    known, within = Known(), _within(statistic, municipality)
    marks = pseudonyms(number)
    events = Event.objects.filter(within, action__in=("create", "change", "purge"))
    for event in mentioning(events, marks).order_by("pk").iterator():
        _learn(known, event, marks)
    for case in Case.unscoped.filter(within).filter(Q(cpr=number) | Q(udl=number)):
        known.until[case.pk] = STILL
        known.came((case.municipality, case.statistic), case.created_at)
    return known


def _within(statistic: str, municipality: str) -> Q:
    asked = {"statistic": statistic, "municipality": municipality}
    return Q(**{name: value for name, value in asked.items() if value})


def _learn(known: Known, event: Event, marks: list[str]) -> None:
    """What an event tells of whose a case is."""
    if event.action == "purge":
        ids = [case for mark, cases in event.detail.get("persons", {}).items() if mark in marks for case in cases]
        known.until |= dict.fromkeys(ids, STILL)
        return
    if _holds(event.after, marks):
        known.until |= dict.fromkeys([*event.cases, *event.detail.get("merged", ())], STILL)
        known.came((event.municipality, event.statistic), event.at)
    elif _holds(event.before, marks):
        known.until |= dict.fromkeys(event.cases, event.pk)


def _holds(values: dict[str, Any] | None, marks: list[str]) -> bool:
    return bool(values) and any(mark in map(str, (values or {}).values()) for mark in marks)
