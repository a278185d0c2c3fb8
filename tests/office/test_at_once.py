"""Several runs of `indberet reminders` at the same moment."""

import pytest
from django.core import mail

from indberet.approval.mail import send_waiting
from indberet.approval.models import Mail
from indberet.office.models import Reminder
from indberet.office.reminders import due_today, remind
from indberet.office.waiting import renew_waiting
from indberet.pages.contacts import save_contact
from tests.at_once import at_once
from tests.people import ANNA, CHILDREN, ODENSE


@pytest.mark.django_db(transaction=True)
def test_three_runs_at_once_send_each_reminder_once_and_none_fails(clock, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    save_contact(ANNA, CHILDREN, {"name": "Anna", "phone": "12345678", "email": "anna@odense.example"})
    today = clock.on("2027-02-09").date()
    due = [late for late in due_today(CHILDREN, today) if late.municipality.code == ODENSE]
    assert due

    def run():
        for late in due:
            remind(late, tmp_path)
        renew_waiting(today)
        return send_waiting().not_taken

    assert at_once(run, run, run) == [[], [], []]
    assert Mail.unscoped.count() == Reminder.unscoped.count() == len(mail.outbox) == len(due)
