"""How far every municipality is with every statistic: rows to be filtered, sorted and exported, from kept figures."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indberet.access.identity import Identity
from indberet.approval.models import Mail
from indberet.approval.states import Progress, latest_by_municipality, progress_of_data
from indberet.definition.approval import Round
from indberet.definition.code_lists import Code
from indberet.definition.danish import danish_order
from indberet.definition.registry import municipalities, statistics
from indberet.definition.statistic import Statistic

from .models import Reminder, Standing
from .reminded import reminded


class State(StrEnum):
    """How far a municipality is, the worst first."""

    LATE = "late"
    MISSING = "missing"
    WAITING = "waiting"
    APPROVED = "approved"


STATES = {
    State.LATE: gettext_lazy("Fristen er overskredet"),
    State.MISSING: gettext_lazy("Mangler godkendelse"),
    State.WAITING: gettext_lazy("Venter på anden person"),
    State.APPROVED: gettext_lazy("Godkendt"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A municipality in a statistic and a round of approval; `progress` is that of its data, whoever approves it.
    `days` are left until the round's deadline, negative when it has passed; `reminders` of it have left."""

    statistic: Statistic
    municipality: Code
    round: Round
    standing: Standing | None
    progress: Progress
    reminders: int
    days: int

    @property
    def state(self) -> State:
        """How far it is."""
        if self.progress.whole:
            return State.APPROVED
        if self.days < 0:
            return State.LATE
        return State.WAITING if self.progress.waiting else State.MISSING

    @property
    def state_text(self) -> str:
        """The same in words."""
        return str(STATES[self.state])

    @property
    def approved_text(self) -> str:
        """How many sections of how many."""
        return _("%(done)s af %(all)s") % {"done": self.progress.done, "all": self.progress.demanded}


Key = Callable[[Row], Any]
NEVER = datetime(1, 1, 1)  # noqa: DTZ001 - before every moment, compared with naive ones


def _kept(name: str) -> Key:
    return lambda row: getattr(row.standing, name) if row.standing else -1


def _moment(name: str) -> Key:
    def key(row: Row) -> datetime:
        found = getattr(row.standing, name) if row.standing else None
        return found.replace(tzinfo=None) if found else NEVER

    return key


SORTS: dict[str, Key] = {
    "municipality": lambda row: danish_order(row.municipality.label),
    "statistic": lambda row: row.statistic.number,
    "last_delivery": _moment("last_delivery"),
    "last_change": _moment("last_change"),
    "records": _kept("records"),
    "errors": _kept("errors"),
    "warnings": _kept("warnings"),
    "overruled": _kept("overruled"),
    "approved": lambda row: row.progress.done / max(row.progress.demanded, 1),
    "nothing": lambda row: row.progress.nothing,
    "report": lambda row: row.standing.report_day if row.standing else date.min,
    "days": lambda row: row.days,
    "reminders": lambda row: row.reminders,
    "state": lambda row: list(State).index(row.state),
}


@dataclass(frozen=True, kw_only=True)
class Look:
    """How the office looks at the rows: words in a municipality's name or code, a statistic, a state, the year that is
    approved ('' is the one to approve now), and the order."""

    text: str = ""
    statistic: str = ""
    state: str = ""
    year: str = ""
    sort: str = "municipality"
    descending: bool = False

    @classmethod
    def of(cls, asked: "dict[str, str]") -> "Look":
        """From a request's parameters; what is unknown is passed over."""
        known = {found.id for found in statistics()}
        sort = asked.get("sort", "").removeprefix("-")
        return cls(
            text=asked.get("text", "").strip()[:100],
            statistic=asked.get("statistic", "") if asked.get("statistic") in known else "",
            state=asked.get("state", "") if asked.get("state") in set(State) else "",
            year=asked.get("year", "") if asked.get("year") in earlier_years(timezone.localdate()) else "",
            sort=sort if sort in SORTS else "municipality",
            descending=asked.get("sort", "").startswith("-"),
        )

    def asked(self, **changes: str) -> dict[str, str]:
        """The parameters of this look, changed; those of the plain look are left out."""
        sort = f"{'-' if self.descending else ''}{self.sort}"
        chosen = {"text": self.text, "statistic": self.statistic, "state": self.state, "year": self.year}
        values = {**chosen, "sort": sort, **changes}
        return {name: value for name, value in values.items() if value and (name, value) != ("sort", "municipality")}

    def keeps(self, row: Row) -> bool:
        """Whether the row is shown."""
        words = f"{row.municipality.code} {row.municipality.label}".casefold()
        fits = not self.statistic or row.statistic.id == self.statistic
        return fits and (not self.state or row.state == self.state) and self.text.casefold() in words


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The rows that are shown, and how many municipalities are in each state in all."""

    rows: Sequence[Row]
    total: int
    states: Mapping[str, int] = field(default_factory=dict)

    @property
    def counted(self) -> bool:
        """Whether the nightly run has kept figures of any of them."""
        return not self.rows or any(row.standing for row in self.rows)


def overview(identity: Identity, look: Look, today: date) -> Overview:
    """What a person of the office sees: the statistics that the person oversees, and no others."""
    mine = (found for found in statistics() if identity.oversees(found.id))
    every = [row for found in mine for row in rows_of(found, today, look.year)]
    kept = sorted(filter(look.keeps, every), key=lambda row: (SORTS["municipality"](row), row.statistic.number))
    kept.sort(key=SORTS[look.sort], reverse=look.descending)
    return Overview(rows=kept, total=len(every), states=dict(Counter(row.state for row in every)))


def earlier_years(today: date) -> list[str]:
    """The years before the one to approve now that can still be approved, the latest first."""
    found = {year for each in statistics() for year in each.approval.years_on(today)[1:]}
    return [str(year) for year in sorted(found, reverse=True)]


def round_of(statistic: Statistic, today: date, year: str = "") -> Round | None:
    """The round of a year, by default of the one to approve now; None when it cannot be approved."""
    plan = statistic.approval
    try:
        return plan.round(int(year) if year else plan.year_on(today), today)
    except (KeyError, ValueError):
        return None


def rows_of(statistic: Statistic, today: date, year: str = "") -> Iterable[Row]:
    """Every municipality that reports, in the order of the list, in a year's round; four queries in all. None in a
    year that cannot be approved."""
    round = round_of(statistic, today, year)
    if round is None:
        return []
    latest = latest_by_municipality(statistic, round)
    standings = {row.municipality: row for row in Standing.unscoped.filter(statistic=statistic.id)}
    left = _left(statistic, round)
    return [
        Row(
            statistic=statistic,
            municipality=code,
            round=round,
            standing=standings.get(code.code),
            progress=progress_of_data(statistic, today, latest.get(code.code, {})),
            reminders=left[code.code],
            days=(round.deadline - today).days,
        )
        for code in reporting()
    ]


def reporting() -> list[Code]:
    """The municipalities that report."""
    return [row for row in municipalities().rows if row.selectable]


def _left(statistic: Statistic, round: Round) -> Counter[str]:
    """How many reminders of the round's deadline each municipality has got."""
    rows = Reminder.unscoped.filter(statistic=statistic.id, kind="approval", deadline=round.deadline)
    mails = Mail.unscoped.filter(statistic=statistic.id, key__contains=f" approval {round.deadline} ")
    return Counter(found.reminder.municipality for found in reminded(rows, mails) if found.left)
