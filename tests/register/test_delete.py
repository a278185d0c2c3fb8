"""Deleting, restoring and purging."""

from datetime import timedelta

import pytest
from django.utils import timezone

from indberet.access.scope import NoPrivilege
from indberet.audit.models import Event
from indberet.register.delete import delete_records, purge, restore_records
from indberet.register.find import find_page
from indberet.register.listing import Listing
from indberet.register.models import Case, Record, Submission
from indberet.register.view_state import ViewState
from tests.people import ADULTS, ANNA, BO, CARLA, OTHER_ADULT, save, scope

pytestmark = pytest.mark.django_db


def delete(*records, by=ANNA):
    return delete_records(scope=by, statistic=ADULTS, record_ids=[record.pk for record in records])


def shown(view="records"):
    listing = Listing(statistic=ADULTS, municipality="461", kind="own")
    return [row.pk for row in find_page(ANNA, listing, ViewState(view=view)).rows]


@pytest.mark.requirement("A21")
def test_deleting_a_cases_only_service_deletes_the_case():
    record = save()
    assert shown("cases") == [record.case_id]
    deletion = delete(record)
    assert (deletion.records, deletion.cases) == (1, 1)
    assert shown() == shown("cases") == []


@pytest.mark.requirement("C15")
def test_deleting_one_of_two_services_keeps_the_case():
    first, second = save(), save(service_code="1.1")
    deletion = delete(first)
    assert (deletion.records, deletion.cases) == (1, 0)
    assert shown() == [second.pk]
    assert Case.unscoped.get().own_records == 1


def test_what_was_deleted_together_comes_back_together():
    first, second = save(), save(cpr=OTHER_ADULT)
    deletion = delete(first, second)
    assert restore_records(scope=BO, statistic=ADULTS, deletion=deletion.id) == 2
    assert sorted(shown()) == sorted([first.pk, second.pk])
    assert restore_records(scope=BO, statistic=ADULTS, deletion=deletion.id) == 0
    assert [case.own_records for case in Case.unscoped.all()] == [1, 1]


def test_a_case_deleted_and_entered_again_is_one_case_when_restored():
    first = save()
    deletion = delete(first)
    save(service_code="1.1")
    restore_records(scope=ANNA, statistic=ADULTS, deletion=deletion.id)
    assert Case.unscoped.get().own_records == 2


def test_another_municipality_neither_deletes_nor_restores():
    record = save()
    assert delete(record, by=CARLA).records == 0
    deletion = delete(record)
    assert restore_records(scope=CARLA, statistic=ADULTS, deletion=deletion.id) == 0
    assert Record.unscoped.get().deleted_at


def test_deleting_needs_the_privilege():
    record = save()
    with pytest.raises(NoPrivilege):
        delete(record, by=scope("Lone", "461", "read"))


def test_what_came_from_a_system_is_not_deleted_here():
    record = save()
    Record.unscoped.update(source="system")
    assert delete(record).records == 0


def test_deleting_twice_deletes_once():
    record = save()
    assert delete(record).records == 1
    assert delete(record).records == 0
    assert Case.unscoped.get().own_records == 0


def test_every_deletion_leaves_an_event():
    record = save()
    deletion = delete(record)
    event = Event.objects.get(action="delete")
    assert event.detail == {"deletion": str(deletion.id), "records": [record.pk]}
    assert event.cases == [record.case_id]


def test_purging_after_thirty_days_and_not_before():
    kept, gone = save(), save(cpr=OTHER_ADULT)
    delete(gone)
    assert purge(now=timezone.now() + timedelta(days=29)) == 0
    assert purge(now=timezone.now() + timedelta(days=31)) > 0
    assert list(Record.unscoped.all()) == [kept]
    assert list(Case.unscoped.all()) == [kept.case]
    assert not Submission.unscoped.exists()


def test_two_hundred_are_deleted_at_once():
    records = [save(service_code="1.17", offer_uuid="", service_uuid="", p_number="", department_uuid="")]
    case = records[0].case
    Record.unscoped.bulk_create(
        Record(
            statistic="adults",
            municipality="461",
            case=case,
            start=records[0].start,
            created_at=timezone.now(),
            changed_at=timezone.now(),
        )
        for _ in range(199)
    )
    Case.unscoped.update(own_records=200, all_records=200)
    deletion = delete(*Record.unscoped.all())
    assert (deletion.records, deletion.cases) == (200, 1)
    assert Case.unscoped.get().own_records == 0
