"""Sending e-mails: one that cannot be sent now is sent later, and none twice because somebody stopped the program."""

import os
import signal
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from indberet.approval.mail import HELD_FOR, send_waiting, write_mail
from indberet.approval.models import Mail
from indberet.stopping import Stopped, stoppable, whole

pytestmark = pytest.mark.django_db
TRIED: list[object] = []


class Stopping(EmailBackend):
    """Somebody asks the program to stop while it talks to the server."""

    def send_messages(self, messages):
        os.kill(os.getpid(), signal.SIGTERM)
        return super().send_messages(messages)


class Failing(EmailBackend):
    """Fails with what the test wants."""

    wrong: Exception

    def send_messages(self, messages):
        TRIED.append(messages)
        raise self.wrong


@pytest.fixture(autouse=True)
def server(settings, monkeypatch):
    TRIED.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    def fails(wrong):
        monkeypatch.setattr(Failing, "wrong", wrong, raising=False)
        settings.EMAIL_BACKEND = f"{__name__}.Failing"

    return fails


def mails(count):
    for number in range(count):
        write_mail(
            key=f"k {number}", statistic="adults", municipality="461", to="a@b.example", subject=f"s {number}", body="b"
        )


def test_who_is_asked_to_stop_finishes_the_mail_under_way_and_no_other(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Stopping"
    mails(3)
    with pytest.raises(Stopped), stoppable():
        send_waiting()
    assert Mail.unscoped.exclude(sent_at=None).count() == len(mail.outbox) == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_waiting().sent == 2
    assert sorted(found.subject for found in mail.outbox) == ["s 0", "s 1", "s 2"]


def test_elsewhere_one_stops_at_once():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Stopped), stoppable(), whole():
        signal.raise_signal(signal.SIGTERM)
    with pytest.raises(Stopped), stoppable():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_mail_that_another_process_is_sending_is_no_failure():
    mails(2)
    Mail.unscoped.filter(key="k 0").update(taken_at=timezone.now() - HELD_FOR + timedelta(minutes=1))
    found = send_waiting()
    assert (found.sent, found.waiting, found.not_taken, found.unreached) == (1, 1, [], "")
    Mail.unscoped.filter(key="k 0").update(taken_at=timezone.now() - HELD_FOR - timedelta(minutes=1))
    assert send_waiting().sent == 1


def test_a_server_that_does_not_answer_is_not_asked_for_every_mail(server):
    server(TimeoutError("timed out"))
    mails(8)
    found = send_waiting()
    assert (found.sent, found.waiting, found.unreached) == (0, 8, "TimeoutError")
    assert len(TRIED) == 2


@pytest.mark.parametrize(
    ("wrong", "kind", "refusals"),
    [
        (SMTPRecipientsRefused({"a@b.example": (550, b"no a@b.example")}), "SMTPRecipientsRefused 550", 1),
        (SMTPRecipientsRefused({"a@b.example": (450, b"later")}), "SMTPRecipientsRefused 450", 0),
        (SMTPDataError(554, b"spam"), "SMTPDataError 554", 0),
        (UnicodeError("label too long"), "UnicodeError", 1),
    ],
)
def test_a_mail_that_is_not_taken_is_no_reason_to_stop(server, wrong, kind, refusals):
    server(wrong)
    mails(3)
    found = send_waiting()
    assert {each.failure_kind for each in found.not_taken} == {kind}
    assert len(found.not_taken) == len(TRIED) == 3
    assert set(Mail.unscoped.values_list("refusals", "dropped_at")) == {(refusals, None)}


def test_a_mail_sent_twice_after_a_crash_is_known_again():
    mails(2)
    send_waiting()
    Mail.unscoped.filter(key="k 0").update(sent_at=None)
    send_waiting()
    ids = [found.message()["Message-ID"] for found in mail.outbox]
    assert ids[2] == ids[0] != ids[1]
