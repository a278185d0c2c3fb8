"""How days are counted, and a record as conditions and rules see it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indberet.definition.cpr import is_cpr
from indberet.definition.dates import months_after, years_after
from indberet.definition.rules import ERROR, INFO, WARNING, Scope, rule
from tests.people import ADULT, ADULTS, AUTISM, CHILDREN, OTHER_ADULT, PLACE, SUPPORT, TODAY, adult_values, child_values

DAYS = st.dates(date(2025, 1, 1), date(2025, 3, 1))
PERIODS = st.tuples(DAYS, DAYS)


def a_record(**changes):
    return ADULTS.values(adult_values(**changes), TODAY)


def a_period(start, end):
    return a_record(start=start, end=end)


@pytest.mark.parametrize(
    ("day", "years", "found"),
    [
        (date(2007, 11, 22), 18, date(2025, 11, 22)),
        (date(2004, 2, 29), 18, date(2022, 3, 1)),
        (date(2004, 2, 29), 20, date(2024, 2, 29)),
        (date(2004, 2, 28), 18, date(2022, 2, 28)),
        (date(2000, 2, 29), 100, date(2100, 3, 1)),
        (date(2004, 2, 29), 0, date(2004, 2, 29)),
        (date(2006, 12, 31), 18, date(2024, 12, 31)),
    ],
)
def test_years_are_counted_as_birthdays_are(day, years, found):
    assert years_after(day, years) == found


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2025, 1, 1), 6, date(2025, 7, 1)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 2, 29), 6, date(2024, 8, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 12, 31), 1, date(2026, 1, 31)),
        (date(2025, 6, 15), 0, date(2025, 6, 15)),
    ],
)
def test_months_end_on_the_last_day_of_a_shorter_one(day, months, found):
    assert months_after(day, months) == found


def test_a_stored_cpr_number_has_the_form_in_which_it_is_read():
    assert is_cpr(ADULT)
    assert is_cpr("2902004004")


@pytest.mark.parametrize(
    "digits",
    [
        "",
        "020280000",
        "02028000061",
        "020280-0006",
        "020280000X",
        "٠٢٠٢٨٠٠٠٠٦",
        "3102800006",
        "2902013004",
        "6202800006",
        "0000000000",
    ],
)
def test_other_texts_are_no_cpr_number(digits):
    assert not is_cpr(digits)


@given(own=PERIODS, other=PERIODS)
def test_days_shared_are_those_that_are_days_of_both(own, other):
    both = set(range(own[0].toordinal(), own[1].toordinal() + 1))
    both &= set(range(other[0].toordinal(), other[1].toordinal() + 1))
    assert a_period(*own).days_shared(a_period(*other)) == len(both) == a_period(*other).days_shared(a_period(*own))


@pytest.mark.parametrize(
    ("own", "other", "days"),
    [
        ((date(2025, 1, 1), date(2025, 1, 31)), (date(2025, 1, 31), None), 1),
        ((date(2025, 1, 1), date(2025, 1, 31)), (date(2025, 2, 1), None), 0),
        ((date(2025, 1, 1), date(2025, 1, 31)), (date(2024, 1, 1), date(2026, 1, 1)), 31),
        ((date(2025, 1, 1), date(2025, 1, 1)), (date(2025, 1, 1), date(2025, 1, 1)), 1),
        ((date(2025, 2, 1), date(2025, 1, 1)), (date(2025, 1, 1), None), 0),
        ((None, date(2025, 1, 1)), (date(2025, 1, 1), None), 0),
    ],
)
def test_first_and_last_day_count(own, other, days):
    assert a_period(*own).days_shared(a_period(*other)) == days


def test_two_open_services_share_days_for_ever():
    assert a_period(date(2025, 1, 1), None).days_shared(a_period(date(2020, 1, 1), None)) > 365 * 1_000


def test_codes_are_looked_up_on_another_day_to_try_a_coming_law():
    values = adult_values(start=date(2024, 12, 31))
    assert not ADULTS.values(values, TODAY).service.has("needs_ffb")
    tried = ADULTS.values(values, TODAY, on=date(2025, 1, 1))
    assert tried.service.has("needs_ffb")
    assert (tried.date, tried.start) == (date(2025, 1, 1), date(2024, 12, 31))


def test_a_new_record_is_entered_today_and_a_stored_one_when_it_was():
    assert a_record().entered == TODAY
    assert ADULTS.values(adult_values(), TODAY, entered=date(2024, 6, 1)).entered == date(2024, 6, 1)


def test_a_record_without_a_start_has_todays_date():
    assert a_record(start=None).date == TODAY


def test_a_birth_date_is_told_by_the_cpr_number_or_reported():
    assert a_record().born == date(1980, 2, 2)
    assert a_record(cpr="").born is None
    assert a_record(cpr="nonsense").born is None
    without = child_values(cpr="", udl="AB-17", birth_date=date(2016, 5, 4))
    assert CHILDREN.values(without, TODAY).born == date(2016, 5, 4)


@pytest.mark.requirement("A18")
def test_records_that_differ_in_ydelses_uuid_only_are_one_service():
    assert a_record().is_one_service_with(a_record(service_uuid=SUPPORT))
    assert a_record().is_one_service_with(a_record(target_group="x"))
    for change in ({"p_number": "1009999999"}, {"start": date(2025, 3, 1)}, {"paying_municipality": "751"}):
        assert not a_record().is_one_service_with(a_record(**change))


def test_a_statistic_without_a_key_knows_no_service_of_several_records():
    child = CHILDREN.values(child_values(), TODAY)
    assert not child.is_one_service_with(child)


def test_nothing_and_an_empty_text_are_the_same():
    assert a_record(p_number="").same(a_record(p_number=None), "p_number", "target_group")
    assert not a_record().same(a_record(target_group=AUTISM, cpr=OTHER_ADULT), "cpr")


def test_rules_are_in_force_from_their_first_day_to_their_last():
    ids = {day: {rule.id for rule in ADULTS.rules_on(day)} for day in (date(2024, 12, 31), date(2025, 1, 1))}
    assert "A-RESIDENCE-UNANSWERED" in ids[date(2025, 1, 1)] - ids[date(2024, 12, 31)]
    assert ids[date(2024, 12, 31)] <= ids[date(2025, 1, 1)]


def test_a_rule_with_a_last_day():
    @rule("A-X", ERROR, fields=("start",), source="x", since=date(2025, 1, 1), until=date(2025, 12, 31))
    def never_holds(record):
        return False

    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)]
    assert [never_holds.applies_on(day) for day in days] == [False, True, True, False]


def test_what_is_broken_comes_worst_first_and_informations_give_no_finding():
    record = a_record(start=date(2025, 2, 1), end=date(2025, 1, 1), department_uuid="", offer_uuid=None)
    told = ADULTS.check(record)
    severities = [found.rule.severity for found in told]
    assert severities == sorted(severities, reverse=True)
    assert severities[-1] == INFO
    assert WARNING not in {rule.severity for rule, _others in ADULTS.broken(a_record())}
    assert {found.rule.id for found in told if found.rule.severity != INFO} == {
        rule.id for rule, _others in ADULTS.broken(record)
    }


def test_a_rule_beside_others_names_those_of_the_case_and_none_from_elsewhere():
    stay = a_record(start=date(2024, 5, 1), p_number="1009999999")
    (overlap,) = [found for found in ADULTS.check(a_record(), [stay]) if found.rule.scope == Scope.CASE]
    assert overlap.others == (stay,)
    assert "01.05.2024" in overlap.message
    (elsewhere,) = [found for found in ADULTS.check(a_record(), (), [stay]) if found.rule.scope == Scope.PERSON]
    assert elsewhere.others == ()
    assert "2024" not in elsewhere.message


def test_a_place_is_whole_or_not_there():
    for part in PLACE:
        ids = {found.rule.id for found in ADULTS.check(a_record(service_code="1.12.0.2", **{part: ""}))}
        assert "A-PLACE-PAIR" in ids
    without = a_record(service_code="1.12.0.2", **dict.fromkeys(PLACE, ""))
    assert "A-PLACE-PAIR" not in {found.rule.id for found in ADULTS.check(without)}
