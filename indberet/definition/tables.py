"""Tables of a report, as data: what is counted, over whom, and what stands in rows and columns. How figures are
computed is in indberet/report; the persons behind a figure are found by the same words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from .code_lists import Certainty
from .periods import Period


class Measure(StrEnum):
    """What is counted. Records that are equal in the statistic's `service_key` are one service. A full-time service is
    one person's service of one code on every day of the period; what is kept of it is its days. Errors are records in
    which a rule found one."""

    RECORDS = "records"
    SERVICES = "services"
    PERSONS = "persons"
    FULL_TIME = "full_time"
    ERRORS = "errors"


class Rows(StrEnum):
    """What stands in rows: sections with their service codes, the latest days, or rules that records break."""

    SECTIONS = "sections"
    DAYS = "days"
    RULES = "rules"


class Columns(StrEnum):
    """What stands in columns: periods, those that can be approved on the day, what runs on the day and what changed
    since the last report, the kinds of change, the fields that lack information, or whether a warning was overruled."""

    QUARTERS = "quarters"
    YEARS = "years"
    ROUNDS = "rounds"
    TODAY = "today"
    CHANGES = "changes"
    FIELDS = "fields"
    FINDINGS = "findings"


class Entry(NamedTuple):
    """A living record as tables see it. An open end is OPEN_END; `service` is equal for records of one service of a
    case; `born` is None when it is not known."""

    record: int
    case: int
    code: str
    start: date
    end: date
    born: date | None
    cpr: str
    sex: str
    service: object


Population = Callable[[Entry], bool]


def everything(entry: Entry) -> bool:
    """Whatever was received, also what is wrong."""
    return True


def countable(entry: Entry) -> bool:
    """A period that does not end before it starts; no other can be counted in days."""
    return entry.start <= entry.end


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """Splits a table's rows by a code list of the statistic: `of` gives an entry's code in a period."""

    code_list: str
    of: Callable[[Entry, Period], str]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of a report; its texts stand under `tables.<id>`: title and note.

    A cell counts `measures` over the entries of `population` that belong to its row and share a day with its column;
    periods begin with that of `since`. The population as a whole is also the table's CPR list. `compared` tables show
    the change from the quarter and year before; `charted` is the measure that is drawn as a curve.
    """

    id: str
    rows: Rows
    columns: tuple[Columns, ...]
    measures: tuple[Measure, ...]
    population: Population = everything
    since: date | None = None
    grouping: Grouping | None = None
    compared: bool = False
    charted: Measure | None = None
    source: str
    certainty: Certainty

    @property
    def by_period(self) -> bool:
        """Whether its columns are periods."""
        return self.columns[0] in (Columns.QUARTERS, Columns.YEARS)
