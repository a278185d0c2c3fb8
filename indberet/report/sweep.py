"""Counting by periods in one pass that knows no periods: it keeps on which days something begins and ends, and how
often. The figure of any period is found from that at last, so quarters and years cost no more than one of them.

- What touches a period has begun by its end and not ended before it.
- Days in a period are the days until its end less the days until the period before.
- A person with two stretches in one period counts once: stretches less the gaps that lie within the period.

Days that a person has twice are merged first (full-time services: domain-voksne.md, section 7).
"""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Generic, TypeVar

from indberet.definition.periods import ALL
from indberet.definition.tables import Entry, Population

Day = int
"""A day as its ordinal."""
Span = tuple[Day, Day]
Gap = tuple[str, Day, Day]
T = TypeVar("T")
HEAP = 2_000
"""Cases whose things are counted at a time."""


class RowsOf:
    """The rows that count a code, the one of all among them; unknown codes have a row of their own."""

    def __init__(self, rows: Mapping[str, tuple[str, ...]], unknown: str) -> None:
        self._rows = {code: (*found, ALL) for code, found in rows.items()}
        self._unknown = (unknown, ALL)

    def code(self, code: str) -> tuple[str, ...]:
        """The rows of a code."""
        return self._rows.get(code, self._unknown)


class Case:
    """The entries of a case, and the days with a service of each code, none twice. What ends before it starts has the
    day on which it starts."""

    __slots__ = ("days", "entries", "rows_of", "services")

    def __init__(self, entries: list[Entry], rows_of: RowsOf) -> None:
        self.entries = entries
        self.rows_of = rows_of
        spans: dict[str, list[Span]] = {}
        services: dict[object, tuple[str, Span]] = {}
        for entry in entries:
            start, end = entry.start.toordinal(), entry.end.toordinal()
            span = (start, end if end >= start else start)
            spans.setdefault(entry.code, []).append(span)
            services[entry.service] = (entry.code, span)
        self.services = services.values()
        self.days = {code: merged(found) for code, found in spans.items()}

    def of(self, population: Population) -> "Case | None":
        """The case with the entries of a population only; None when that leaves none out."""
        kept = [entry for entry in self.entries if population(entry)]
        return None if len(kept) == len(self.entries) else Case(kept, self.rows_of)

    def days_by_row(self) -> dict[str, list[Span]]:
        """The days with anything in each row, none twice."""
        found: dict[str, list[Span]] = {}
        for code, spans in self.days.items():
            for row in self.rows_of.code(code):
                found[row] = [*found[row], *spans] if row in found else spans
        return {row: merged(spans) for row, spans in found.items()}


class Tally(Generic[T]):
    """How often things came. They are thrown on a heap and counted a heap at a time: that is several times faster than
    one by one."""

    def __init__(self) -> None:
        self.heap: list[T] = []
        self._counter: Counter[T] = Counter()

    def counted(self) -> Counter[T]:
        """How often each came so far."""
        self._counter.update(self.heap)
        self.heap.clear()
        return self._counter


class Stretches:
    """On which days stretches begin and end, by code or row; the gaps between two of one person; and in how many cases
    the code or row comes."""

    def __init__(self) -> None:
        self.starts, self.ends = Tally[tuple[str, Day]](), Tally[tuple[str, Day]]()
        self.gaps, self.cases = Tally[Gap](), Tally[str]()

    def add(self, key: str, spans: list[Span]) -> None:
        """Keeps the stretches of a case."""
        starts, ends = self.starts.heap, self.ends.heap
        for start, end in spans:
            starts.append((key, start))
            ends.append((key, end))
        if len(spans) > 1:
            self.gaps.heap += [(key, before[1], after[0]) for before, after in pairwise(spans)]
        self.cases.heap.append(key)

    def settle(self) -> None:
        """Counts the heaps, so that they do not grow for ever."""
        for tally in (self.starts, self.ends, self.gaps, self.cases):
            tally.counted()


class Counted:
    """What one pass keeps of a population's cases: the stretches of its services; of days by code in cases of one code
    (they stand for the rows of the code too), of days by code in the others, and of these by row."""

    def __init__(self) -> None:
        self.services, self.single, self.several, self.by_row = Stretches(), Stretches(), Stretches(), Stretches()
        self._cases = 0

    def add(self, case: Case) -> None:
        """Counts a case."""
        starts, ends = self.services.starts.heap, self.services.ends.heap
        for code, (start, end) in case.services:
            starts.append((code, start))
            ends.append((code, end))
        one_code = len(case.days) == 1
        for code, spans in case.days.items():
            (self.single if one_code else self.several).add(code, spans)
        if not one_code:
            for row, spans in case.days_by_row().items():
                self.by_row.add(row, spans)
        self._cases += 1
        if self._cases % HEAP == 0:
            for stretches in (self.services, self.single, self.several, self.by_row):
                stretches.settle()


def merged(spans: list[Span]) -> list[Span]:
    """The same days, none of them twice."""
    if len(spans) < 2:
        return spans
    spans = sorted(spans)
    together: list[Span] = []
    first, last = spans[0]
    for start, end in spans:
        if start > last + 1:
            together.append((first, last))
            first, last = start, end
        elif end > last:
            last = end
    together.append((first, last))
    return together
