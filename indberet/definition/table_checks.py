"""Start-up checks of report tables: a table that cannot be computed or shown stops the start."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register

from .errors import DefinitionError
from .registry import statistics
from .statistic import Statistic
from .tables import Columns, Measure, Rows, Table, everything
from .texts import LANGUAGES

FITTING: dict[Rows, tuple[tuple[Columns, ...], ...]] = {
    Rows.SECTIONS: (
        (Columns.QUARTERS,),
        (Columns.YEARS,),
        (Columns.QUARTERS, Columns.YEARS),
        (Columns.ROUNDS,),
        (Columns.TODAY,),
        (Columns.FIELDS,),
    ),
    Rows.DAYS: ((Columns.CHANGES,),),
    Rows.RULES: ((Columns.FINDINGS,),),
}
"""Which columns can stand above which rows."""


@register()
def check_tables(**kwargs: Any) -> list[CheckMessage]:
    """All findings about all statistics' tables."""
    try:
        found = statistics()
    except (DefinitionError, OSError):
        return []  # told by the checks of definitions
    return [
        Error(f"{statistic.id}: {text}", id=id)
        for statistic in found
        for id, check in TABLE_CHECKS
        for text in check(statistic)
    ]


def _ids(statistic: Statistic) -> Iterator[str]:
    if not statistic.tables:
        yield "it has no report table"
    for id, count in Counter(table.id for table in statistic.tables).items():
        if count > 1:
            yield f"table id '{id}' is used {count} times"
        if not id.isidentifier() or id != id.lower():
            yield f"table id '{id}' cannot stand in an address, expected small letters and _"


def _texts(statistic: Statistic) -> Iterator[str]:
    for table in statistic.tables:
        for language in LANGUAGES:
            for key in (f"tables.{table.id}.title", f"tables.{table.id}.note"):
                if key not in statistic.texts.by_language[language]:
                    yield f"text '{key}' is missing in texts.{language}.toml"


def _shapes(statistic: Statistic) -> Iterator[str]:
    for table in statistic.tables:
        yield from (f"table '{table.id}': {text}" for text in _shape(table))


def _shape(table: Table) -> Iterator[str]:
    if table.columns not in FITTING[table.rows]:
        yield f"columns {', '.join(table.columns)} cannot stand above rows of {table.rows}"
    if not table.measures:
        yield "it has no measure"
    if table.by_period != (table.since is not None):
        yield f"since is {table.since}, expected a day for periods and none for other columns"
    yield from _counting(table)
    yield from _showing(table)


def _counting(table: Table) -> Iterator[str]:
    if table.by_period and Measure.RECORDS in table.measures:
        yield "records are counted by change and finding, not by period; a period has services"
    if table.columns in ((Columns.TODAY,), (Columns.ROUNDS,)) and table.population is not everything:
        yield "what runs on the day and what can be approved is counted over everything"
    if Measure.ERRORS in table.measures and table.columns != (Columns.ROUNDS,):
        yield "records with errors are counted by what can be approved; elsewhere findings are"
    if table.grouping and len(table.columns) > 1:
        yield "groups need quarters or years, not both"
    if Measure.FULL_TIME in table.measures and (not table.by_period or table.grouping):
        yield "full-time services need periods and no groups"


def _showing(table: Table) -> Iterator[str]:
    if (table.compared or table.charted or table.grouping) and not table.by_period:
        yield "only periods can be compared, charted or grouped"
    if table.charted and table.charted not in table.measures:
        yield f"charted measure '{table.charted}' is not among its measures"


def _lists(statistic: Statistic) -> Iterator[str]:
    for table in statistic.tables:
        if table.grouping and table.grouping.code_list not in statistic.code_lists:
            yield f"table '{table.id}' names unknown code list '{table.grouping.code_list}'"


def _sections(statistic: Statistic) -> Iterator[str]:
    """A code without a section could be neither shown in a table nor approved."""
    if not statistic.has_field("service_code"):
        yield "there is no field 'service_code', by which tables have their rows"
        return
    for row in statistic.codes_of("service_code").rows:
        if row.selectable and not row.get("section"):
            yield f"service code '{row.code}' has no section"


TABLE_CHECKS: tuple[tuple[str, Callable[[Statistic], Iterator[str]]], ...] = (
    ("indberet.E021", _ids),
    ("indberet.E022", _texts),
    ("indberet.E023", _shapes),
    ("indberet.E024", _lists),
    ("indberet.E025", _sections),
)
