"""The figures as tables: on the screen, and in docs/performance.md between its two markers."""

from collections.abc import Iterable, Iterator

from .databases import ROOT
from .goals import Figures, Results, goals, over_limit
from .machine import description

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- begin: written by make bench -->", "<!-- end: written by make bench -->"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
Cells = Iterable[object]


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


def _lines(results: Results) -> Iterator[str]:
    yield f"{description()}\n"
    yield from _goals(results)
    for engine in results.found:
        yield from _lists(results, engine)
    yield from _one_record(results)
    yield from _exports(results)
    yield from _rechecks(results)
    yield from _reports(results)
    yield from _deliveries(results)
    yield from _breakdowns(results)
    yield from _filling(results)


def _goals(results: Results) -> Iterator[str]:
    rows = [[NAMES[engine], *goal] for engine in results.found for goal in goals(results, engine)]
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
        memory = (f"{found['more memory, MB']:+.0f}", f"{found['peak memory of the process, MB']:.0f}")
        rows.append([NAMES[engine], f"{found['rows']:,}", f"{found['megabytes']:.0f}", *speeds, *memory])
    heading = [
        "database",
        "rows",
        "MB",
        "rows/s",
        "bare writer, rows/s",
        "more memory than for the shorter, MB",
        "peak, MB",
    ]
    yield from _table(heading, rows)


def _rechecks(results: Results) -> Iterator[str]:
    yield "### Recheck\n"
    yield "Every record against all rules, when nothing has changed; bare is the driver fetching the same rows.\n"
    keys = ("records a second", "records x rules a second", "rows, bare")
    rows = []
    for engine in results.found:
        found = results.large(engine)["recheck"]
        times = f"{found['seconds']:.1f}", f"{found['seconds, bare']:.1f}"
        sizes = f"{found['records']:,}", found["processes"]
        rows.append([NAMES[engine], *sizes, *times, *(f"{found[key]:,.0f}" for key in keys)])
    heading = [
        "database",
        "records",
        "processes",
        "seconds",
        "bare, s",
        "records/s",
        "records × rules/s",
        "rows fetched",
    ]
    yield from _table(heading, rows)


def _reports(results: Results) -> Iterator[str]:
    yield "### Reports\n"
    yield "The page with the report of now in the largest municipality, in milliseconds; bare fetches the same rows.\n"
    rows = []
    for engine in results.found:
        for statistic, found in results.large(engine)["reports"]["now"].items():
            times = (f"{found[key]:,.0f}" for key in ("request", "bare", "cpu", "slowest"))
            rows.append([NAMES[engine], statistic, f"{found['records']:,}", *times])
    yield from _table(["database", "statistic", "records", "median", "bare", "of it CPU", "slowest"], rows)
    yield "All reports of all municipalities and statistics, as the nightly run makes them.\n"
    nights = {engine: results.large(engine)["reports"]["all"] for engine in results.found}
    rows = [
        [NAMES[engine], f"{found['records']:,}", found["reports"], found["processes"], *_speed(found, "reports")]
        for engine, found in nights.items()
    ]
    yield from _table(["database", "records", "reports", "processes, at most", "seconds", "reports/s"], rows)


def _deliveries(results: Results) -> Iterator[str]:
    yield "### Deliveries\n"
    yield "New records into the small data set, for a municipality that has none; memory is of a process of its own.\n"
    rows = []
    for engine in results.found:
        for statistic, found in results.small(engine)["deliveries"].items():
            counts = (f"{found[key]:,}" for key in ("records", "with_errors", "with_warnings"))
            memory = (f"{found[key]:.0f}" for key in ("more memory, MB", "peak memory of the process, MB"))
            file = [statistic, found["format"], f"{found['megabytes']:.0f}"]
            times = f"{found['cpu']:.1f}", *_speed(found, "records")
            rows.append([NAMES[engine], *file, *counts, *times, *memory])
    heading = ["database", "statistic", "format", "MB", "records", "with errors", "with warnings", "CPU, s", "seconds"]
    yield from _table([*heading, "records/s", "more memory, MB", "peak, MB"], rows)


def _speed(found: Figures, what: str) -> tuple[str, str]:
    return f"{found['seconds']:.1f}", f"{found[f'{what} a second']:,.0f}"


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


def _pair(pair: Figures) -> str:
    text = f"{pair['request']:.1f} ({pair['bare']:.1f})"
    return f"**{text}**" if over_limit(pair) else text


def _table(heading: list[str], rows: Iterable[Cells]) -> Iterator[str]:
    yield "| " + " | ".join(heading) + " |"
    yield "|" + "---|" * len(heading)
    yield from ("| " + " | ".join(map(str, row)) + " |" for row in rows)
    yield ""
