"""Rules across the records of a case, as saves, deletes and restores meet them."""

from datetime import date

import pytest

from indberet.register.delete import restore_records
from indberet.register.findings import refresh
from indberet.register.models import Case, Finding, Record
from indberet.register.save import RulesBroken, save_record, warning_key
from tests.people import (
    AARHUS,
    ADULTS,
    ANNA,
    BO,
    CARLA,
    CHILDREN,
    OTHER_ADULT,
    SUPPORT,
    TODAY,
    adult_values,
    new_token,
    save,
)
from tests.register.beside import (
    JULY,
    JUNE,
    LONG_STAY,
    MAY,
    REASON,
    change,
    delete,
    deliver,
    refused,
    rules_of,
    save_seen,
    severity_of,
)

pytestmark = pytest.mark.django_db

LEVEL = "5bdde847-2837-416b-ab63-bbff8b7aa531"


# One stay at a time, in one case


@pytest.mark.requirement("A17")
def test_a_second_stay_is_refused_and_told_which_one_is_there():
    save(start=date(2024, 5, 17), end=JUNE)
    found = refused(start=date(2025, 2, 1), **LONG_STAY)
    assert set(found) == {"A-STAY-OVERLAP"}
    message = found["A-STAY-OVERLAP"].message
    assert "1.8.2" in message
    assert "17.05.2024-01.06.2025" in message
    assert Record.unscoped.count() == 1


@pytest.mark.requirement("A17")
def test_a_stay_is_corrected_into_another_one():
    save(end=MAY)
    later = save(start=JUNE)
    with pytest.raises(RulesBroken, match="A-STAY-OVERLAP"):
        change(later, start=date(2025, 5, 1))
    assert Record.unscoped.get(pk=later.pk).start == JUNE


@pytest.mark.requirement("A17")
@pytest.mark.parametrize("code", ["1.8.1", "1.8.2", "1.12.0.1"])
def test_every_kind_of_stay_counts(code):
    save(start=date(2025, 1, 1), end=JULY, p_number="1009999999")
    offer = {"offer_uuid": "a7cbf55b-6906-4b2a-872e-c48b4d728837", "service_uuid": SUPPORT}
    assert "A-STAY-OVERLAP" in refused(service_code=code, **(offer if code == "1.12.0.1" else {}))


@pytest.mark.requirement("A17")
def test_a_day_offer_beside_a_stay_is_right():
    save()
    assert save(service_code="1.1").severity == 0
    assert save(service_code="1.4").severity == 0


@pytest.mark.requirement("A17")
def test_stays_that_follow_each_other_are_right():
    first, second = save(end=MAY), save(start=JUNE)
    assert (first.severity, second.severity) == (0, 0)
    assert not Finding.unscoped.exists()


@pytest.mark.requirement("A17")
def test_the_day_of_moving_may_count_twice_when_somebody_says_so():
    first = save(end=JUNE)
    assert set(refused(start=JUNE, **LONG_STAY)) == {"A-STAY-MOVING-DAY"}
    second = save_seen(start=JUNE, **LONG_STAY)
    assert rules_of(first) == rules_of(second) == ["A-STAY-MOVING-DAY"]
    assert severity_of(first) == severity_of(second) == 1


@pytest.mark.requirement("A17")
def test_two_shared_days_are_no_moving_day():
    save(end=JUNE)
    assert set(refused(start=MAY)) == {"A-STAY-OVERLAP"}


# One service may have several records


@pytest.mark.requirement("A18")
def test_records_that_differ_in_ydelses_uuid_only_are_one_stay():
    first, second = save(), save(service_uuid=SUPPORT)
    assert rules_of(first) == []
    assert "A-STAY-OVERLAP" not in rules_of(second)


@pytest.mark.requirement("A18")
@pytest.mark.parametrize("changes", [{"p_number": "1009999999"}, {"paying_municipality": AARHUS}])
def test_records_that_differ_in_more_are_two_stays(changes):
    save()
    assert "A-STAY-OVERLAP" in refused(service_uuid=SUPPORT, **changes)


@pytest.mark.requirement("A18")
def test_a_stay_of_several_records_is_ended_in_one_after_the_other_with_a_warning_meanwhile():
    first, second = save(), save(service_uuid=SUPPORT)
    with pytest.raises(RulesBroken, match="A-SAME-SERVICE-OVERLAP") as warned:
        change(first, end=date(2026, 1, 31))
    assert [found.rule.id for found in warned.value.broken] == ["A-SAME-SERVICE-OVERLAP"]
    ended = ADULTS.values(adult_values(end=date(2026, 1, 31)), TODAY)
    change(first, accepted={warning_key(found, ended) for found in warned.value.broken}, end=date(2026, 1, 31))
    change(second, end=date(2026, 1, 31))
    assert rules_of(first) == rules_of(second) == []


@pytest.mark.requirement("A18")
def test_one_stay_begins_on_one_day_in_all_its_records():
    save()
    assert set(refused(service_uuid=SUPPORT, start=MAY)) == {"A-SAME-SERVICE-OVERLAP"}


# The same service twice


def test_a_duplicate_is_refused():
    save()
    found = refused()
    assert set(found) == {"A-DUPLICATE"}
    assert "01.02.2025-" in found["A-DUPLICATE"].message


def test_a_childs_duplicate_is_refused_whatever_its_end():
    save(CHILDREN)
    assert set(refused(CHILDREN, end=date(2025, 12, 31))) == {"C-DUPLICATE"}


def test_another_persons_same_service_is_no_duplicate():
    save()
    assert save(cpr=OTHER_ADULT).severity == 0


def test_a_deleted_record_is_no_duplicate_until_it_is_restored():
    deletion = delete(gone := save())
    kept = save()
    assert restore_records(scope=ANNA, statistic=ADULTS, deletion=deletion.id) == 1
    assert rules_of(gone) == rules_of(kept) == ["A-DUPLICATE"]
    assert severity_of(gone) == severity_of(kept) == 2


def test_the_same_service_twice_at_a_time_warns_and_names_the_other():
    save(service_code="1.1", end=JULY)
    found = refused(service_code="1.1", start=JUNE)
    assert set(found) == {"A-SAME-SERVICE-OVERLAP"}
    assert "01.02.2025-01.07.2025" in found["A-SAME-SERVICE-OVERLAP"].message


# Accepting a warning about two records


def accepted(record):
    return set(Finding.unscoped.filter(record=record.pk).values_list("rule", "accepted_by", "reason"))


def test_what_is_accepted_on_one_record_of_a_pair_is_accepted_on_the_other():
    first = save(service_code="1.1")
    second = save_seen(service_code="1.1", start=JUNE, by=BO)
    assert accepted(first) == accepted(second) == {("A-SAME-SERVICE-OVERLAP", "Bo", REASON)}
    assert not change(first).changed
    assert change(first, p_number="1009999999").changed


def test_the_reason_is_kept_when_the_record_is_saved_again():
    save(service_code="1.1")
    second = save_seen(service_code="1.1", start=JUNE)
    change(second, by=BO, target_group="303deb9b-84f0-49d2-ab7a-f8b98eed40a2")
    assert accepted(second) == {("A-SAME-SERVICE-OVERLAP", "Anna", REASON)}


def test_a_warning_is_asked_again_when_its_values_change():
    first = save(service_code="1.1")
    second = save_seen(service_code="1.1", start=JUNE)
    for record in (first, second):
        with pytest.raises(RulesBroken, match="A-SAME-SERVICE-OVERLAP"):
            change(record, end=date(2026, 1, 31))


def test_a_warning_is_asked_again_when_one_more_record_breaks_it():
    first = save(service_code="1.1")
    save_seen(service_code="1.1", start=JUNE)
    third = save_seen(service_code="1.1", start=JULY, reason="Andet")
    assert accepted(third) == accepted(first) == {("A-SAME-SERVICE-OVERLAP", "Anna", "Andet")}


def test_other_records_own_warnings_are_not_accepted_along():
    first = save(service_code="1.1", start=date(2024, 1, 1))
    deliver(first, p_number="")
    assert rules_of(first) == ["A-PLACE-BEFORE-2025"]
    save_seen(service_code="1.1", start=JUNE)
    rows = dict(Finding.unscoped.filter(record=first.pk).values_list("rule", "accepted_by"))
    assert rows == {"A-PLACE-BEFORE-2025": "", "A-SAME-SERVICE-OVERLAP": "Anna"}


def test_deleting_one_of_a_pair_clears_the_other_and_restoring_brings_it_back():
    first = save(service_code="1.1")
    second = save_seen(service_code="1.1", start=JUNE)
    deletion = delete(second)
    assert (rules_of(first), severity_of(first)) == ([], 0)
    restore_records(scope=BO, statistic=ADULTS, deletion=deletion.id)
    assert rules_of(first) == rules_of(second) == ["A-SAME-SERVICE-OVERLAP"]
    assert severity_of(first) == severity_of(second) == 1


def test_ending_one_of_a_pair_clears_both():
    first = save(service_code="1.1")
    second = save_seen(service_code="1.1", start=JUNE)
    change(first, end=MAY)
    assert rules_of(first) == rules_of(second) == []
    assert severity_of(first) == severity_of(second) == 0


# The case's own values


def test_correcting_a_value_of_the_case_clears_the_finding_of_each_record():
    records = [save(functional_level=LEVEL), save(service_code="1.1"), save(service_code="1.4")]
    Case.unscoped.update(extra={"functional_level": "2"})
    refresh(ADULTS, [records[0].case_id], today=TODAY)
    assert [rules_of(record) for record in records] == [["A-FUNCTIONAL-LEVEL-LIST"]] * 3
    change(records[1], functional_level=LEVEL)
    assert [rules_of(record) for record in records] == [[]] * 3
    assert [severity_of(record) for record in records] == [0, 0, 0]


def test_every_save_leaves_what_a_recheck_finds():
    first = save(
        service_code="1.1", functional_level=LEVEL, secondary_target_groups=("303deb9b-84f0-49d2-ab7a-f8b98eed40a2",)
    )
    save_seen(service_code="1.1", start=JUNE)
    save(start=date(2024, 12, 31), end=date(2025, 3, 1), offer_uuid="", service_uuid="")
    change(first, end=MAY)
    delete(save(service_code="1.4"))
    save(by=CARLA, start=date(2025, 3, 2))
    assert refresh(ADULTS, Case.unscoped.values_list("id", flat=True), today=TODAY) == 0


def test_values_of_a_new_record_are_those_of_the_case_it_joins():
    save(functional_level=LEVEL)
    joined = save_record(
        scope=ANNA, statistic=ADULTS, values=adult_values(service_code="1.1"), token=new_token(), today=TODAY
    )
    assert joined.joined_case
    assert refresh(ADULTS, [joined.record.case_id], today=TODAY) == 0
