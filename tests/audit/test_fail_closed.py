"""What cannot be told of in the trail is not done and not shown (ASVS 16.5.3); what was overruled is told of."""

import pytest
from django.db import DatabaseError

from indberet.audit.models import Event
from indberet.register.delete import delete_records
from indberet.register.find import find_person
from indberet.register.models import Case, Finding, Record
from indberet.register.save import RulesBroken, save_record, version_of, warning_key
from indberet.register.values import record_values
from tests.people import ADULT, ADULTS, ANNA, TODAY, adult_values, new_token, posted, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_trail(monkeypatch):
    """Events cannot be written from now on."""

    def refuse():
        def fails(*args, **kwargs):
            raise DatabaseError("no room on the disk")

        monkeypatch.setattr(Event, "save", fails)

    return refuse


@pytest.fixture
def anna(log_in):
    from indberet.pages.contacts import save_contact

    save_contact(ANNA, ADULTS, {"name": "Anna", "phone": "12345678", "email": "anna@example.dk"})
    client = log_in("anna")
    client.raise_request_exception = False
    return client


def test_a_record_is_not_saved(anna, no_trail):
    no_trail()
    assert anna.post("/adults/records/new/", posted(adult_values())).status_code == 500
    assert not Record.unscoped.exists()
    assert not Case.unscoped.exists()


def test_a_record_is_not_deleted(no_trail):
    record = save()
    no_trail()
    with pytest.raises(DatabaseError):
        delete_records(scope=ANNA, statistic=ADULTS, record_ids=[record.pk])
    assert Record.unscoped.get().deleted_at is None


@pytest.mark.parametrize("path", ["/adults/own/", "/adults/records/{}/", "/adults/deleted/"])
def test_nobody_is_shown(anna, no_trail, path):
    record = save()
    no_trail()
    answer = anna.get(path.format(record.pk))
    assert answer.status_code == 500
    assert ADULT[:6] not in answer.content.decode()


def test_nobody_is_searched_for(no_trail):
    save()
    no_trail()
    with pytest.raises(DatabaseError):
        find_person(ANNA, ADULTS, cpr=ADULT)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_no_file_is_handed_out(anna, no_trail, format):
    from indberet.export.models import Export

    save()
    no_trail()
    answer = anna.post(f"/adults/own/export/{format}/", {"whole": "yes"})
    assert answer.status_code == 500
    assert not Export.unscoped.exists()


def test_accepting_a_warning_without_a_change_is_told_of():
    record = save(start=TODAY.replace(year=2029))
    broken = list(Finding.unscoped.filter(record=record))
    assert broken, "a start in three years is warned of"
    Finding.unscoped.filter(record=record).update(accepted_at=None)
    record = Record.unscoped.select_related("case").get()
    values = record_values(ADULTS, record)
    told = {"scope": ANNA, "statistic": ADULTS, "values": values, "record": record, "today": TODAY}
    before = Event.objects.count()
    with pytest.raises(RulesBroken) as warned:
        save_record(**told, token=new_token(), version=version_of(record.case, record))
    assert Event.objects.count() == before
    seen = {warning_key(found, ADULTS.values(values, TODAY)) for found in warned.value.broken}
    for _twice in range(2):
        saved = save_record(**told, token=new_token(), accepted=seen)
        assert not saved.changed
    event = Event.objects.get(action="accept")
    assert (event.actor, event.record, event.cases) == (ANNA.identity.subject, record.pk, [record.case_id])
    assert event.detail == {"overruled": [found.rule for found in broken]}
