"""What the nightly run sends, to whom it could not, and what becomes of that."""

import signal
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command

from indberet.nightly.models import Step
from indberet.nightly.run import run_night
from tests.nightly.given import FEW, contacts_of
from tests.people import TODAY


@pytest.mark.django_db
def test_who_cannot_be_reminded_is_told_by_name(log_in):
    contacts_of("183")
    page = run_night(TODAY).page
    assert "NOTE: late and without a contact to write to (2): Odense, Aarhus" in page
    assert "1 reminders\n" in page
    told = log_in("stine").get("/office/nightly/").content.decode()
    assert "Fuldført, med bemærkning" in told
    assert "har ingen kontaktperson (2): Odense, Aarhus" in told


@pytest.mark.django_db
def test_all_is_well_when_everybody_can_be_reminded():
    contacts_of(*FEW)
    page = run_night(TODAY).page
    assert "nightly run of 2026-11-22: all well" in page
    assert "NOTE" not in page


class Stopping(EmailBackend):
    """Somebody asks the run to stop while it talks to the server."""

    def send_messages(self, messages):
        signal.raise_signal(signal.SIGTERM)
        return super().send_messages(messages)


@pytest.mark.django_db
def test_a_run_that_is_stopped_keeps_what_it_sent_and_ends_with_143(settings):
    contacts_of(*FEW)
    settings.EMAIL_BACKEND = f"{__name__}.Stopping"
    with pytest.raises(CommandError) as stopped:
        call_command("nightly", "--quiet", "--jobs", "1")
    assert stopped.value.returncode == 143
    assert len(mail.outbox) == 1
    step = Step.unscoped.get(name="e-mails")
    assert (step.state, step.counts["sent"], step.failures) == ("running", 1, [])
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "6 e-mails sent, 0 wait" in run_night(TODAY).page
    assert len(mail.outbox) == 6


class Refusing(EmailBackend):
    """A server that knows nobody."""

    def send_messages(self, messages):
        raise SMTPRecipientsRefused({message.to[0]: (550, b"unknown: a@b.example") for message in messages})


@pytest.mark.django_db
def test_a_mail_that_is_refused_is_told_with_municipality_and_reason_until_it_is_given_up(settings, clock):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    contacts_of("461")
    for day in (22, 23, 24):
        night = run_night(clock.on(f"2026-11-{day}").date())
        assert night.failed
        assert "  ! 461 Odense: SMTPRecipientsRefused 550\n" in night.page
        assert "a@b.example" not in night.page
    night = run_night(clock.on("2026-11-25").date())
    assert not night.failed
    assert "NOTE: the mail server refuses the contact's address, so no more is sent to it (1): Odense" in night.page


class Silent(EmailBackend):
    """A server that does not answer."""

    def send_messages(self, messages):
        raise TimeoutError("timed out")


@pytest.mark.django_db
def test_a_mail_server_that_does_not_answer_is_told_once(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Silent"
    contacts_of(*FEW)
    step = run_night(TODAY).steps.get(name="e-mails")
    assert step.failures == ["mail server: TimeoutError"]
    assert (step.counts["sent"], step.counts["waiting"]) == (0, 6)
