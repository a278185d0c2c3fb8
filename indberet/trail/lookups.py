"""When and why a person's data was looked up, changed or exported; never by which member of staff."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indberet.access.identity import Identity
from indberet.audit.about import mentioning, naming
from indberet.audit.actions import ABOUT_PERSONS, action_of, size_of
from indberet.audit.log import write_event
from indberet.audit.models import Event
from indberet.definition.registry import municipalities, statistics

from .persons import STILL, Known, cases_of, pseudonyms, read_number

OFFICE = "Danmarks Statistik"


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """What was done, when, why, by which organisation, and with how much else. It names no staff and no number."""

    event: int
    at: datetime
    what: str
    why: str
    by: str
    statistic: str
    extent: str

    def plain(self) -> dict[str, Any]:
        """As plain values."""
        return {**asdict(self), "at": self.at.isoformat(timespec="seconds")}


def lookups(number: str, *, identity: Identity, statistic: str = "", municipality: str = "") -> list[Lookup]:
    """Every event about the person with a CPR or UDL number, newest first; of one municipality or statistic if they
    are given. Asking leaves an event of its own."""
    number = read_number(number)
    known = cases_of(number, statistic=statistic, municipality=municipality)
    events = {event.pk: event for event in _events(number, known, statistic, municipality)}
    names = {found.id: found.name for found in statistics()}
    told = [_told(events[pk], names) for pk in sorted(events, reverse=True)]
    write_event(
        identity=identity,
        action="lookups",
        municipality=municipality,
        statistic=statistic,
        cases=sorted(known.until),
        detail={"number": pseudonyms(number), "found": len(told)},
    )
    return told


def _events(number: str, known: Known, statistic: str, municipality: str) -> Iterator[Event]:
    asked = {"statistic": statistic, "municipality": municipality}
    events = Event.objects.filter(action__in=ABOUT_PERSONS, **{name: value for name, value in asked.items() if value})
    yield from (event for event in naming(events, known.until).iterator() if _was_theirs(event, known))
    yield from mentioning(events, pseudonyms(number)).iterator()
    yield from _of_many(events, known)


def _was_theirs(event: Event, known: Known) -> bool:
    return any(event.pk <= known.until.get(case, 0) for case in event.cases)


def _of_many(events: QuerySet[Event], known: Known) -> Iterator[Event]:
    """Exports of so many that they name nobody, and the office's extracts, since the person came into the register.
    One whose cases are all gone, or no longer the person's, was part of none that came later."""
    for (municipality, statistic), since in known.since.items():
        of = Q(action="export", municipality=municipality, cases=[]) | Q(action="extract")
        yield from events.filter(of, statistic=statistic, at__gte=since, pk__lte=_last(known)).iterator()


def _last(known: Known) -> int:
    return max(known.until.values(), default=STILL)


def _told(event: Event, names: dict[str, str]) -> Lookup:
    action = action_of(event.action)
    return Lookup(
        event=event.pk,
        at=timezone.localtime(event.at),
        what=str(action.words),
        why=str(action.why),
        by=_by(event),
        statistic=names.get(event.statistic, event.statistic),
        extent=_extent(event),
    )


def _by(event: Event) -> str:
    """The municipality, and the one that acted for it; without any it was the office. So it was when its operations
    looked at what the trail has of one municipality."""
    looked = action_of(event.action).group == "look"
    if not event.municipality or (looked and event.source == "operator"):
        return OFFICE
    name = municipalities().known(event.municipality).label
    acting = [municipalities().known(code).label for code in event.detail.get("acting", "").split(",") if code]
    return (
        _("%(municipality)s ved %(acting)s") % {"municipality": name, "acting": ", ".join(acting)} if acting else name
    )


def _extent(event: Event) -> str:
    """With how many others."""
    if event.action in ("export", "extract") and not event.cases:
        if event.action == "export" and event.detail.get("extent") == "whole":
            return _("hele kommunens indberetning")
        return _("et stort udtræk, som personen kan være en del af")
    others = size_of(event.cases, event.detail) - 1
    if others < 1:
        return _("kun denne person")
    return ngettext("sammen med %(others)s anden", "sammen med %(others)s andre", others) % {"others": others}
