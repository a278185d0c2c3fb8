"""The figures of a report as plain values, and as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from indberet.definition.tables import Measure

VERSION = 1
"""Of the JSON; a report of another version is shown as it was made."""

Rows = dict[str, list[int]]
"""By row id, the figures in the order of the columns; rows of nothing but zeros are left out."""


@dataclass(frozen=True, kw_only=True)
class TableFigures:
    """One table: ids of its columns, and its figures by measure and row. Full-time services are kept as days, so that
    nothing is rounded: divided by the days of the period they are the figure that is shown."""

    columns: tuple[str, ...]
    values: dict[Measure, Rows] = field(default_factory=dict)

    def value(self, measure: Measure, row: str, column: str) -> int:
        """The figure of a cell; 0 where there is nothing, or where the table has no such row or column."""
        found = self.values.get(measure, {}).get(row)
        return found[self.columns.index(column)] if found and column in self.columns else 0

    @property
    def rows(self) -> tuple[str, ...]:
        """Ids of the rows that have anything, in no order that matters."""
        return tuple(dict.fromkeys(row for rows in self.values.values() for row in rows))


@dataclass(frozen=True, kw_only=True)
class Headline:
    """What the report says first: services and persons on the day, records changed since the report before, records
    with errors and with warnings, and all records that were received."""

    services: int = 0
    persons: int = 0
    changes: int = 0
    errors: int = 0
    warnings: int = 0
    records: int = 0


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A report: of which municipality and day, changes counted since when, its headline and tables by id, and the
    names of the sections without a service on the day."""

    statistic: str
    municipality: str
    day: date
    since: datetime
    headline: Headline
    tables: Mapping[str, TableFigures]
    without_services: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain values that JSON can hold."""
        return {**asdict(self), "day": self.day.isoformat(), "since": self.since.isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Figures":
        """The figures that `to_json` made."""
        tables = {
            id: TableFigures(
                columns=tuple(table["columns"]),
                values={Measure(measure): rows for measure, rows in table["values"].items()},
            )
            for id, table in kept["tables"].items()
        }
        return cls(
            statistic=kept["statistic"],
            municipality=kept["municipality"],
            day=date.fromisoformat(kept["day"]),
            since=datetime.fromisoformat(kept["since"]),
            headline=Headline(**kept["headline"]),
            tables=tables,
            without_services=tuple(kept["without_services"]),
        )
