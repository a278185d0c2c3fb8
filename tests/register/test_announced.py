"""What is announced: marks in the form for codes that come and go, new fields, and what becomes obligatory."""

from dataclasses import replace
from datetime import date

import pytest

from indberet.definition.code_lists import CodeList
from indberet.register.forms import RecordForm
from tests.people import ADULTS, AUTISM, TODAY, adult_values

COMING = date(2027, 1, 1)
LAST = date(2026, 12, 31)
ESCORT, NEW, ENDS = "1.13.4", "9.9", "1.17"


def _services():
    """The service codes where from 2027 one asks for a place, one is new, and one is gone."""
    rows = []
    for row in ADULTS.code_lists["services"].rows:
        if row.code == ESCORT:
            later = replace(row, since=COMING, properties={**row.properties, "needs_place": "yes"})
            rows += [replace(row, until=LAST), later]
        elif row.code == ENDS:
            rows += [replace(row, until=LAST), replace(row, code=NEW, labels={"da": "Ny ydelse"}, since=COMING)]
        else:
            rows.append(row)
    return CodeList("services", rows)


@pytest.fixture(scope="module")
def statistic():
    fields = tuple(
        replace(field, since=COMING) if field.name == "functional_level" else field for field in ADULTS.fields
    )
    groups = ADULTS.code_lists["target_groups"]
    rows = [replace(row, until=LAST) if row.code == AUTISM else row for row in groups.rows]
    lists = {"services": _services(), "target_groups": CodeList("target_groups", rows)}
    return replace(ADULTS, fields=fields, code_lists={**ADULTS.code_lists, **lists})


def form(statistic, **changes):
    values = {**adult_values(service_code=ESCORT), **changes}
    return RecordForm(statistic, today=TODAY, values=values)


def marks(statistic, name, **changes):
    return form(statistic, **changes).fields[name].marks


def test_a_code_that_is_announced_says_from_when(statistic):
    labels = dict(form(statistic, start=date(2027, 2, 1)).fields["service_code"].widget.choices)
    assert "varslet, gælder fra 01.01.2027" in labels[NEW]
    assert "varslet" not in labels[ESCORT]
    assert "varslet, gælder fra 01.01.2027" in marks(statistic, "service_code", start=COMING, service_code=NEW)


def test_an_announced_code_is_not_offered_before_its_day(statistic):
    assert NEW not in dict(form(statistic, start=LAST).fields["service_code"].widget.choices)


@pytest.mark.requirement("A11")
def test_a_chosen_code_that_ends_says_when(statistic):
    assert "gælder til og med 31.12.2026" in marks(statistic, "service_code", service_code=ENDS)
    assert marks(statistic, "target_group") == ["gælder til og med 31.12.2026"]


def test_a_code_that_goes_on_in_another_period_does_not_end(statistic):
    assert not any("gælder til" in mark for mark in marks(statistic, "service_code"))


def test_a_code_that_has_ended_is_not_announced():
    ended = form(ADULTS, start=date(2024, 5, 1), target_group="1.1.1")
    assert ended.fields["target_group"].marks == []


def test_a_new_field_says_from_when(statistic):
    assert "functional_level" not in form(statistic).fields
    assert "nyt felt fra 01.01.2027" in marks(statistic, "functional_level", start=COMING)


@pytest.mark.requirement("A16")
def test_a_field_that_becomes_obligatory_says_from_when(statistic):
    assert marks(statistic, "p_number") == ["skal udfyldes for ydelser fra 01.01.2027"]
    assert not form(statistic).fields["p_number"].required
    assert marks(statistic, "p_number", start=COMING) == []
    assert form(statistic, start=COMING).fields["p_number"].required


def test_a_change_that_has_come_is_not_announced():
    assert marks(ADULTS, "p_number", start=date(2024, 5, 1), service_code="1.8.2") == []


def test_codes_in_a_tree_carry_the_marks_too(statistic):
    html = str(form(statistic, secondary_target_groups=(AUTISM,), target_group="")["secondary_target_groups"])
    assert html.count("gælder til og med 31.12.2026") == 1
    assert "gælder til" not in str(form(statistic)["secondary_target_groups"])
