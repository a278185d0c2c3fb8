"""What the office sees of reminders: whether they have left, not whether they were written."""

import pytest
from django.utils import timezone

from indberet.approval.models import Mail
from indberet.office.models import Reminder
from indberet.office.overview import rows_of
from indberet.office.reminders import due_today, remind
from indberet.pages.contacts import save_contact
from tests.people import ANNA, CHILDREN, ODENSE

pytestmark = pytest.mark.django_db


def contact(email, **changes):
    values = {"name": "Anna", "phone": "12345678", "digital_post": False}
    return save_contact(ANNA, CHILDREN, {**values, "email": email, **changes})


@pytest.fixture
def written(clock, tmp_path):
    """Writes the reminder of approval that is due to Odense."""

    def write():
        today = clock.on("2027-02-09").date()
        (late,) = (
            late
            for late in due_today(CHILDREN, today)
            if late.municipality.code == ODENSE and late.occasion.kind == "approval"
        )
        remind(late, tmp_path)
        return today

    return write


def counted(today):
    return next(row.reminders for row in rows_of(CHILDREN, today, "2026") if row.municipality.code == ODENSE)


def told(log_in):
    page = log_in("stine").get("/office/children/461/").content.decode()
    return " ".join(page.partition('id="reminders"')[2].partition("</ul>")[0].split())


def send(*emails):
    Mail.unscoped.filter(to__in=emails).update(sent_at=timezone.now())


def test_one_that_waits_for_the_mail_server_has_not_left(written, log_in):
    contact("anna@odense.example")
    today = written()
    assert counted(today) == 0
    assert "(1 e-mail) <strong>E-mail ikke sendt</strong>" in told(log_in)
    send("anna@odense.example")
    assert counted(today) == 1
    assert "(1 e-mail)</li>" in told(log_in)


def test_one_of_two(written, log_in):
    contact("anna@odense.example")
    contact("bo@odense.example")
    today = written()
    send("bo@odense.example")
    assert counted(today) == 1
    assert "(2 e-mails) <strong>1 e-mail ikke sendt</strong>" in told(log_in)


def test_digital_post_has_left_when_it_is_in_the_outbox(written, log_in):
    contact("anna@odense.example", digital_post=True)
    contact("bo@odense.example")
    assert counted(written()) == 1
    assert "(1 e-mail, Digital Post) <strong>E-mail ikke sendt</strong>" in told(log_in)


def test_an_e_mail_whose_contact_another_has_replaced_is_not_missed(written, log_in):
    contact("anna@odense.example")
    today = written()
    first = Mail.unscoped.get()
    other = f"{first.key.rpartition(' ')[0]} 999"
    Mail.unscoped.create(**{**_values(first), "key": other, "sent_at": timezone.now()})
    assert counted(today) == 1
    assert "ikke sendt" not in told(log_in)


def test_the_key_of_a_reminder_begins_those_of_its_e_mails(written):
    contact("anna@odense.example")
    written()
    assert Mail.unscoped.get().key.startswith(f"{Reminder.unscoped.get().key} ")


def _values(mail):
    return {field.attname: getattr(mail, field.attname) for field in Mail._meta.fields if field.name != "id"}
