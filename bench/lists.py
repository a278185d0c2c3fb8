"""The list requests: pages, sorting by each column, filters."""

from collections.abc import Iterator
from typing import Any

from indberet.register.find import matching
from indberet.register.models import Record
from indberet.register.view_state import ViewState

from .bare import Bare, captured
from .place import Place
from .timing import Pair, in_turns

PAGE = ViewState().page_size


def list_pairs(place: Place, bare: Bare, kind: str, *, runs: int) -> Iterator[tuple[str, Pair]]:
    """(name, figures) of each list request of a listing."""
    for name, view in views(place, kind):
        place.look_at(kind, **view)
        yield name, list_pair(place, bare, kind, runs=runs)


def list_pair(place: Place, bare: Bare, kind: str, *, runs: int) -> Pair:
    """The listing as it is looked at now."""
    path = f"/{place.statistic.id}/{kind}/"
    with captured() as statements:
        place.browser.get(path)
    return in_turns(lambda: place.browser.get(path), lambda: bare.read(statements), runs=runs)


def views(place: Place, kind: str) -> list[tuple[str, dict[str, Any]]]:
    """What is looked at, by name."""
    records, sample = rows_of(place, kind), _sample(place, kind)
    columns = (*place.statistic.columns, "changed_at", "severity")
    return [
        ("first page", {}),
        ("page in the middle", {"anchor": "after", "row": sample.pk, "page": records // PAGE // 2}),
        ("last page", {"anchor": "last", "page": -(-records // PAGE)}),
        *((f"sort by {column}", {"sort": column}) for column in columns),
        *((f"sort by {column}, descending", {"sort": column, "descending": True}) for column in ("cpr", "changed_at")),
        ("filter: part of CPR", {"filters": {"cpr": sample.case.cpr[-4:]}}),
        ("filter: whole CPR", {"filters": {"cpr": sample.case.cpr}}),
        ("filter: service code", {"filters": {"service_code": sample.service_code}}),
        ("filter: start in a year", {"filters": {"start": str(sample.start.year)}}),
        ("filter: open end, by start", {"filters": {"end": "åben"}, "sort": "start"}),
        ("filter: errors", {"filters": {"severity": "fejl"}}),
        ("cases", {"view": "cases"}),
        ("cases by number of services", {"view": "cases", "sort": "count", "descending": True}),
    ]


def rows_of(place: Place, kind: str) -> int:
    """How many records a listing has."""
    rows, _bad = matching(place.scope, place.listing(kind), ViewState())
    return rows.count()


def _sample(place: Place, kind: str) -> Record:
    """A record from the middle of the listing."""
    rows, _bad = matching(place.scope, place.listing(kind), ViewState())
    middle = rows.exclude(case__cpr="").order_by("id")[rows.count() // 2]
    assert isinstance(middle, Record)
    return middle
