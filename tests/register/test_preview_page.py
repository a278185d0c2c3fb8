"""The page that tries a coming day."""

from datetime import date

import pytest

from indberet.audit.models import Event
from indberet.pages.contacts import save_contact
from tests.people import ADULTS, ANNA, CARLA, OTHER_ADULT, save

pytestmark = pytest.mark.django_db
PAGE = "/adults/preview/"
WITHOUT_FFB = {"start": date(2024, 6, 1), "offer_uuid": "", "service_uuid": ""}


@pytest.fixture
def anna(log_in):
    save_contact(ANNA, ADULTS, {"name": "Anna", "phone": "12345678", "email": "anna@example.dk"})
    return log_in("anna")


def test_it_proposes_the_day_on_which_the_law_changes_next(anna, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 11, 22))
    assert 'value="01.01.2027"' in anna.get(PAGE).content.decode()
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2027, 3, 1))
    assert 'value="01.07.2027"' in anna.get(PAGE).content.decode()


def test_it_counts_by_rule_and_opens_the_records(anna):
    record = save(**WITHOUT_FFB)
    save(by=CARLA, cpr=OTHER_ADULT, **WITHOUT_FFB)
    page = anna.get(PAGE, {"on": "01012027"}).content.decode()
    assert "Hvis kravene den 01.01.2027 gjaldt" in page
    assert "1 post løber på den dag eller senere. 1 af dem" in page
    assert "020280" not in page
    page = anna.get(PAGE, {"on": "01012027", "rule": "A-OFFER-UUID-REQUIRED"}).content.decode()
    assert "020280-0006" in page
    assert f"/adults/records/{record.pk}/" in page
    assert "030375" not in page
    event = Event.objects.filter(action="list").latest("id")
    assert event.detail["view"] == "preview"
    assert event.cases == [record.case_id]


def test_a_date_that_cannot_be_read_is_told_and_kept(anna):
    answer = anna.get(PAGE, {"on": "31.02.2027"})
    assert answer.status_code == 422
    assert "findes ikke i kalenderen" in answer.content.decode()
    assert 'value="31.02.2027"' in answer.content.decode()


def test_nothing_to_tell_is_told(anna):
    assert "Ingen poster ville bryde en regel" in anna.get(PAGE, {"on": "2027-01-01"}).content.decode()
