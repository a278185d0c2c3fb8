"""What stands in the rows and columns of a table in the report of a day: the same for computing, for showing, and for
finding the records behind a figure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from indberet.definition.fields import Field
from indberet.definition.periods import ALL, WHOLE, Period, quarters, year_before, years
from indberet.definition.rules import ERROR, WARNING, Rule
from indberet.definition.sections import NO_SECTION, order, section_of
from indberet.definition.statistic import Statistic
from indberet.definition.tables import Columns, Measure, Rows, Table

SECTION, CODE = "section:", "code:"
IN_GROUP = "|"
"""Between a group and the row inside it."""
DAYS_BACK = 30
FROM_SYSTEM = "_system"
"""After the id of a change, for what came from a system."""
TODAY, YEAR_BEFORE = "today", "year_before"
ACCEPTED = "accepted"
OF_SEVERITY = {ERROR: "errors", WARNING: "warnings"}
"""Rows of all rules of a severity."""
LACKING = ("required", "list")
"""Kinds of the rules that tell of mandatory information that is lacking or in no list."""


class Change(StrEnum):
    """What can have happened to a record: it came, it began, it ended, it was corrected, it was deleted."""

    RECEIVED = "received"
    STARTED = "started"
    ENDED = "ended"
    CORRECTED = "corrected"
    DELETED = "deleted"


WRITTEN = (Change.RECEIVED, Change.CORRECTED, Change.DELETED)
"""What somebody or a system did; the others go by the dates."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: a period, a change (`by_system`: of what a system sent), or the rules that its records break;
    `measures` are those it has figures of."""

    id: str
    measures: tuple[Measure, ...]
    period: Period | None = None
    change: Change | None = None
    by_system: bool = False
    rules: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The rows and columns of `table` in the report of `day`; changes are counted since `since`, to the moment `until`
    at which the report was made (None: now)."""

    statistic: Statistic
    table: Table
    day: date
    since: datetime
    until: datetime | None = None

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in order."""
        return tuple(column for kind in self.table.columns for column in self._of_kind(kind))

    def column(self, id: str) -> Column:
        """The column of that id. Raises KeyError."""
        return self._by_id[id]

    @cached_property
    def _by_id(self) -> dict[str, Column]:
        return {column.id: column for column in self.columns}

    @cached_property
    def periods(self) -> dict[Columns, tuple[Period, ...]]:
        """The periods of each kind of column, without the one that holds all."""
        begins = self.table.since or self.day
        made = {Columns.QUARTERS: quarters, Columns.YEARS: years}
        return {kind: made[kind](begins, self.day) for kind in self.table.columns if kind in made}

    @property
    def rounds(self) -> tuple[Period, ...]:
        """The periods that can be approved, in a table of them."""
        return self.statistic.approval.periods_on(self.day) if Columns.ROUNDS in self.table.columns else ()

    @property
    def rules_in_rows(self) -> bool:
        """Whether its rows are rules."""
        return self.table.rows == Rows.RULES

    @property
    def shows_day(self) -> bool:
        """Whether it tells what runs on the day."""
        return self.table.columns == (Columns.TODAY,)

    @cached_property
    def codes_by_section(self) -> dict[str, tuple[str, ...]]:
        """Every service code that ever was, by the section under which it stands on the day, in the law's order."""
        codes = self.statistic.codes_of("service_code")
        found: dict[str, list[str]] = {}
        for code in dict.fromkeys(row.code for row in codes.rows if row.selectable):
            found.setdefault(section_of(codes, code, self.day), []).append(code)
        return {name: tuple(found[name]) for name in sorted(found, key=order)}

    @cached_property
    def rows_of_code(self) -> dict[str, tuple[str, ...]]:
        """The rows that count a code: that of its section, and its own where the section has several codes."""
        return {
            code: (SECTION + name, CODE + code) if len(codes) > 1 else (SECTION + name,)
            for name, codes in self.codes_by_section.items()
            for code in codes
        }

    def rows_with(self, code: str) -> tuple[str, ...]:
        """The rows in which a stored code is counted, but for the one of all."""
        return self.rows_of_code.get(code, (SECTION + NO_SECTION,))

    @cached_property
    def codes_of_row(self) -> dict[str, tuple[str, ...] | None]:
        """The codes that each row of sections counts; None for the row of all, none at all for unknown codes."""
        found: dict[str, tuple[str, ...] | None] = {ALL: None, SECTION + NO_SECTION: ()}
        for name, codes in self.codes_by_section.items():
            found[SECTION + name] = codes
            found |= {CODE + code: (code,) for code in codes if len(codes) > 1}
        return found

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The codes of the groups, none for a table without."""
        if not self.table.grouping:
            return ()
        return tuple(dict.fromkeys(row.code for row in self.statistic.code_lists[self.table.grouping.code_list].rows))

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The latest days, newest first."""
        return tuple(self.day - timedelta(days=back) for back in range(DAYS_BACK))

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The statistic's rules by id."""
        return {rule.id: rule for rule in self.statistic.rules}

    def rules_of_row(self, row: str) -> frozenset[str]:
        """The rules that a row of rules counts."""
        severities = {name: severity for severity, name in OF_SEVERITY.items()}
        if row in severities:
            return frozenset(id for id, rule in self.rules.items() if rule.severity == severities[row])
        return frozenset(self.rules) if row == ALL else frozenset((row,))

    def _of_kind(self, kind: Columns) -> Iterator[Column]:
        measures = self.table.measures
        if kind in self.periods:
            yield from (Column(period.id, measures, period) for period in self.periods[kind])
            if kind == self.table.columns[-1] and not self.table.grouping:
                yield Column(ALL, self._but(Measure.FULL_TIME), WHOLE)
        elif kind == Columns.ROUNDS:
            yield from (Column(period.id, measures, period) for period in self.rounds)
        elif kind == Columns.TODAY:
            counted = self._but(Measure.RECORDS)
            yield Column(TODAY, counted, Period(TODAY, self.day, self.day))
            before = year_before(self.day)
            yield Column(YEAR_BEFORE, counted, Period(YEAR_BEFORE, before, before))
            yield from self._changes()
        elif kind == Columns.CHANGES:
            yield from self._changes_by_channel()
        elif kind == Columns.FIELDS:
            yield from self._fields()
        else:
            yield Column(ALL, measures, rules=frozenset(self.rules))
            yield Column(ACCEPTED, measures, rules=frozenset(self.rules))

    def _but(self, other: Measure) -> tuple[Measure, ...]:
        return tuple(measure for measure in self.table.measures if measure is not other)

    def _changes(self) -> Iterator[Column]:
        yield from (Column(change, (Measure.RECORDS,), change=change) for change in Change)

    def _changes_by_channel(self) -> Iterator[Column]:
        """Each change, and how much of it came from a system; the rest was entered here."""
        for column in self._changes():
            yield column
            if column.change in WRITTEN:
                yield Column(f"{column.id}{FROM_SYSTEM}", column.measures, change=column.change, by_system=True)

    def _fields(self) -> Iterator[Column]:
        """A column for each field that mandatory information can lack in, and one of all of them."""
        found = {each.name: self._lacking(each) for each in self.statistic.fields}
        yield from (Column(name, self.table.measures, rules=rules) for name, rules in found.items() if rules)
        yield Column(ALL, self.table.measures, rules=frozenset().union(*found.values()))

    def _lacking(self, of: Field) -> frozenset[str]:
        return frozenset(
            rule.id
            for rule in self.statistic.rules
            if rule.fields == (of.name,)
            and rule.severity == ERROR
            and rule.message_key in {f"rules.{kind}.message" for kind in LACKING}
        )

    def rows(self) -> tuple[str, ...]:
        """Ids of the rows that the table can have, the one of all last; rules are only known from the findings."""
        if self.table.rows == Rows.DAYS:
            return tuple(day.isoformat() for day in self.days)
        if self.table.rows == Rows.RULES:
            by_severity = sorted(self.rules, key=lambda id: -self.rules[id].severity)
            return (*by_severity, *OF_SEVERITY.values(), ALL)
        plain = [row for name, codes in self.codes_by_section.items() for row in self._of_section(name, codes)]
        plain += [SECTION + NO_SECTION, ALL]
        if not self.groups:
            return tuple(plain)
        return tuple(f"{group}{IN_GROUP}{row}" for group in self.groups for row in plain)

    def _of_section(self, name: str, codes: tuple[str, ...]) -> Iterator[str]:
        yield SECTION + name
        if len(codes) > 1:
            yield from (CODE + code for code in codes)
