"""Periods, deadlines and shared administration, as the data says."""

from datetime import date

import pytest

from indberet.definition.approval import ApprovalPlan, Delegation, last_finished_quarter, load_dues, mistakes
from indberet.definition.code_lists import Certainty
from indberet.definition.errors import DefinitionError
from tests.people import ADULTS, CHILDREN


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2026, 11, 22), "2015K1-2026K3"),
        (date(2026, 9, 30), "2015K1-2026K2"),
        (date(2026, 10, 1), "2015K1-2026K3"),
        (date(2027, 2, 12), "2015K1-2026K4"),
        (date(2027, 6, 30), "2015K1-2026K4"),
        (date(2027, 7, 1), "2015K1-2027K2"),
    ],
)
def test_the_series_ends_with_the_last_quarter_that_is_over(day, label):
    plan = ADULTS.approval
    assert plan.round(plan.year_on(day), day).label == label


def test_a_year_approved_before_it_is_over_is_renewed_afterwards():
    plan = CHILDREN.approval
    before, after = plan.round(2026, date(2026, 11, 22)), plan.round(2026, date(2027, 1, 2))
    assert (before.label, before.through) == ("2026", date(2026, 11, 22))
    assert before.through >= before.wanted
    assert before.through < after.wanted == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("year", "deadline"),
    [(2021, date(2022, 2, 11)), (2023, date(2024, 2, 12)), (2025, date(2026, 2, 12)), (2026, date(2027, 2, 12))],
)
def test_a_year_with_a_row_of_its_own_has_its_own_deadline(year, deadline):
    assert ADULTS.approval.deadline(year) == deadline


def test_reports_are_due_on_the_14th():
    assert CHILDREN.approval.report_deadline(date(2026, 11, 22)) == date(2026, 11, 14)


def test_only_three_years_can_be_approved():
    plan = ADULTS.approval
    assert plan.years_on(date(2026, 11, 22)) == (2026, 2025, 2024)
    with pytest.raises(KeyError):
        plan.round(2027, date(2026, 11, 22))
    with pytest.raises(KeyError):
        plan.round(2023, date(2026, 11, 22))


def test_ishoej_approves_for_vallensbaek_but_for_two_sections():
    plan, day = ADULTS.approval, date(2026, 11, 22)
    assert plan.responsible("187", "§ 107", day) == "183"
    assert plan.responsible("187", "§ 95", day) == "187"
    assert plan.responsible("187", "§ 96", day) == "187"
    assert plan.responsible("155", "§ 95", day) == "185"
    assert plan.acts_for("183", day) == ("187",)
    assert CHILDREN.approval.responsible("187", "§ 90, nr. 1", day) == "187"


def test_a_delegation_holds_between_its_dates():
    row = Delegation(
        municipality="187",
        acting="183",
        since=date(2024, 1, 1),
        until=date(2025, 12, 31),
        certainty=Certainty.INVENTED,
        source="a test",
    )
    plan = ApprovalPlan(covers="year", since=date(2022, 1, 1), table="years", dues=(), delegations=(row,))
    days = (date(2023, 12, 31), date(2024, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    assert [plan.responsible("187", "§ 1", day) for day in days] == ["187", "183", "183", "187"]
    assert [plan.acts_for("183", day) for day in days] == [(), ("187",), ("187",), ()]


def test_every_row_has_a_source_and_a_certainty():
    for statistic in (ADULTS, CHILDREN):
        for row in (*statistic.approval.dues, *statistic.approval.delegations):
            assert row.source
            assert row.certainty in Certainty


def test_mistakes_in_the_data_are_told(tmp_path):
    file = tmp_path / "deadlines.csv"
    file.write_text("kind,year,month,day,remind,certainty,source,note\nyearly,,2,30,,CONFIRMED,x,\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"deadlines.csv:2: kind is 'yearly'"):
        load_dues(file)
    told = mistakes(ADULTS.approval, tables=(), sections=(), municipalities=("183",))
    assert "the approval names unknown table 'approval'" in told
    assert "delegations.csv names unknown municipality '187'" in told
    assert "delegations.csv names unknown section '§ 95'" in told


def test_the_last_finished_quarter_of_a_leap_year():
    assert last_finished_quarter(date(2024, 4, 1)) == date(2024, 3, 31)
    assert last_finished_quarter(date(2024, 1, 1)) == date(2023, 12, 31)
