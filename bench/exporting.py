"""The export of a long listing as CSV: rows a second and memory, beside a bare writer."""

import csv
import io
from typing import Any

from .bare import Bare, captured
from .lists import rows_of
from .memory import peak_megabytes
from .place import PLACES, Place
from .timing import in_turns

RUNS = 5


def export_figures(role: str, *, runs: int) -> dict[str, Any]:
    """Figures of the whole listing with all records; its memory is what it needs above an export of the shorter one."""
    place, bare = Place(PLACES[role]()), Bare()
    _export(place, "own")
    before = peak_megabytes()
    with captured() as statements:
        size = _export(place, "all")
    growth = peak_megabytes() - before
    pair = in_turns(lambda: _export(place, "all"), lambda: _bare(bare, statements), runs=min(runs, RUNS))
    rows = rows_of(place, "all")
    return {
        **pair.to_json(),
        "rows": rows,
        "rows of the shorter": rows_of(place, "own"),
        "megabytes": size / 1e6,
        "rows a second": rows / pair.request * 1000,
        "rows a second, bare": rows / pair.bare * 1000,
        "more memory, MB": growth,
        "peak memory of the process, MB": before + growth,
    }


def _export(place: Place, kind: str) -> int:
    """Downloads the file to nowhere; its bytes."""
    path = f"/{place.statistic.id}/{kind}/export/"
    if not place.browser.csrf:
        place.browser.get(path)
    return place.browser.post(f"{path}csv/", {"whole": "yes"}, expected=200, keep=False).size


def _bare(bare: Bare, statements: list[Any]) -> int:
    """The same rows through the driver and the csv module, and nothing else."""

    def write(rows: Any) -> None:
        csv.writer(io.StringIO(newline=""), delimiter=";").writerows(rows)

    return bare.stream(statements, write)
