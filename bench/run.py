"""Makes the data sets, measures each in a process of its own, prints the tables and writes docs/performance.md."""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from .databases import SERVER, Database
from .goals import Results
from .report import summary, write_page

SMALL, LARGE = 10_000, 1_000_000
ENGINES = ("sqlite", "postgresql")
RUNS, QUICK_RUNS = 15, 3
DELIVERED = 1 / 10  # of the large data set: a delivery into the small one


def main() -> None:
    """The command; see --help."""
    wanted = _arguments()
    results = _read(wanted.page) if wanted.page else _measure(wanted)
    print(summary(results))
    if wanted.json:
        wanted.json.write_text(json.dumps(results.found, indent=1), encoding="utf-8")
    if wanted.page or (not wanted.quick and wanted.records == LARGE and set(wanted.databases) == set(ENGINES)):
        print(f"Written to {write_page(results)}.")


def _measure(wanted: argparse.Namespace) -> Results:
    """Everything anew."""
    results = Results()
    with tempfile.TemporaryDirectory(prefix="indberet-bench.") as name:
        for engine in wanted.databases:
            for records in (SMALL, wanted.records):
                database = Database(engine, records, Path(name))
                results.add(engine, records, _measured(database, wanted))
    return results


def _read(files: list[Path]) -> Results:
    """What --json kept of earlier runs."""
    results = Results()
    for file in files:
        for engine, sets in json.loads(file.read_text(encoding="utf-8")).items():
            for records, figures in sets.items():
                results.add(engine, int(records), figures)
    return results


def _measured(database: Database, wanted: argparse.Namespace) -> dict[str, Any]:
    """The small set lies in one municipality that is as large in the large set, so that like is compared with like."""
    out = database.folder / "out.json"
    small = database.records == SMALL
    print(f"\n{database.engine}, {database.records:,} records", flush=True)
    seconds = database.make([_middle(database)] if small else [])
    database.run("collectstatic", "--noinput", "--verbosity", "0")
    try:
        database.python(
            "-m",
            "bench.measure",
            str(out),
            "--runs",
            str(wanted.runs),
            "--places",
            *(["middle"] if small else ["largest", "middle"]),
            "--delivered",
            str(int(wanted.records * DELIVERED) if small else 0),
        )
    except subprocess.CalledProcessError:
        log = (database.folder / "log.txt").read_text(encoding="utf-8")
        raise SystemExit(
            f"{log[-3000:]}\nMeasuring {database.engine} failed; the end of its log stands above."
        ) from None
    return {**json.loads(out.read_text(encoding="utf-8")), "seconds to fill": seconds}


def _middle(database: Database) -> str:
    """The municipality's code, found where the settings are read."""
    out = database.folder / "middle.txt"
    ask = f"import django; django.setup(); from bench.place import middle; open({str(out)!r}, 'w').write(middle())"
    database.python("-c", ask)
    return out.read_text(encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--records", type=int, default=LARGE, help="records in the large data set")
    parser.add_argument("--databases", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--quick", action="store_true", help="few runs and 100,000 records; writes no page")
    parser.add_argument("--runs", type=int, default=RUNS, help="how often each request is measured")
    parser.add_argument("--json", type=Path, help="also write every figure to this file")
    parser.add_argument(
        "--page", nargs="+", type=Path, metavar="FILE", help="measure nothing; write the page from these"
    )
    wanted = parser.parse_args()
    if wanted.quick:
        wanted.records, wanted.runs = min(wanted.records, 100_000), QUICK_RUNS
    if not wanted.page and "postgresql" in wanted.databases and SERVER not in os.environ:
        parser.error(f"{SERVER} names no PostgreSQL; `make bench` starts one, or choose --databases sqlite.")
    return wanted
