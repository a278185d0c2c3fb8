"""Values for tests that try whatever somebody may have typed, delivered or stored; `whole_values` are mostly right."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from indberet.definition import fields
from indberet.definition.statistic import Statistic
from indberet.definition.values import RecordValues
from tests.people import AARHUS, ADULT, CHILD, FITTING, ODENSE, OFFER, OTHER_ADULT, PLACE, STAY, SUPPORT

Values = dict[str, Any]
FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)
DATES = st.dates(FIRST, LAST)
EDGES = st.sampled_from(
    [date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1), date(2026, 11, 22)]
)
TEXTS = st.text(st.characters(exclude_characters="{}"), max_size=40)
NUMBERS = st.sampled_from([ADULT, OTHER_ADULT, CHILD, "2902004004", "0405064004", "0000000000", "6202800006", "123"])
RECENT = st.dates(date(2022, 1, 1), date(2027, 12, 31)) | EDGES


def any_values(statistic: Statistic) -> st.SearchStrategy[Values]:
    """Values of the right types and otherwise of any kind, for some or all of the fields."""
    return st.fixed_dictionaries({}, optional={field.name: _any_value(statistic, field) for field in statistic.fields})


def any_record(statistic: Statistic) -> st.SearchStrategy[RecordValues]:
    """A record of such values, asked on any day, entered on any, and perhaps tried on another."""
    return st.builds(
        lambda values, today, entered, on: statistic.values(values, today, entered=entered, on=on),
        any_values(statistic),
        DATES | EDGES,
        st.none() | DATES | EDGES,
        st.none() | DATES | EDGES,
    )


def whole_values(statistic: Statistic) -> st.SearchStrategy[Values]:
    """Values as a form gives them, all in the right form; many of them break no rule."""
    return st.fixed_dictionaries({field.name: _readable(statistic, field) for field in statistic.fields}).map(_in_order)


def _any_value(statistic: Statistic, field: fields.Field) -> st.SearchStrategy:
    nothing = st.sampled_from([None, field.empty])
    if isinstance(field, fields.Date):
        return nothing | DATES | EDGES
    if isinstance(field, fields.Codes):
        return nothing | st.lists(_codes(statistic, field) | TEXTS, max_size=3).map(tuple)
    if isinstance(field, fields.Code):
        return nothing | _codes(statistic, field) | TEXTS
    return nothing | TEXTS | NUMBERS | st.sampled_from(list(PLACE.values()))


def _codes(statistic: Statistic, field: fields.Code | fields.Codes) -> st.SearchStrategy[str]:
    return st.sampled_from([row.code for row in statistic.code_lists[field.code_list].rows])


def _readable(statistic: Statistic, field: fields.Field) -> st.SearchStrategy:
    """What a person may have typed into the field and the form reads."""
    usual = {
        "cpr": st.sampled_from([ADULT, ADULT, CHILD, OTHER_ADULT]),
        "udl": st.sampled_from(["", "", "", "AB-17"]),
        "start": RECENT,
        "end": st.none() | RECENT,
        "p_number": st.sampled_from([PLACE["p_number"], PLACE["p_number"], "", "1009999999"]),
        "department_uuid": st.sampled_from([PLACE["department_uuid"], PLACE["department_uuid"], ""]),
        "offer_uuid": st.sampled_from([OFFER, *(pair[0] for pair in FITTING.values()), ""]),
        "service_uuid": st.sampled_from([STAY, SUPPORT, *(pair[1] for pair in FITTING.values()), ""]),
        "paying_municipality": st.sampled_from([ODENSE, AARHUS]),
    }
    if field.name in usual:
        return usual[field.name]
    if isinstance(field, fields.Date):
        return st.none() | st.dates(date(2006, 1, 1), date(2024, 1, 1))
    if isinstance(field, fields.Digits):
        return st.sampled_from(["", "1" * field.length])
    if not isinstance(field, fields.Code | fields.Codes):
        return st.sampled_from(["", PLACE["department_uuid"] if isinstance(field, fields.Uuid) else "Ann"])
    known = statistic.codes_of(field.name)
    offered = [row.code for row in known.on(date(2025, 3, 1)) or known.rows if row.selectable]
    if isinstance(field, fields.Codes):
        return st.lists(st.sampled_from(offered[:8]), max_size=2, unique=True).map(tuple)
    return st.sampled_from([*offered[:8], ""])


def _in_order(values: Values) -> Values:
    """Mostly an end after the start."""
    start, end = values["start"], values["end"]
    if end and end < start and (start - end).days % 5:
        values["end"] = start + timedelta(days=(start - end).days % 400)
    return values
