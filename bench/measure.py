"""Measures one data set in the database that the environment names: `python -m bench.measure <out.json> ...`."""

import argparse
import json
from pathlib import Path
from typing import Any

import django

KINDS = ("own", "all")


def main() -> None:
    """Writes the figures of each place as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--places", nargs="+", required=True)
    parser.add_argument("--delivered", type=int, default=0, help="records of a delivery; 0 takes none")
    wanted = parser.parse_args()
    django.setup()
    found = _export(wanted.places, wanted.runs)
    if "largest" in wanted.places:
        found |= _recheck() | _reports(wanted.runs)
    found |= {role: _measured(role, wanted.runs) for role in wanted.places}
    if wanted.delivered:
        found |= _deliveries(wanted.delivered, wanted.out.parent)
    wanted.out.write_text(json.dumps(found, indent=1), encoding="utf-8")


def _export(places: list[str], runs: int) -> dict[str, Any]:
    """First, while the process has not yet needed memory for anything else."""
    from .exporting import export_figures

    return {"export": export_figures(places[0], runs=runs)}


def _recheck() -> dict[str, Any]:
    """Of the large data set only."""
    from .rechecking import recheck_figures

    return {"recheck": recheck_figures()}


def _reports(runs: int) -> dict[str, Any]:
    """After the recheck, as in the night."""
    from .reporting import report_figures

    return {"reports": report_figures(runs=runs)}


def _deliveries(records: int, folder: Path) -> dict[str, Any]:
    """Last, because the data set grows by them."""
    from .delivering import delivery_figures

    return {"deliveries": delivery_figures(records, folder)}


def _measured(role: str, runs: int) -> dict[str, Any]:
    """Everything about one municipality."""
    from .bare import Bare
    from .breakdown import breakdown
    from .lists import list_pairs, rows_of
    from .one_record import one_record_pairs
    from .place import PLACES, Place

    place, bare = Place(PLACES[role]()), Bare()
    found: dict[str, Any] = {"municipality": place.municipality, "statistic": place.statistic.id}
    for kind in KINDS:
        found[kind] = {"rows": rows_of(place, kind), "lists": {}, "breakdown": breakdown(place, kind, runs=runs)}
        for name, pair in list_pairs(place, bare, kind, runs=runs):
            found[kind]["lists"][name] = pair.to_json()
            _tell(role, kind, name, pair)
    found["one record"] = {}
    for name, pair in one_record_pairs(place, bare, runs=runs):
        found["one record"][name] = pair.to_json()
        _tell(role, "", name, pair)
    return found


def _tell(role: str, kind: str, name: str, pair: Any) -> None:
    print(f"{role:8} {kind:4} {name:40} {pair.request:8.1f} {pair.bare:8.1f}", flush=True)


if __name__ == "__main__":
    main()
