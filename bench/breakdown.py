"""Where the time of a list request goes."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection
from django.template.backends.django import Template

from indberet.register import overview_views
from indberet.register.overview import Overview

from .place import Place

TABLE = re.compile(r'"(\w+)"\."|INTO "(\w+)"|UPDATE "(\w+)"')
PARTS = {"django_session": "session", "access_login": "session", "audit_event": "audit event"}
WATCHED: tuple[tuple[Any, str], ...] = ((Overview, "_rows"), (Template, "render"), (overview_views, "find_page"))
PAGE, PART_OF_PAGE = "page, with the ORM", "in it"


def breakdown(place: Place, kind: str, *, runs: int) -> dict[str, float]:
    """Milliseconds by part of the first page, medians of `runs`: SQL by purpose, rows, template, all else, whole."""
    place.look_at(kind)
    path = f"/{place.statistic.id}/{kind}/"
    found: dict[str, list[float]] = defaultdict(list)
    for _run in range(runs + 2):
        with _watched() as spent:
            started = perf_counter()
            place.browser.get(path)
            spent["whole"] = (perf_counter() - started) * 1000
        spent["template"] -= spent["rows"]
        del spent[PART_OF_PAGE]
        spent["all else"] = 2 * spent["whole"] - sum(spent.values())
        for part, milliseconds in spent.items():
            found[part].append(milliseconds)
    return {part: median(figures[2:]) for part, figures in found.items()}


@contextmanager
def _watched() -> Iterator[dict[str, float]]:
    """Adds up milliseconds by part while it is open."""
    spent: dict[str, float] = defaultdict(float)
    kept = [(where, name, getattr(where, name)) for where, name in WATCHED]
    make_rows, render, find = (function for _where, _name, function in kept)

    def rows(self: Overview) -> Iterator[Any]:
        started = perf_counter()
        made = list(make_rows(self))
        spent["rows"] += (perf_counter() - started) * 1000
        return iter(made)

    def found(*args: Any) -> Any:
        started = perf_counter()
        page = find(*args)
        spent[PAGE] += (perf_counter() - started) * 1000 - sum(spent.get(part, 0) for part in ("count", "audit event"))
        return page

    def rendered(self: Template, *args: Any, **kwargs: Any) -> Any:
        started = perf_counter()
        text = render(self, *args, **kwargs)
        spent["template"] += (perf_counter() - started) * 1000
        return text

    def timed(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        started = perf_counter()
        result = execute(sql, parameters, many, context)
        spent[_purpose(sql)] += (perf_counter() - started) * 1000
        return result

    for (where, name), watched in zip(WATCHED, (rows, rendered, found), strict=True):
        setattr(where, name, watched)
    try:
        with connection.execute_wrapper(timed):
            yield spent
    finally:
        for where, name, function in kept:
            setattr(where, name, function)


def _purpose(sql: str) -> str:
    table = TABLE.search(sql)
    name = next((group for group in table.groups() if group), "") if table else ""
    return PARTS.get(name, "count" if "COUNT(" in sql else PART_OF_PAGE)
