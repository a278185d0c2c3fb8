"""How a statistic is approved: which period, by when, and who approves for whom. All of it is data with a source.

Deadlines stand in the statistic's deadlines.csv, shared administration in its delegations.csv.
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, TypeVar

from .code_lists import Certainty
from .dates import months_after
from .errors import DefinitionError
from .periods import Period

Kind = Literal["approval", "report"]
SEVERAL = "|"
"""Between sections in a cell of delegations.csv; their names have commas."""
JUNE_IS_OVER = 7
"""The month from which the running year is the one to approve; until then it is the year before. Ours (INVENTED)."""
Row = Mapping[str, str]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Due:
    """A row of deadlines.csv. An `approval` of a year is due in the year after, on `day` of `month`; a `report` of a
    month on `day` of the month after. Without `year` it holds for every year that has no row of its own. `remind` are
    the days from the deadline on which those who lack are reminded."""

    kind: Kind
    year: int | None
    month: int
    day: int
    remind: tuple[int, ...]
    certainty: Certainty
    source: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Delegation:
    """A row of delegations.csv: `acting` approves for `municipality`, all sections but those of `but`, or only those of
    `sections`, from `since` to `until` (both counted, None is open)."""

    municipality: str
    acting: str
    sections: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    certainty: Certainty
    source: str
    note: str = ""

    def in_force(self, day: date) -> bool:
        """Whether it has begun and is not over."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def covers(self, section: str, day: date) -> bool:
        """Whether it holds for the section on the day."""
        return self.in_force(day) and section not in self.but and (not self.sections or section in self.sections)


@dataclass(frozen=True, kw_only=True)
class Round:
    """What is approved for a year: data from `first` to `through`, called `label`, at the latest on `deadline`. An
    approval must reach `wanted`; one that does not is to be renewed."""

    year: int
    first: date
    through: date
    wanted: date
    label: str
    deadline: date


@dataclass(frozen=True, kw_only=True)
class ApprovalPlan:
    """How a statistic is approved. It `covers` the year, or the whole series from `since` to the last quarter that is
    over. `table` is the report's table of what can be approved; its figures stand beside each section."""

    covers: Literal["year", "series"]
    since: date
    table: str
    dues: tuple[Due, ...]
    delegations: tuple[Delegation, ...] = ()

    def year_on(self, day: date) -> int:
        """The year that is to be approved on `day`."""
        return day.year if day.month >= JUNE_IS_OVER else max(day.year - 1, self.since.year)

    def years_on(self, day: date) -> tuple[int, ...]:
        """The years that can be approved on `day`, the latest first: that one and the two before it."""
        latest = self.year_on(day)
        return tuple(year for year in range(latest, latest - 3, -1) if year >= self.since.year)

    def round(self, year: int, day: date) -> Round:
        """What is approved for `year` on `day`. Raises KeyError for a year that cannot be approved then."""
        if year not in self.years_on(day):
            raise KeyError(year)
        first, last = (self.since if self.covers == "series" else date(year, 1, 1)), date(year, 12, 31)
        if self.covers == "series":
            through = wanted = min(last, last_finished_quarter(day))
        else:
            through = min(last, day)
            wanted = last if day > last else first
        label = self.period(year, through).id
        return Round(year=year, first=first, through=through, wanted=wanted, label=label, deadline=self.deadline(year))

    def period(self, year: int, through: date) -> Period:
        """Whose figures are approved: the series up to and with `through`, or the whole of the year, under the name
        that the round has."""
        if self.covers == "series":
            return Period(f"{quarter(self.since)}-{quarter(through)}", self.since, through)
        return Period(str(year), date(year, 1, 1), date(year, 12, 31))

    def periods_on(self, day: date) -> tuple[Period, ...]:
        """Those of the rounds that can be approved on `day`, the earliest first."""
        rounds = (self.round(year, day) for year in reversed(self.years_on(day)))
        return tuple(self.period(found.year, found.through) for found in rounds)

    def due(self, kind: Kind, year: int) -> Due:
        """The row that holds for a year. Raises KeyError when there is none."""
        rows = [row for row in self.dues if row.kind == kind and row.year in (year, None)]
        if not rows:
            raise KeyError(kind)
        return max(rows, key=lambda row: row.year or 0)

    def deadline(self, year: int) -> date:
        """The last day of the year's approval."""
        due = self.due("approval", year)
        return date(year + 1, due.month, due.day)

    def report_deadline(self, day: date) -> date:
        """The last report deadline that had come by `day`, or comes within its month."""
        return date(day.year, day.month, self.due("report", day.year).day)

    def responsible(self, municipality: str, section: str, day: date) -> str:
        """The code of the municipality that approves the section of this municipality's data on the day."""
        for found in self.delegations:
            if found.municipality == municipality and found.covers(section, day):
                return found.acting
        return municipality

    def acts_for(self, acting: str, day: date) -> tuple[str, ...]:
        """Codes of the municipalities for which `acting` approves something on the day."""
        in_force = (found for found in self.delegations if found.acting == acting and found.in_force(day))
        return tuple(dict.fromkeys(found.municipality for found in in_force))


def quarter(day: date) -> str:
    """The quarter of a day as the statistical office names it: 2026K3."""
    return f"{day.year}K{(day.month + 2) // 3}"


def last_finished_quarter(day: date) -> date:
    """The last day of the latest quarter that is over on `day`."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)


def month_before(deadline: date) -> date:
    """The first day of the month that is reported by `deadline`."""
    return months_after(deadline.replace(day=1), -1)


def load_dues(path: Path) -> tuple[Due, ...]:
    """The deadlines in `path`. Raises DefinitionError naming file, line and value."""
    return _load(path, _due)


def load_delegations(path: Path) -> tuple[Delegation, ...]:
    """The shared administration in `path`. Raises DefinitionError naming file, line and value."""
    return _load(path, _delegation)


def _load(path: Path, read: Callable[[Row], T]) -> tuple[T, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_read(path, line, row, read) for line, row in enumerate(csv.DictReader(file), 2))


def _read(path: Path, line: int, row: Row, read: Callable[[Row], T]) -> T:
    try:
        return read(row)
    except (ValueError, TypeError, KeyError) as wrong:
        raise DefinitionError(f"{path.name}:{line}: {wrong}") from wrong


def _due(row: Row) -> Due:
    if row["kind"] not in ("approval", "report"):
        raise ValueError(f"kind is '{row['kind']}', expected approval or report")
    month, day = int(row["month"] or 1), int(row["day"])
    date(2001, month, day)  # a day that every year has
    return Due(
        kind="approval" if row["kind"] == "approval" else "report",
        year=int(row["year"]) if row["year"] else None,
        month=month,
        day=day,
        remind=tuple(sorted(int(days) for days in row["remind"].split())),
        certainty=Certainty(row["certainty"]),
        source=row["source"],
        note=row["note"],
    )


def _delegation(row: Row) -> Delegation:
    return Delegation(
        municipality=row["municipality"],
        acting=row["acting"],
        sections=_names(row["sections"]),
        but=_names(row["but"]),
        since=date.fromisoformat(row["since"]) if row["since"] else None,
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        certainty=Certainty(row["certainty"]),
        source=row["source"],
        note=row["note"],
    )


def _names(cell: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in cell.split(SEVERAL) if name.strip())


def mistakes(
    plan: ApprovalPlan, *, tables: Iterable[str], sections: Iterable[str], municipalities: Iterable[str]
) -> list[str]:
    """What is wrong in a plan: a table, section or municipality that does not exist, or a deadline that is missing."""
    known, names, found = set(municipalities), set(sections), []
    if plan.table not in set(tables):
        found.append(f"the approval names unknown table '{plan.table}'")
    for kind in ("approval", "report"):
        if not any(row.kind == kind and row.year is None for row in plan.dues):
            found.append(f"deadlines.csv has no row of kind '{kind}' for every year")
    for row in plan.delegations:
        found += [
            f"delegations.csv names unknown municipality '{code}'"
            for code in (row.municipality, row.acting)
            if code not in known
        ]
        found += [
            f"delegations.csv names unknown section '{name}'" for name in (*row.sections, *row.but) if name not in names
        ]
    return found
