"""Computing a report: one pass over the municipality's living records, one over what was found wrong, and a few counts
of what changed. The nightly job and the page that shows the report of now call the same function."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Count, Q

from indberet.definition.periods import ALL, year_before
from indberet.definition.rules import ERROR, WARNING
from indberet.definition.sections import NO_SECTION
from indberet.definition.statistic import Statistic
from indberet.definition.tables import Columns, Measure, everything
from indberet.definition.tables import Rows as RowKind
from indberet.register.garbage import uncollected

from . import changes
from .along import Axis, Populations
from .entries import by_case, living, with_findings
from .faults import FaultCount
from .figures import Figures, Headline, Rows, TableFigures
from .groups import DayCount, GroupCount
from .kept import changes_since_newest
from .layout import SECTION, WRITTEN, Change, Layout
from .moment import one_moment
from .rounds import count_rounds
from .sweep import Case, RowsOf
from .uncounted import counting

Values = dict[Measure, Rows]


def compute(statistic: Statistic, municipality: str, day: date, *, since: datetime | None = None) -> Figures:
    """The report of `day` from the register as it is now, changes counted since `since` (by default since the newest
    frozen report). It reads what the municipality has, whoever asks: a page asks for its right first. Raises
    CannotCount, told in the log."""
    since = since or changes_since_newest(statistic, municipality, day)
    with counting(statistic.id, municipality), uncollected(), one_moment():
        return _figures(statistic, municipality, day, since)


def _figures(statistic: Statistic, municipality: str, day: date, since: datetime) -> Figures:
    layouts = {table.id: Layout(statistic=statistic, table=table, day=day, since=since) for table in statistic.tables}
    on_day = DayCount((day, year_before(day)), everything)
    values = _of_entries(statistic, municipality, layouts, on_day)
    values |= _of_findings(statistic, municipality, layouts)
    window = changes.Window.since_report(next(iter(layouts.values())))
    changed = changes.by_code(changes.all_records(statistic, municipality), window)
    _put_changes(statistic, municipality, layouts, changed, values)
    return Figures(
        statistic=statistic.id,
        municipality=municipality,
        day=day,
        since=since,
        headline=_headline(statistic, municipality, on_day.result(), changed),
        tables={id: _table(layout, values.get(id, {})) for id, layout in layouts.items()},
        without_services=_without_services(statistic, day, on_day.result()),
    )


def _of_entries(
    statistic: Statistic, municipality: str, layouts: Mapping[str, Layout], on_day: DayCount
) -> dict[str, Values]:
    """What is counted over living records, all in one pass."""
    rows_of = RowsOf(next(iter(layouts.values())).rows_of_code, SECTION + NO_SECTION)  # the same in all tables of a day
    plain = [layout.table.population for layout in layouts.values() if layout.periods and not layout.groups]
    populations = Populations(plain, rows_of)
    groups = {id: GroupCount.of(layout) for id, layout in layouts.items() if layout.groups}
    adders = [on_day.add, populations.add, *(count.add for count in groups.values())]
    for entries in by_case(statistic, living(statistic, municipality)):
        case = Case(entries, rows_of)
        for add in adders:
            add(case)
    found = {id: _by_period(layout, populations) for id, layout in layouts.items() if layout.periods}
    found |= {id: count.result() for id, count in groups.items()}
    found |= {
        id: count_rounds(statistic, municipality, layout.rounds, populations, rows_of)
        for id, layout in layouts.items()
        if layout.rounds
    }
    return found | {id: _on_day(layout, on_day) for id, layout in layouts.items() if layout.shows_day}


def _by_period(layout: Layout, populations: Populations) -> Values:
    """Quarters and years side by side; all time stands once, last."""
    if layout.groups:
        return {}
    found: Values = {}
    for measure in layout.table.measures:
        axes = [Axis(periods) for periods in layout.periods.values()]
        parts = [populations.figures(axis, measure, layout.table.population) for axis in axes]
        rows = dict.fromkeys(row for part in parts for row in part)
        found[measure] = {row: _row(row, parts, axes) for row in rows}
    return found


def _row(row: str, parts: Sequence[Rows], axes: Sequence[Axis]) -> list[int]:
    values = [part.get(row) or [0] * (len(axis.periods) + 1) for part, axis in zip(parts, axes, strict=True)]
    return [*(value for part in values for value in part[:-1]), values[-1][-1]]


def _on_day(layout: Layout, on_day: DayCount) -> Values:
    """What runs on the day and a year before; the columns of changes come after."""
    more = [0] * (len(layout.columns) - len(on_day.days))
    return {
        measure: {row: [*values, *more] for row, values in rows.items()} for measure, rows in on_day.result().items()
    }


def _of_findings(statistic: Statistic, municipality: str, layouts: Mapping[str, Layout]) -> dict[str, Values]:
    """What is counted over findings, all in one pass."""
    about_faults = (Columns.FIELDS, Columns.FINDINGS)
    counts = {id: FaultCount(layout) for id, layout in layouts.items() if layout.table.columns[0] in about_faults}
    if counts:
        for found in with_findings(statistic, living(statistic, municipality)):
            for count in counts.values():
                count.add(found)
    return {id: count.result() for id, count in counts.items()}


def _put_changes(
    statistic: Statistic,
    municipality: str,
    layouts: Mapping[str, Layout],
    changed: Mapping[Change, Mapping[str, int]],
    values: dict[str, Values],
) -> None:
    """Adds what changed to the tables that tell of it."""
    for id, layout in layouts.items():
        if layout.table.rows == RowKind.DAYS:
            found = changes.by_channel_and_day(changes.all_records(statistic, municipality), layout.days)
            by_row = [(column, day.isoformat(), count) for column in found for day, count in found[column].items()]
        elif layout.shows_day:
            by_row = [
                (str(change), row, count)
                for change in changed
                for code, count in changed[change].items()
                for row in (*layout.rows_with(code), ALL)
            ]
        else:
            continue
        _add(layout, values.setdefault(id, {}), by_row)


def _add(layout: Layout, values: Values, by_row: Iterable[tuple[str, str, int]]) -> None:
    places = {column.id: place for place, column in enumerate(layout.columns)}
    rows = values.setdefault(Measure.RECORDS, {})
    for column, row, count in by_row:
        rows.setdefault(row, [0] * len(places))[places[column]] += count


def _table(layout: Layout, values: Values) -> TableFigures:
    kept = {measure: {row: found for row, found in rows.items() if any(found)} for measure, rows in values.items()}
    return TableFigures(columns=tuple(column.id for column in layout.columns), values=kept)


def _headline(
    statistic: Statistic, municipality: str, on_day: Values, changed: Mapping[Change, Mapping[str, int]]
) -> Headline:
    counted = living(statistic, municipality).aggregate(
        records=Count("id"),
        errors=Count("id", filter=Q(severity=ERROR)),
        warnings=Count("id", filter=Q(severity=WARNING)),
    )
    return Headline(
        services=_total(on_day, Measure.SERVICES),
        persons=_total(on_day, Measure.PERSONS),
        changes=sum(sum(changed[change].values()) for change in WRITTEN),
        **counted,
    )


def _total(on_day: Values, measure: Measure) -> int:
    return on_day.get(measure, {}).get(ALL, [0])[0]


def _without_services(statistic: Statistic, day: date, on_day: Values) -> tuple[str, ...]:
    """Sections in force on the day under which nothing runs, to be confirmed as having nothing to report (C16)."""
    running = {row for row, (today, *_before) in on_day.get(Measure.SERVICES, {}).items() if today}
    return tuple(found.name for found in statistic.sections_on(day) if SECTION + found.name not in running)
