"""The figures as tables: on the screen, and in docs/performance.md between its two markers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from .databases import ROOT
from .machine import description

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- begin: written by make bench -->", "<!-- end: written by make bench -->"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
TIMES_BARE, PLUS, SAVE_MEDIAN, ROWS_A_SECOND, MEMORY = 3, 15, 25, 20_000, 50
SAVES = ("save a change", "save a new case")
FLAT, FLAT_PLUS = 1.25, 3  # a list of the same size may take so much longer in the large data set (times, plus ms)
Figures = dict[str, Any]
Cells = Iterable[object]


@dataclass
class Results:
    """All figures by engine and number of records, the small data set first."""

    found: dict[str, dict[int, Figures]] = field(default_factory=dict)

    def add(self, engine: str, records: int, figures: Figures) -> None:
        """Keeps the figures of one data set."""
        self.found.setdefault(engine, {})[records] = figures

    def small(self, engine: str) -> Figures:
        """The figures of the small data set."""
        return self.found[engine][min(self.found[engine])]

    def large(self, engine: str) -> Figures:
        """The figures of the large data set."""
        return self.found[engine][max(self.found[engine])]


def summary(results: Results) -> str:
    """Everything, in Markdown."""
    return "\n".join(_lines(results))


def write_page(results: Results) -> str:
    """Puts the tables into docs/performance.md; its path from the root."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _old, after = rest.split(END)
    PAGE.write_text(f"{before}{BEGIN}\n{summary(results)}\n{END}{after}", encoding="utf-8")
    return str(PAGE.relative_to(ROOT))


def over_limit(pair: Figures) -> bool:
    """Whether a list request takes longer than its goal."""
    return bool(pair["request"] > TIMES_BARE * pair["bare"] + PLUS)


def _lines(results: Results) -> Iterator[str]:
    yield f"{description()}\n"
    yield from _goals(results)
    for engine in results.found:
        yield from _lists(results, engine)
    yield from _one_record(results)
    yield from _exports(results)
    yield from _breakdowns(results)
    yield from _filling(results)


def _goals(results: Results) -> Iterator[str]:
    rows = []
    for engine in results.found:
        pairs = list(_all_lists(results.large(engine)))
        late = [name for name, pair in pairs if over_limit(pair)]
        rows.append(
            [
                NAMES[engine],
                f"a list ≤ {TIMES_BARE} × bare + {PLUS} ms",
                f"{len(pairs) - len(late)} of {len(pairs)}",
                _mark(not late),
            ]
        )
        growth = list(_growth(results, engine))
        slower = [name for name, small, large in growth if large > FLAT * small + FLAT_PLUS]
        times = median(large / small for _name, small, large in growth)
        rows.append([NAMES[engine], "flat in the size of the register", f"× {times:.2f} (median)", _mark(not slower)])
        saves = [results.large(engine)["largest"]["one record"][name]["request"] for name in SAVES]
        rows.append(
            [NAMES[engine], f"save ≤ {SAVE_MEDIAN} ms", f"{max(saves):.1f} ms", _mark(max(saves) <= SAVE_MEDIAN)]
        )
        export = results.large(engine)["export"]
        speed, memory = export["rows a second"], export["memory above a small export, MB"]
        rows.append(
            [NAMES[engine], f"export ≥ {ROWS_A_SECOND:,} rows/s", f"{speed:,.0f} rows/s", _mark(speed >= ROWS_A_SECOND)]
        )
        rows.append([NAMES[engine], "export in constant memory", f"{memory:+.0f} MB", _mark(memory < MEMORY)])
    yield from _table(["database", "goal", "found", "met"], rows)


def _lists(results: Results, engine: str) -> Iterator[str]:
    small, large = results.small(engine), results.large(engine)
    places = [(large["largest"], "all"), (large["largest"], "own"), (large["middle"], "all"), (small["middle"], "all")]
    sizes = [f"{place[kind]['rows']:,}" for place, kind in places]
    yield f"### Lists, {NAMES[engine]}\n"
    yield "Milliseconds of the request, in brackets of the bare SQL; bold is over the goal.\n"
    heading = ["request", f"largest, all ({sizes[0]} rows)", f"largest, own ({sizes[1]})", f"middle, all ({sizes[2]})"]
    rows = [
        [name, *(_pair(place[kind]["lists"][name]) for place, kind in places)]
        for name in large["largest"]["all"]["lists"]
    ]
    yield from _table([*heading, f"the same in {min(results.found[engine]):,} ({sizes[3]})"], rows)


def _one_record(results: Results) -> Iterator[str]:
    yield "### One record\n"
    yield "Milliseconds in the largest municipality; the bare database runs the same statements, in one transaction.\n"
    rows = []
    for engine in results.found:
        for name, pair in results.large(engine)["largest"]["one record"].items():
            rows.append([NAMES[engine], name, *(f"{pair[key]:.1f}" for key in ("request", "bare", "cpu", "slowest"))])
    yield from _table(["database", "request", "median", "bare", "of it CPU", "slowest"], rows)


def _exports(results: Results) -> Iterator[str]:
    yield "### Export as CSV\n"
    yield "The whole listing of the largest municipality, streamed to nowhere.\n"
    rows = []
    for engine in results.found:
        found = results.large(engine)["export"]
        speeds = (f"{found['rows a second']:,.0f}", f"{found['rows a second, bare']:,.0f}")
        memory = (f"{found['memory above a small export, MB']:+.0f}", f"{found['peak memory of the process, MB']:.0f}")
        rows.append([NAMES[engine], f"{found['rows']:,}", f"{found['megabytes']:.0f}", *speeds, *memory])
    heading = ["database", "rows", "MB", "rows/s", "bare writer, rows/s", "memory above a small export, MB", "peak, MB"]
    yield from _table(heading, rows)


def _breakdowns(results: Results) -> Iterator[str]:
    yield "### Where the time of the first page goes\n"
    yield "Milliseconds, largest municipality, listing with all records.\n"
    found = {engine: results.large(engine)["largest"]["all"]["breakdown"] for engine in results.found}
    parts = sorted({part for figures in found.values() for part in figures} - {"whole"})
    rows = [[part, *(f"{figures.get(part, 0):.1f}" for figures in found.values())] for part in (*parts, "whole")]
    yield from _table(["part", *(NAMES[engine] for engine in found)], rows)


def _filling(results: Results) -> Iterator[str]:
    yield "### Making the demo data\n"
    rows = []
    for engine, sets in results.found.items():
        for records, figures in sets.items():
            seconds = figures["seconds to fill"]
            rows.append([NAMES[engine], f"{records:,}", f"{seconds:.0f}", f"{records / seconds:,.0f}"])
    yield from _table(["database", "records", "seconds", "records/s"], rows)


def _all_lists(figures: Figures) -> Iterator[tuple[str, Figures]]:
    for role in ("largest", "middle"):
        for kind in ("own", "all"):
            yield from figures[role][kind]["lists"].items()


def _growth(results: Results, engine: str) -> Iterator[tuple[str, float, float]]:
    """(name, small, large) of each list request of the municipality that is as large in both data sets."""
    small, large = results.small(engine)["middle"], results.large(engine)["middle"]
    for kind in ("own", "all"):
        for name, pair in large[kind]["lists"].items():
            yield name, small[kind]["lists"][name]["request"], pair["request"]


def _pair(pair: Figures) -> str:
    text = f"{pair['request']:.1f} ({pair['bare']:.1f})"
    return f"**{text}**" if over_limit(pair) else text


def _mark(met: bool) -> str:
    return "yes" if met else "**no**"


def _table(heading: list[str], rows: Iterable[Cells]) -> Iterator[str]:
    yield "| " + " | ".join(heading) + " |"
    yield "|" + "---|" * len(heading)
    yield from ("| " + " | ".join(map(str, row)) + " |" for row in rows)
    yield ""
