"""Two people, or two clicks, at the same moment."""

from datetime import date
from threading import Event
from time import sleep

import pytest

from indberet.register.delete import delete_records, restore_records
from indberet.register.findings import refresh, write
from indberet.register.models import Case, Finding, Record
from indberet.register.recheck import recheck
from indberet.register.save import Conflict, RulesBroken, save_record, version_of
from indberet.register.values import record_values
from tests.at_once import at_once
from tests.people import (
    AARHUS,
    ADULT,
    ADULTS,
    ANNA,
    BO,
    CARLA,
    OFFER,
    OTHER_ADULT,
    STAY,
    TODAY,
    adult_values,
    new_token,
    save,
)

pytestmark = pytest.mark.django_db(transaction=True)

A_FEW_TIMES = pytest.mark.parametrize("time", range(5))


def creating(token, by=ANNA, **changes):
    values = adult_values(**changes)
    return lambda: save_record(scope=by, statistic=ADULTS, values=values, token=token, today=TODAY)


def test_two_clicks_on_opret_save_once():
    token = new_token()
    found = at_once(creating(token), creating(token), creating(token))
    assert sorted(saved.repeated for saved in found) == [False, True, True]
    assert len({saved.record.pk for saved in found}) == 1
    assert Record.unscoped.count() == 1
    assert Case.unscoped.get().own_records == 1


def test_two_colleagues_entering_the_same_person_make_one_case():
    found = at_once(creating(new_token()), creating(new_token(), BO, service_code="1.1"))
    assert not any(isinstance(saved, Exception) for saved in found), found
    assert Case.unscoped.get().own_records == 2


def test_two_colleagues_saving_the_same_service_one_is_told():
    record = save()
    version = version_of(record.case, record)
    values = record_values(ADULTS, Record.unscoped.get())

    def saving(by, p_number):
        return lambda: save_record(
            scope=by,
            statistic=ADULTS,
            values={**values, "p_number": p_number},
            token=new_token(),
            record=record,
            version=version,
            today=TODAY,
        )

    found = at_once(saving(ANNA, "1003456781"), saving(BO, "1003456782"))
    assert sum(isinstance(saved, Conflict) for saved in found) == 1, found
    assert Record.unscoped.get().version == 2


def test_two_clicks_on_gem_save_once():
    record = save()
    values = {**record_values(ADULTS, Record.unscoped.get()), "p_number": "1003456781"}
    sent = {"values": values, "token": new_token(), "version": version_of(record.case, record)}

    def click():
        opened = Record.unscoped.select_related("case").get()
        return save_record(scope=ANNA, statistic=ADULTS, record=opened, today=TODAY, **sent)

    found = at_once(click, click, click)
    assert sorted(saved.repeated for saved in found) == [False, True, True], found
    assert Record.unscoped.get().version == 2


def test_two_colleagues_deleting_the_same_service_count_it_once():
    record = save()
    found = at_once(
        *[lambda by=by: delete_records(scope=by, statistic=ADULTS, record_ids=[record.pk]) for by in (ANNA, BO)]
    )
    assert sorted(deletion.records for deletion in found) == [0, 1]
    assert Case.unscoped.get().own_records == 0


# Rules across records hold when two save at the same moment


def adding(record, by=ANNA, **changes):
    """One more service on the case of that record."""
    values, token = adult_values(**changes), new_token()
    return lambda: save_record(scope=by, statistic=ADULTS, values=values, case=record.case, token=token, today=TODAY)


def changing(record, by=ANNA, **changes):
    values = {**record_values(ADULTS, Record.unscoped.get(pk=record.pk)), **changes}
    token, opened = new_token(), Record.unscoped.select_related("case").get(pk=record.pk)
    return lambda: save_record(
        scope=by, statistic=ADULTS, values=values, record=opened, version="", token=token, today=TODAY
    )


def deleting(record, by=ANNA):
    return lambda: delete_records(scope=by, statistic=ADULTS, record_ids=[record.pk])


def exactly_one_wins(found, rule):
    """One was saved; the other was refused by the rule, and nothing that is stored breaks any."""
    refused = [each for each in found if isinstance(each, RulesBroken)]
    assert len(refused) == len(found) - 1, found
    assert {broken.rule.id for each in refused for broken in each.broken} == {rule}
    assert not Finding.unscoped.exists()
    assert nothing_to_recheck()


def nothing_to_recheck():
    return refresh(ADULTS, list(Case.unscoped.values_list("id", flat=True)), today=TODAY) == 0


@A_FEW_TIMES
def test_the_same_service_entered_by_two_is_stored_once(time):
    found = at_once(creating(new_token()), creating(new_token(), BO))
    exactly_one_wins(found, "A-DUPLICATE")
    assert Case.unscoped.get().own_records == 1


@A_FEW_TIMES
@pytest.mark.requirement("A17")
def test_two_stays_of_a_new_citizen_in_one_municipality(time):
    found = at_once(creating(new_token()), creating(new_token(), BO, service_code="1.8.1"))
    exactly_one_wins(found, "A-STAY-OVERLAP")


@A_FEW_TIMES
@pytest.mark.requirement("A17")
def test_two_stays_on_one_case(time):
    record = save(service_code="1.1")
    found = at_once(adding(record), adding(record, BO, service_code="1.8.1"))
    exactly_one_wins(found, "A-STAY-OVERLAP")


@A_FEW_TIMES
@pytest.mark.requirement("A17")
def test_two_stays_of_a_case_are_moved_into_each_other(time):
    first, second = save(end=date(2025, 3, 31)), save(start=date(2025, 6, 1))
    found = at_once(changing(first, end=date(2025, 5, 15)), changing(second, BO, start=date(2025, 5, 1)))
    exactly_one_wins(found, "A-STAY-OVERLAP")


@A_FEW_TIMES
@pytest.mark.requirement("A17")
def test_two_stays_of_a_new_citizen_in_two_municipalities(time):
    found = at_once(creating(new_token()), creating(new_token(), CARLA, paying_municipality=AARHUS))
    exactly_one_wins(found, "A-STAY-ELSEWHERE")


@A_FEW_TIMES
@pytest.mark.requirement("A17")
def test_two_stays_on_the_cases_of_two_municipalities(time):
    odense, aarhus = save(service_code="1.1"), save(service_code="1.4", by=CARLA)
    found = at_once(adding(odense), adding(aarhus, CARLA))
    exactly_one_wins(found, "A-STAY-ELSEWHERE")


@A_FEW_TIMES
@pytest.mark.requirement("A17")
def test_stays_in_two_municipalities_are_moved_into_each_other(time):
    odense, aarhus = save(end=date(2025, 3, 31)), save(by=CARLA, start=date(2025, 6, 1))
    found = at_once(changing(odense, end=date(2025, 5, 15)), changing(aarhus, CARLA, start=date(2025, 5, 1)))
    exactly_one_wins(found, "A-STAY-ELSEWHERE")


@A_FEW_TIMES
@pytest.mark.requirement("A17")
def test_a_cpr_number_is_corrected_while_the_other_municipality_enters_a_stay(time):
    stay = save()
    found = at_once(changing(stay, cpr=OTHER_ADULT), creating(new_token(), CARLA, cpr=OTHER_ADULT))
    exactly_one_wins(found, "A-STAY-ELSEWHERE")


@A_FEW_TIMES
@pytest.mark.requirement("A17")
def test_two_correct_their_cpr_numbers_to_the_same_one(time):
    odense, aarhus = save(), save(cpr="0505905004", by=CARLA)
    found = at_once(changing(odense, cpr=OTHER_ADULT), changing(aarhus, CARLA, cpr=OTHER_ADULT))
    exactly_one_wins(found, "A-STAY-ELSEWHERE")


@A_FEW_TIMES
def test_two_change_places_and_nobody_waits_for_ever(time):
    """Each corrects to the number that the other leaves."""
    odense, aarhus = save(service_code="1.1"), save(service_code="1.1", cpr=OTHER_ADULT, by=CARLA)
    found = at_once(changing(odense, cpr=OTHER_ADULT), changing(aarhus, CARLA, cpr=ADULT))
    assert all(getattr(each, "changed", False) for each in found), found
    assert nothing_to_recheck()


@A_FEW_TIMES
def test_saving_and_deleting_at_once_leaves_right_findings(time):
    """A system delivered a stay in Aarhus that clashes with the one in Odense, and everybody tidies up at once."""
    odense, other, aarhus = save(), save(service_code="1.1"), save(service_code="1.1", by=CARLA)
    Record.unscoped.filter(pk=aarhus.pk).update(service_code="1.8.2")
    refresh(ADULTS, [odense.case_id], today=TODAY)
    assert Finding.unscoped.filter(rule="A-STAY-ELSEWHERE").count() == 2
    found = at_once(
        deleting(odense),
        changing(other, BO, p_number="1009999999"),
        changing(odense, BO, end=date(2025, 1, 31), start=date(2025, 1, 1)),
        deleting(aarhus, CARLA),
        changing(aarhus, CARLA, start=date(2025, 3, 1)),
    )
    unexpected = [each for each in found if isinstance(each, Exception) and "Operational" in type(each).__name__]
    assert not unexpected, found
    assert nothing_to_recheck()


@A_FEW_TIMES
def test_deleting_one_of_a_pair_while_the_other_is_saved_leaves_right_findings(time):
    first, second = save(service_code="1.1"), save(service_code="1.1", start=date(2025, 6, 1))
    found = at_once(deleting(first), changing(second, BO, target_group="303deb9b-84f0-49d2-ab7a-f8b98eed40a2"))
    assert not any(isinstance(each, Exception) for each in found), found
    assert nothing_to_recheck()
    assert not Finding.unscoped.filter(record=second.pk).exists()


@A_FEW_TIMES
def test_restoring_a_stay_while_one_is_entered_elsewhere_leaves_right_findings(time):
    gone = save()
    deletion = delete_records(scope=ANNA, statistic=ADULTS, record_ids=[gone.pk])
    restored, _entered = at_once(
        lambda: restore_records(scope=ANNA, statistic=ADULTS, deletion=deletion.id),
        creating(new_token(), CARLA),
    )
    assert restored == 1
    assert nothing_to_recheck()


def test_a_save_and_a_recheck_write_the_same_finding_once(monkeypatch):
    """A recheck is about to write, for one municipality, what a save in another one finds there meanwhile."""
    reached = Event()

    def write_late(*args):
        reached.set()
        sleep(0.3)
        write(*args)

    monkeypatch.setattr("indberet.register.recheck.AT_A_TIME", 1)
    monkeypatch.setattr("indberet.register.recheck.write", write_late)
    aarhus, stay, day_offer = save(service_code="1.1", by=CARLA), save(), save(service_code="1.1")
    Record.unscoped.filter(pk=aarhus.pk).update(service_code="1.8.2", offer_uuid=OFFER, service_uuid=STAY)
    saving = changing(day_offer, BO, p_number="1009999999")
    found = at_once(lambda: recheck(ADULTS, today=TODAY, anew=True), lambda: reached.wait(10) and saving())
    assert not any(isinstance(each, Exception) for each in found), found
    assert nothing_to_recheck()
    assert Finding.unscoped.filter(record__in=[aarhus, stay]).count() == 2
