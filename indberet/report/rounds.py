"""Counting what can be approved: by section, in periods that may overlap, such as the whole series to two ends."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import Count, Q
from django.utils import timezone

from indberet.definition.periods import Period
from indberet.definition.rules import ERROR
from indberet.definition.sections import NO_SECTION
from indberet.definition.statistic import Statistic
from indberet.definition.tables import Measure, everything

from .along import Axis, Populations
from .entries import by_case, living, touching
from .figures import Rows, TableFigures
from .layout import SECTION, Layout
from .sweep import Case, RowsOf
from .uncounted import counting


def count_rounds(
    statistic: Statistic, municipality: str, periods: Sequence[Period], populations: Populations, rows_of: RowsOf
) -> dict[Measure, Rows]:
    """The figures of periods of which none begins or ends before the one before it: services and persons from the one
    pass over the register, records and those with an error counted by the database."""
    axis = Axis(periods)
    found: dict[Measure, Rows] = {}
    for measure in (Measure.SERVICES, Measure.PERSONS):
        figures = populations.figures(axis, measure, everything)
        found[measure] = {row: values[: len(periods)] for row, values in figures.items()}
    for measure, row, numbers in _records(statistic, municipality, periods, rows_of):
        values = found.setdefault(measure, {}).setdefault(row, [0] * len(periods))
        found[measure][row] = [sum(pair) for pair in zip(values, numbers, strict=True)]
    return found


def count_periods(statistic: Statistic, municipality: str, day: date, periods: Sequence[Period]) -> TableFigures:
    """The table of what can be approved with other periods and nothing else, from the register as it is now, under the
    sections of `day`. It reads what the municipality has, whoever asks: a page asks for its right first.
    Raises CannotCount, told in the log."""
    periods = sorted(periods, key=lambda period: (period.first, period.last))
    layout = Layout(statistic=statistic, table=statistic.table(statistic.approval.table), day=day, since=timezone.now())
    rows_of = RowsOf(layout.rows_of_code, SECTION + NO_SECTION)
    populations = Populations((everything,), rows_of)
    with counting(statistic.id, municipality):
        for entries in by_case(statistic, living(statistic, municipality)):
            populations.add(Case(entries, rows_of))
        values = count_rounds(statistic, municipality, periods, populations, rows_of)
    return TableFigures(columns=tuple(period.id for period in periods), values=values)


def _records(
    statistic: Statistic, municipality: str, periods: Sequence[Period], rows_of: RowsOf
) -> Iterator[tuple[Measure, str, Sequence[int]]]:
    """By row, the records that touch each period, and those of them with an error, in one query."""
    conditions = [touching(period) for period in periods]
    conditions += [condition & Q(severity=ERROR) for condition in conditions]
    counts = {f"count_{place}": Count("id", filter=condition) for place, condition in enumerate(conditions)}
    rows = living(statistic, municipality).order_by().values_list("service_code").annotate(**counts)
    for code, *numbers in rows:
        for row in rows_of.code(code):
            yield Measure.RECORDS, row, numbers[: len(periods)]
            yield Measure.ERRORS, row, numbers[len(periods) :]
