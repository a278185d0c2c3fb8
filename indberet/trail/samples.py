"""Drawing look-ups for a municipality's security officer to have explained, and noting what came of it."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from indberet.access.scope import Scope
from indberet.audit.actions import ABOUT_PERSONS, ACTIONS, action_of, size_of
from indberet.audit.log import write_event
from indberet.audit.models import Event
from indberet.audit.purge import months_before
from indberet.definition.statistic import Statistic
from indberet.register.models import Case

from .flags import FLAGS, Flag, Habits, Look, flags_of, hour_of, look, sought
from .models import Sample, SampledEvent, State

FEWEST, MOST = 10, 50
LONGEST = 90
"""Days that a draw may look back."""
MOST_UNUSUAL = 20
MOST_CASES = 5
"""Cases that are named of an event."""
FIELDS = ("id", "at", "actor", "action", "cases", "detail")
OWN = ("lookups", "sample", "sample_open")
BY_HAND = ("create", "change", "accept", "delete", "restore")
_DRAWN = tuple(name for name in ABOUT_PERSONS if ACTIONS[name].group in ("look", "export") and name not in OWN)
_chance = secrets.SystemRandom()


@dataclass(frozen=True, kw_only=True)
class Line:
    """A look-up of a sample as it is shown; `event` is None when it has been removed for its age."""

    sampled: SampledEvent
    event: Event | None
    what: str
    persons: int
    cases: list[str]
    flags: list[Flag]


def draw(scope: Scope, statistic: Statistic, *, size: int, days: int) -> Sample:
    """Draws `size` look-ups of the last `days` days at random, in a way that nobody can foresee, and besides the most
    unusual ones. It is told in the trail. Raises NoPrivilege."""
    scope.require("inspect", statistic.id)
    now = timezone.now()
    looks = _looks(scope, statistic, now - timedelta(days=days))
    pool = [seen for seen in looks if seen.action in _DRAWN and _can_be_explained(seen)]
    habits = Habits.of(looks)
    flagged = {seen.id: flags for seen in pool if (flags := flags_of(seen, habits))}
    chosen = _chance.sample(pool, min(size, len(pool)))
    at_random = {seen.id for seen in chosen}
    unusual = _most_unusual([seen for seen in pool if seen.id in flagged and seen.id not in at_random], flagged)
    with transaction.atomic():
        sample = Sample.unscoped.create(
            statistic=statistic.id,
            municipality=scope.municipality,
            drawn_at=now,
            drawn_by=scope.identity.subject,
            drawn_by_name=scope.identity.name,
            days=days,
            pool=len(pool),
        )
        rows = [(seen, seen.id not in at_random) for seen in (*chosen, *unusual)]
        SampledEvent.unscoped.bulk_create(
            SampledEvent(sample=sample, position=number, event=seen.id, unusual=extra, flags=flagged.get(seen.id, []))
            for number, (seen, extra) in enumerate(rows, 1)
        )
        _tell(scope, statistic, "sample", [seen for seen, _extra in rows], sample)
        return sample


def latest_samples(scope: Scope, statistic: Statistic, most: int = 20) -> list[tuple[Sample, dict[str, int]]]:
    """The municipality's latest draws, newest first, each with how many look-ups are in which state."""
    rows = _samples(scope, statistic).order_by("-id").prefetch_related("events")[:most]
    return [(sample, _states(sample.events.all())) for sample in rows]


def open_sample(scope: Scope, statistic: Statistic, number: int) -> tuple[Sample, list[Line]]:
    """A draw with its look-ups: who, when, what, of how many. It leaves an event. Raises Sample.DoesNotExist."""
    sample = _samples(scope, statistic).get(pk=number)
    rows = list(sample.events.order_by("position"))
    events = {event.pk: event for event in Event.objects.filter(pk__in=[row.event for row in rows])}
    shown = {case for event in events.values() for case in event.cases[:MOST_CASES]}
    births = _births(scope, statistic, shown)
    write_event(
        identity=scope.identity,
        action="sample_open",
        municipality=scope.municipality,
        statistic=statistic.id,
        cases=sorted(shown),
        detail={"sample": sample.pk},
    )
    return sample, [_line(row, events.get(row.event), births) for row in rows]


def note(scope: Scope, statistic: Statistic, number: int, position: int, *, state: State, text: str) -> SampledEvent:
    """Notes what came of a look-up. Raises SampledEvent.DoesNotExist, NoPrivilege."""
    with transaction.atomic():
        sample = _samples(scope, statistic).get(pk=number)
        row = sample.events.select_for_update().get(position=position)
        row.state, row.note = state, text
        row.noted_at, row.noted_by_name = timezone.now(), scope.identity.name
        row.save(update_fields=["state", "note", "noted_at", "noted_by_name"])
        write_event(
            identity=scope.identity,
            action="sample_note",
            municipality=scope.municipality,
            statistic=statistic.id,
            detail={"sample": sample.pk, "event": row.event, "state": state.value},
        )
        return row


def purge_samples(now: datetime, *, months: int) -> int:
    """Removes draws that are older than the events are kept; how many."""
    removed, _by_model = Sample.unscoped.filter(drawn_at__lt=months_before(now, months)).delete()
    return removed


def _samples(scope: Scope, statistic: Statistic) -> QuerySet[Sample]:
    """The municipality's draws. Raises NoPrivilege: who may read records has no business here."""
    scope.require("inspect", statistic.id)
    return Sample.unscoped.filter(statistic=statistic.id, municipality=scope.municipality)


def _looks(scope: Scope, statistic: Statistic, since: datetime) -> list[Look]:
    events = Event.objects.filter(municipality=scope.municipality, statistic=statistic.id, at__gte=since)
    rows = events.filter(action__in=(*_DRAWN, *BY_HAND)).order_by("pk").values_list(*FIELDS)
    return [look(row) for row in rows.iterator(chunk_size=2_000)]


def _can_be_explained(seen: Look) -> bool:
    """A list or file without anybody on it was no look at a person, unless somebody was sought by number."""
    return size_of(seen.cases, seen.detail) > 0 or sought(seen)


def _most_unusual(looks: list[Look], flagged: dict[int, list[str]]) -> Sequence[Look]:
    """One of each kind that a person had in an hour, those with the most flags first."""
    _chance.shuffle(looks)
    kinds = {(seen.actor, hour_of(seen), tuple(flagged[seen.id])): seen for seen in looks}
    return sorted(kinds.values(), key=lambda seen: -len(flagged[seen.id]))[:MOST_UNUSUAL]


def _tell(scope: Scope, statistic: Statistic, action: str, looks: Iterable[Look], sample: Sample) -> None:
    drawn = list(looks)
    write_event(
        identity=scope.identity,
        action=action,
        municipality=scope.municipality,
        statistic=statistic.id,
        cases=sorted({case for seen in drawn for case in seen.cases[:MOST_CASES]}),
        detail={"sample": sample.pk, "days": sample.days, "pool": sample.pool, "events": [seen.id for seen in drawn]},
    )


def _states(rows: Iterable[SampledEvent]) -> dict[str, int]:
    found = {state.value: 0 for state in State}
    for row in rows:
        found[row.state] += 1
    return found


def _births(scope: Scope, statistic: Statistic, cases: Iterable[int]) -> dict[int, str]:
    """The beginning of the CPR number of each case; a case without one, or removed since, has none."""
    rows = Case.unscoped.filter(pk__in=list(cases), municipality=scope.municipality, statistic=statistic.id)
    return {pk: f"{cpr[:6]}-****" for pk, cpr in rows.values_list("pk", "cpr") if cpr}


def _line(row: SampledEvent, event: Event | None, births: dict[int, str]) -> Line:
    cases = event.cases[:MOST_CASES] if event else []
    return Line(
        sampled=row,
        event=event,
        what=str(action_of(event.action).words) if event else "",
        persons=size_of(event.cases, event.detail) if event else 0,
        cases=[f"{case} ({births[case]})" if case in births else str(case) for case in cases],
        flags=[FLAGS[name] for name in row.flags if name in FLAGS],
    )
