"""From where things begin and end to the figures of periods that follow upon each other."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise

from indberet.definition.periods import Period
from indberet.definition.tables import Measure, Population, everything

from .figures import Rows
from .sweep import Case, Counted, Day, Gap, RowsOf, Stretches

ByDay = Counter[tuple[str, Day]]


class Populations:
    """Counts everything once, and for each narrower population only the cases of which it leaves something out: these
    are taken off as they are and put back as the population has them."""

    def __init__(self, populations: Iterable[Population], rows_of: RowsOf) -> None:
        self._all, self._rows_of = Counted(), rows_of
        narrower = dict.fromkeys(found for found in populations if found is not everything)
        self._off = {population: (Counted(), Counted()) for population in narrower}

    def add(self, case: Case) -> None:
        """Counts a case."""
        self._all.add(case)
        for population, (off, back) in self._off.items():
            kept = case.of(population)
            if kept:
                off.add(case)
                back.add(kept)

    def figures(self, axis: "Axis", measure: Measure, population: Population) -> Rows:
        """The figures of each period, and last those of all time (but no full-time services: it has no length)."""
        found = _figures(axis, measure, self._all, self._rows_of)
        if population is everything:
            return found
        off, back = (_figures(axis, measure, counted, self._rows_of) for counted in self._off[population])
        minus = {row: [-value for value in values] for row, values in off.items()}
        return _sum((found, minus, back))


class Axis:
    """Periods that follow upon each other. What touches them is also counted right where they overlap, as long as none
    begins or ends before the one before it; days are not."""

    def __init__(self, periods: Sequence[Period]) -> None:
        self.periods = tuple(periods)
        self._starts = [period.first.toordinal() for period in periods]
        self._ends = [period.last.toordinal() for period in periods]

    def span(self, start: Day, end: Day) -> range:
        """Places of the periods from one day to another."""
        return range(bisect_left(self._ends, start), bisect_right(self._starts, end))

    def touching(self, starts: ByDay, ends: ByDay) -> Rows:
        """How many stretches touch each period: those begun by its last day less those ended before its first."""
        keys = {key for key, _day in starts}
        found: Rows = {key: [0] * (len(self.periods) + 1) for key in keys}
        for (key, day), count in starts.items():
            found[key][bisect_left(self._ends, day)] += count
        for (key, day), count in ends.items():
            found[key][bisect_right(self._starts, day)] -= count
        return {key: list(accumulate(values[:-1])) for key, values in found.items()}

    def less_gaps(self, rows: Rows, gaps: Counter[Gap]) -> None:
        """Takes off a stretch in each period that a gap between two of one person lies within."""
        for (key, end, start), count in gaps.items():
            for place in range(bisect_left(self._ends, start), bisect_right(self._starts, end)):
                rows[key][place] -= count

    def days(self, starts: ByDay, ends: ByDay) -> Rows:
        """How many days of the stretches lie in each period."""
        bounds = [self._starts[0] - 1, *self._ends]
        begun, ended = _until(bounds, starts), _until(bounds, ends)
        none = [(0, 0)] * len(bounds)
        found: Rows = {}
        for key in begun:
            until = [
                count * (bound + 1) - total - (over * bound - days_over)
                for bound, (count, total), (over, days_over) in zip(
                    bounds, begun[key], ended.get(key, none), strict=True
                )
            ]
            found[key] = [after - before for before, after in pairwise(until)]
        return found


def _figures(axis: Axis, measure: Measure, counted: Counted, rows_of: RowsOf) -> Rows:
    make = {Measure.SERVICES: _services, Measure.PERSONS: _persons, Measure.FULL_TIME: _full_time}
    return make[measure](axis, counted, rows_of)


def _services(axis: Axis, counted: Counted, rows_of: RowsOf) -> Rows:
    starts, ends = _ends(counted.services)
    return _in_rows(_with_ever(axis.touching(starts, ends), _ever(starts)), rows_of)


def _persons(axis: Axis, counted: Counted, rows_of: RowsOf) -> Rows:
    single = axis.touching(*_ends(counted.single))
    axis.less_gaps(single, counted.single.gaps.counted())
    by_row = axis.touching(*_ends(counted.by_row))
    axis.less_gaps(by_row, counted.by_row.gaps.counted())
    rows = _in_rows(_with_ever(single, counted.single.cases.counted()), rows_of)
    return _sum((rows, _with_ever(by_row, counted.by_row.cases.counted())))


def _full_time(axis: Axis, counted: Counted, rows_of: RowsOf) -> Rows:
    found = _sum(axis.days(*_ends(ends)) for ends in (counted.single, counted.several))
    return _in_rows({code: [*values, 0] for code, values in found.items()}, rows_of)


def _ends(ends: Stretches) -> tuple[ByDay, ByDay]:
    return ends.starts.counted(), ends.ends.counted()


def _ever(starts: ByDay) -> Counter[str]:
    found: Counter[str] = Counter()
    for (key, _day), count in starts.items():
        found[key] += count
    return found


def _with_ever(rows: Rows, ever: Mapping[str, int]) -> Rows:
    return {key: [*values, ever[key]] for key, values in rows.items()}


def _in_rows(by_code: Rows, rows_of: RowsOf) -> Rows:
    """What is counted by code adds up to the rows."""
    return _sum({row: values} for code, values in by_code.items() for row in rows_of.code(code))


def _sum(parts: Iterable[Rows]) -> Rows:
    found: Rows = {}
    for part in parts:
        for key, values in part.items():
            found[key] = [a + b for a, b in zip(found[key], values, strict=True)] if key in found else values
    return found


def _until(bounds: list[Day], days: ByDay) -> dict[str, list[tuple[int, int]]]:
    """For each bound, the number and the sum of the days up to it."""
    counts: Rows = {}
    sums: Rows = {}
    for (key, day), count in days.items():
        place = bisect_left(bounds, day)
        if key not in counts:
            counts[key], sums[key] = [0] * (len(bounds) + 1), [0] * (len(bounds) + 1)
        counts[key][place] += count
        sums[key][place] += count * day
    return {key: list(zip(accumulate(counts[key][:-1]), accumulate(sums[key][:-1]), strict=True)) for key in counts}
