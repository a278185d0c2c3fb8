"""What is unusual about a look-up. The thresholds are INVENTED: no authority has set any; they are few and stand here,
so that a municipality's security officer can ask for others."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indberet.audit.actions import CHANGED, LOOKED, size_of

NIGHT_BEGINS, NIGHT_ENDS = 22, 6  # hours, Danish time
MANY_IN_AN_HOUR, MANY_IN_A_DAY = 60, 250  # look-ups
TIMES_THE_USUAL = 3
BIG_EXPORT = 1_000  # rows
CHANGE_WITHIN = timedelta(hours=24)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Look:
    """An event, as much of it as the rules ask for; `at` is Danish time."""

    id: int
    at: datetime
    actor: str
    action: str
    cases: list[int]
    detail: Mapping[str, Any]


Row = tuple[int, datetime, str, str, list[int], dict[str, Any]]


def look(row: Row) -> Look:
    """From a row of the database."""
    number, at, actor, action, cases, detail = row
    return Look(number, timezone.localtime(at), actor, action, cases, detail)


@dataclass
class Habits:
    """What is usual in the municipality: look-ups by person and hour, by person and day, and who changed which case."""

    hours: Counter[tuple[str, str]] = field(default_factory=Counter)
    days: Counter[tuple[str, str]] = field(default_factory=Counter)
    changes: dict[tuple[str, int], list[datetime]] = field(default_factory=dict)
    usual_hour: dict[str, float] = field(default_factory=dict)
    usual_day: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, looks: Iterable[Look]) -> "Habits":
        """Counts all of a period."""
        found = cls()
        for each in looks:
            if each.action in CHANGED:
                for case in each.cases:
                    found.changes.setdefault((each.actor, case), []).append(each.at)
            elif each.action in LOOKED:
                found.hours[each.actor, hour_of(each)] += 1
                found.days[each.actor, day_of(each)] += 1
        found.usual_hour, found.usual_day = _usual(found.hours), _usual(found.days)
        return found

    def changed(self, seen: Look) -> bool:
        """Whether the same person changed the case within a day before or after."""
        moments = (at for case in seen.cases for at in self.changes.get((seen.actor, case), ()))
        return any(abs(at - seen.at) <= CHANGE_WITHIN for at in moments)


@dataclass(frozen=True)
class Flag:
    """Something unusual, in words, and the condition."""

    words: str | Promise
    why: str | Promise
    holds: Callable[[Look, Habits], bool]


def hour_of(seen: Look) -> str:
    """The hour of a look."""
    return f"{seen.at:%Y-%m-%d %H}"


def day_of(seen: Look) -> str:
    """The day of a look."""
    return f"{seen.at:%Y-%m-%d}"


def _at_night(seen: Look, habits: Habits) -> bool:
    return seen.at.hour >= NIGHT_BEGINS or seen.at.hour < NIGHT_ENDS


def _at_the_weekend(seen: Look, habits: Habits) -> bool:
    return seen.at.weekday() >= SATURDAY


def _many_in_the_hour(seen: Look, habits: Habits) -> bool:
    count = habits.hours[seen.actor, hour_of(seen)]
    return count >= MANY_IN_AN_HOUR and _above(count, habits.usual_hour, seen.actor)


def _many_in_the_day(seen: Look, habits: Habits) -> bool:
    count = habits.days[seen.actor, day_of(seen)]
    return count >= MANY_IN_A_DAY and _above(count, habits.usual_day, seen.actor)


def sought(seen: Look) -> bool:
    """Whether somebody was searched for by number."""
    filters = seen.detail.get("filters") or {}
    return seen.action == "search" or "cpr" in filters or "udl" in filters


def _without_change(seen: Look, habits: Habits) -> bool:
    return sought(seen) and len(seen.cases) == 1 and not habits.changed(seen)


def _big_export(seen: Look, habits: Habits) -> bool:
    return seen.action == "export" and size_of([], seen.detail) >= BIG_EXPORT


FLAGS: Mapping[str, Flag] = {
    "night": Flag(_("om natten"), _("Mellem kl. 22 og 6."), _at_night),
    "weekend": Flag(_("i weekenden"), _("Lørdag eller søndag."), _at_the_weekend),
    "hour": Flag(
        _("mange på en time"),
        _("Mindst 60 opslag i samme time, og mindst tre gange så mange som personens egen eller kollegernes median."),
        _many_in_the_hour,
    ),
    "day": Flag(
        _("mange på en dag"),
        _("Mindst 250 opslag på samme dag, og mindst tre gange så mange som personens egen eller kollegernes median."),
        _many_in_the_day,
    ),
    "search": Flag(
        _("søgt uden rettelse"),
        _("Én borger søgt frem på nummer, uden at samme person har ændret i sagen et døgn før eller efter."),
        _without_change,
    ),
    "export": Flag(_("stort udtræk"), _("En fil med mindst 1.000 poster."), _big_export),
}


def flags_of(seen: Look, habits: Habits) -> list[str]:
    """Ids of what is unusual."""
    return [name for name, flag in FLAGS.items() if flag.holds(seen, habits)]


def _usual(counts: Counter[tuple[str, str]]) -> dict[str, float]:
    """Each person's median, over the hours (or days) in which there was any."""
    by_actor: dict[str, list[int]] = {}
    for (actor, _period), count in counts.items():
        by_actor.setdefault(actor, []).append(count)
    return {actor: median(each) for actor, each in by_actor.items()}


def _above(count: int, usual: Mapping[str, float], actor: str) -> bool:
    """Whether it is many times the person's own median, or the median of the colleagues' medians."""
    colleagues = [value for other, value in usual.items() if other != actor]
    own = usual.get(actor, 0)
    return count >= TIMES_THE_USUAL * own or bool(colleagues and count >= TIMES_THE_USUAL * median(colleagues))
