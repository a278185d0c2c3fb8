"""Rules about a person in two municipalities, of which neither learns what the other has stored."""

from datetime import date

import pytest

from indberet.audit.models import Event
from indberet.register.delete import restore_records
from indberet.register.findings import refresh
from indberet.register.models import Case, Finding, Record
from indberet.register.save import RulesBroken
from tests.people import (
    AARHUS,
    ADULT,
    ADULTS,
    ANNA,
    CARLA,
    CHILDREN,
    ODENSE,
    OTHER_ADULT,
    SUPPORT,
    TODAY,
    child_values,
    save,
)
from tests.register.beside import (
    LONG_STAY,
    change,
    delete,
    deliver,
    refused,
    rules_of,
    severity_of,
)

pytestmark = pytest.mark.django_db

ELSEWHERE = {"by": CARLA, "paying_municipality": AARHUS}


@pytest.fixture
def in_odense():
    """A long stay in Odense, with values that nobody else has."""
    return save(start=date(2024, 5, 17), end=date(2026, 3, 9), p_number="1001234567", **LONG_STAY)


@pytest.mark.requirement("A17")
def test_a_stay_in_another_municipality_is_refused_without_telling_anything_of_it(in_odense):
    (found,) = refused(**ELSEWHERE).values()
    assert found.rule.id == "A-STAY-ELSEWHERE"
    assert found.others == ()
    for secret in ("17.05.2024", "2024", "09.03.2026", "2026", "1.8.1", ODENSE, "Odense", "1001234567", "Anna"):
        assert secret not in found.message
    assert "01.02.2025-" in found.message


@pytest.mark.requirement("A17")
@pytest.mark.parametrize(
    ("start", "end"), [(date(2024, 1, 1), date(2024, 5, 16)), (date(2026, 3, 10), None)], ids=["before", "after"]
)
def test_stays_one_after_the_other_in_two_municipalities(in_odense, start, end):
    assert save(start=start, end=end, **ELSEWHERE).severity == 0
    assert severity_of(in_odense) == 0


@pytest.mark.requirement("A17")
def test_moving_from_one_municipality_to_another_may_take_one_day(in_odense):
    assert save(start=in_odense.end, **ELSEWHERE).severity == 0
    assert not Finding.unscoped.exists()


@pytest.mark.requirement("A17")
def test_a_day_offer_in_another_municipality_is_right(in_odense):
    assert save(service_code="1.1", **ELSEWHERE).severity == 0


@pytest.mark.requirement("A17")
def test_one_service_in_two_municipalities_is_still_two_stays():
    save()
    assert set(refused(by=CARLA, service_uuid=SUPPORT)) >= {"A-STAY-ELSEWHERE"}


@pytest.mark.requirement("A17")
def test_a_deleted_stay_elsewhere_stands_in_nobodys_way(in_odense):
    delete(in_odense)
    assert save(**ELSEWHERE).severity == 0


@pytest.fixture
def delivered(in_odense):
    """A stay at the same time, that a system in Aarhus delivered."""
    record = save(start=date(2026, 4, 1), **ELSEWHERE)
    deliver(record, start=date(2025, 2, 1))
    return record


def test_what_a_system_delivers_is_stored_and_found_in_both(in_odense, delivered):
    assert rules_of(in_odense) == rules_of(delivered) == ["A-STAY-ELSEWHERE"]
    assert severity_of(in_odense) == severity_of(delivered) == 2


def test_ending_the_stay_clears_the_other_municipalitys_finding(in_odense, delivered):
    change(in_odense, end=date(2025, 1, 31))
    assert rules_of(in_odense) == rules_of(delivered) == []
    assert severity_of(in_odense) == severity_of(delivered) == 0


def test_deleting_clears_and_restoring_brings_back_the_other_municipalitys_finding(in_odense, delivered):
    deletion = delete(in_odense)
    assert (rules_of(delivered), severity_of(delivered)) == ([], 0)
    restore_records(scope=ANNA, statistic=ADULTS, deletion=deletion.id)
    assert rules_of(in_odense) == rules_of(delivered) == ["A-STAY-ELSEWHERE"]
    assert severity_of(delivered) == 2


def test_the_record_stays_refused_until_its_dates_are_right(in_odense, delivered):
    with pytest.raises(RulesBroken, match="A-STAY-ELSEWHERE"):
        change(in_odense, p_number="1009999999")
    assert change(in_odense, end=date(2025, 1, 31)).changed


def test_the_other_municipality_is_not_told_by_the_trail(in_odense, delivered):
    before = set(Event.objects.values_list("id", flat=True))
    change(in_odense, end=date(2025, 1, 31))
    restore_records(scope=ANNA, statistic=ADULTS, deletion=delete(in_odense).id)
    events = list(Event.objects.exclude(id__in=before))
    assert {event.municipality for event in events} == {ODENSE}
    assert {case for event in events for case in event.cases} == {in_odense.case_id}
    assert not {event.record for event in events} & {delivered.pk}


def test_nothing_but_the_finding_changes_in_the_other_municipality(in_odense, delivered):
    kept = Record.unscoped.values("version", "changed_at", "changed_by", "start", "end")
    case = Case.unscoped.values("version", "changed_at", "own_records", "all_records")
    before = (kept.get(pk=delivered.pk), case.get(pk=delivered.case_id))
    change(in_odense, end=date(2025, 1, 31))
    assert (kept.get(pk=delivered.pk), case.get(pk=delivered.case_id)) == before


# Correcting the CPR number


def test_correcting_the_cpr_number_into_a_stay_elsewhere_is_refused():
    save(cpr=OTHER_ADULT, **ELSEWHERE)
    with pytest.raises(RulesBroken, match="A-STAY-ELSEWHERE"):
        change(save(), cpr=OTHER_ADULT)
    assert Case.unscoped.get(municipality=ODENSE).cpr == ADULT


def test_correcting_the_cpr_number_moves_the_findings_of_the_whole_case():
    """The stay is not the record that is saved: it gets its finding, and so does the one elsewhere."""
    foreign = save(cpr=OTHER_ADULT, **ELSEWHERE)
    stay, day_offer = save(), save(service_code="1.1")
    change(day_offer, cpr=OTHER_ADULT)
    assert rules_of(stay) == rules_of(foreign) == ["A-STAY-ELSEWHERE"]
    assert severity_of(stay) == severity_of(foreign) == 2
    change(day_offer, cpr=ADULT)
    assert rules_of(stay) == rules_of(foreign) == []
    assert severity_of(stay) == severity_of(foreign) == 0


def test_correcting_the_cpr_number_judges_every_service_by_the_new_age():
    young, grown_up = child_values()["cpr"], "0405064004"  # 18 years on 4 May 2024
    first, second = save(CHILDREN), save(CHILDREN, service_code="004", start=date(2023, 1, 1))
    with pytest.raises(RulesBroken, match="C-ADULT-AT-START"):
        change(first, cpr=grown_up)
    Case.unscoped.update(cpr=grown_up)
    refresh(CHILDREN, [first.case_id], today=TODAY)
    assert (rules_of(first), rules_of(second)) == (["C-ADULT-AT-START"], ["C-OPEN-AT-18"])
    change(first, cpr=young)
    assert rules_of(first) == rules_of(second) == []
    assert severity_of(first) == severity_of(second) == 0
