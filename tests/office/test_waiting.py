"""Reminders that wait for the mail server are true on the day on which they are sent, or are not sent."""

from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from indberet.approval.mail import send_waiting
from indberet.approval.models import Mail
from indberet.office.models import Reminder
from indberet.office.reminders import due_today, remind
from indberet.office.waiting import renew_waiting
from indberet.pages.models import Contact
from tests.approval.given import give
from tests.people import CHILDREN, ODENSE, TODAY

pytestmark = pytest.mark.django_db
EVERY = [section.name for section in CHILDREN.sections_on(TODAY)]


class Refusing(EmailBackend):
    """A server that knows everybody at .example but Anna."""

    def send_messages(self, messages):
        for message in messages:
            if message.to == ["anna@odense.example"]:
                raise SMTPRecipientsRefused({message.to[0]: (550, b"unknown user anna@odense.example")})
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def anna(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.MEMO_DIR = tmp_path
    return a_contact("anna@odense.example")


def a_contact(email):
    return Contact.unscoped.create(
        statistic="children", municipality=ODENSE, name="A", phone="12345678", email=email, changed_by="x"
    )


def reminded(clock, day):
    """Those that are late are reminded, but the mail server does not answer."""
    today = clock.on(day).date()
    for late in [late for late in due_today(CHILDREN, today) if late.occasion.kind == "approval"]:
        remind(late, None)
    return Mail.unscoped.get(sent_at=None, dropped_at=None)


def sent_on(clock, day):
    """What comes when the server answers on a later day."""
    renewed = renew_waiting(clock.on(day).date())
    send_waiting()
    return renewed, mail.outbox


def test_who_has_approved_since_is_not_reminded(clock):
    reminded(clock, "2027-01-29")
    give(*EVERY, today=clock.on("2027-01-30").date())
    mail.outbox.clear()
    renewed, sent = sent_on(clock, "2027-02-01")
    assert (renewed.over, sent) == (1, [])
    assert Reminder.unscoped.count() == 1
    assert not sent_on(clock, "2027-02-02")[0].over


def test_what_is_sent_later_says_how_things_are_then(clock):
    reminded(clock, "2027-01-29")
    give(EVERY[0], today=clock.on("2027-01-30").date())
    mail.outbox.clear()
    ((found,),) = [sent_on(clock, "2027-02-01")[1]]
    assert "er 12.02.2027. 7 paragraffer mangler" in found.body
    assert "Opgjort 01.02.2027." in found.body


@pytest.mark.parametrize("day", ["2027-02-09", "2027-02-27", "2027-03-20"])
def test_a_later_reminder_takes_over_and_long_after_the_deadline_there_is_none(clock, day):
    reminded(clock, "2027-01-29")
    renewed, sent = sent_on(clock, day)
    assert (renewed.over, sent) == (1, [])


def test_a_reminder_is_sent_to_the_address_of_today(clock, anna):
    reminded(clock, "2027-01-29")
    Contact.unscoped.filter(pk=anna.pk).update(email="new@odense.example")
    assert [found.to for found in sent_on(clock, "2027-02-01")[1]] == [["new@odense.example"]]


def test_who_takes_a_contacts_place_gets_the_reminder(clock, anna):
    reminded(clock, "2027-01-29")
    anna.delete()
    a_contact("bo@odense.example")
    assert [found.to for found in sent_on(clock, "2027-02-01")[1]] == [["bo@odense.example"]]


def test_an_address_that_is_refused_is_given_up_until_it_is_corrected(clock, anna, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    reminded(clock, "2027-01-29")
    for day in ("2027-01-29", "2027-01-30", "2027-01-31"):
        assert not sent_on(clock, day)[0].given_up
    renewed, sent = sent_on(clock, "2027-02-01")
    assert (renewed.given_up, sent) == ([ODENSE], [])
    assert Mail.unscoped.get().attempts == 3
    Contact.unscoped.filter(pk=anna.pk).update(email="anne@odense.example")
    renewed, sent = sent_on(clock, "2027-02-02")
    assert not renewed.given_up
    assert [found.to for found in sent] == [["anne@odense.example"]]


def test_what_was_given_up_is_forgotten_when_it_is_over(clock, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    reminded(clock, "2027-01-29")
    Mail.unscoped.update(refusals=3)
    assert sent_on(clock, "2027-02-01")[0].given_up == [ODENSE]
    assert not sent_on(clock, "2027-03-20")[0].given_up
    assert not sent_on(clock, "2027-03-20")[0].over
