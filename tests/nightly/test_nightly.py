"""The nightly run: once a day, in order, resumable, one at a time, and one municipality does not stop the others."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from threading import Event

import pytest
from django.conf import settings as configured
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from indberet import cli
from indberet.approval.mail import write_mail
from indberet.nightly.lock import AtWork, alone, at_work
from indberet.nightly.models import Night, Step
from indberet.nightly.run import run_night
from indberet.nightly.steps import tasks
from indberet.office.models import Standing
from indberet.pages.models import Contact
from indberet.register.models import Recheck
from indberet.report.kept import run_failed
from indberet.report.models import Report, ReportRun, RunState
from tests.nightly.killers import make_killed_at_751
from tests.people import ANNA, CHILDREN, ODENSE, TODAY, save

FEW = ("461", "751", "183")


@pytest.fixture(autouse=True)
def few_municipalities(monkeypatch, settings, tmp_path):
    from indberet.office.overview import reporting

    few = [row for row in reporting() if row.code in FEW]
    for module in ("nightly.steps", "office.reminders", "office.waiting"):
        monkeypatch.setattr(f"indberet.{module}.reporting", lambda: few)
    settings.MEMO_DIR = settings.DATA_DIR = tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.mark.django_db
def test_it_does_everything_and_says_so_on_one_page():
    save(CHILDREN)
    night = run_night(TODAY)
    assert not night.failed
    assert [step.name for step in night.steps.order_by("id")] == [task.name for task in tasks()]
    assert Report.unscoped.count() == 2 * len(FEW)
    assert Standing.unscoped.get(statistic="children", municipality=ODENSE).records == 1
    assert "nightly run of 2026-11-22: nothing failed; read the NOTES" in night.page
    assert "3 of 3 reports stand" in night.page
    assert len(night.page.splitlines()) < 40
    assert ReportRun.unscoped.get(statistic="children", municipality="").state == RunState.DONE


def contacts_of(*codes):
    for statistic in ("adults", "children"):
        for code in codes:
            Contact.unscoped.create(
                statistic=statistic, municipality=code, name="A", phone="12345678", email="a@b.example", changed_by="x"
            )


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


@pytest.mark.django_db
def test_a_long_note_is_broken_into_lines(monkeypatch):
    from indberet.office.overview import reporting

    monkeypatch.setattr("indberet.office.reminders.reporting", reporting)
    page = run_night(TODAY).page
    assert "NOTE: late and without a contact to write to (9" in page
    note = [line for line in page.splitlines() if line.startswith("  ")]
    assert len(note) > 10
    assert max(map(len, note)) <= 110


@pytest.mark.django_db
def test_a_second_run_adds_to_what_the_first_did():
    contacts_of(*FEW)
    first = run_night(TODAY).steps.get(name="e-mails").counts
    assert (first["sent"], len(mail.outbox)) == (6, 6)
    write_mail(key="k", statistic="adults", municipality="461", to="a@b.example", subject="s", body="b")
    again = run_night(TODAY)
    assert again.steps.get(name="e-mails").counts["sent"] == 7
    assert "7 e-mails sent, 0 wait" in again.page


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


@pytest.mark.django_db
def test_monitoring_is_told_when_the_run_did_not_come_or_did_not_go_well(client, clock):
    """It is a quarter past ten, and the run is to be over at six."""

    def asked():
        response = client.get("/health/nightly/")
        return response.status_code, response.content.decode()

    assert asked() == (503, "There was no nightly run on 2026-11-22.")
    run_night(TODAY, steps=())
    assert asked() == (200, "ok")
    Night.unscoped.update(failed=True)
    assert asked() == (503, "Something failed in the nightly run of 2026-11-22.")
    Night.unscoped.update(finished_at=None)
    assert asked() == (503, "The nightly run of 2026-11-22 is not over.")
    Night.unscoped.update(finished_at=clock.now, failed=False)
    clock.now = clock.on("2026-11-23").replace(hour=5)
    assert asked() == (200, "ok")
    clock.on("2026-11-23")
    assert asked() == (503, "There was no nightly run on 2026-11-23.")


@pytest.mark.django_db
def test_the_office_sees_that_there_was_no_run(log_in):
    stine = log_in("stine")
    assert "Der er ingen kørsel den 22.11.2026." in stine.get("/office/nightly/").content.decode()
    run_night(TODAY, steps=())
    assert "Der er ingen kørsel den" not in stine.get("/office/nightly/").content.decode()


@pytest.mark.django_db
def test_twice_is_as_once(monkeypatch):
    run_night(TODAY)
    reports = list(Report.unscoped.order_by("id").values_list("id", "made_at"))
    monkeypatch.setattr("indberet.nightly.steps.recheck", None)
    monkeypatch.setattr("indberet.nightly.steps.reports", None)
    assert not run_night(TODAY).failed
    assert list(Report.unscoped.order_by("id").values_list("id", "made_at")) == reports
    assert Night.unscoped.count() == 1


@pytest.mark.django_db
def test_a_failing_municipality_does_not_stop_the_others(monkeypatch):
    from indberet.report import freeze as module

    right = module.freeze

    def broken(statistic, code, day):
        if code == "751":
            raise ValueError("about 020280-0006")
        return right(statistic, code, day)

    monkeypatch.setattr("indberet.report.freeze.freeze", broken)
    night = run_night(TODAY)
    assert night.failed
    assert Report.unscoped.count() == 2 * (len(FEW) - 1)
    step = night.steps.get(name="reports children")
    assert (step.state, step.failures) == ("failed", ["751: ValueError"])
    assert "! 751 Aarhus: ValueError" in night.page
    assert "020280" not in night.page
    assert ReportRun.unscoped.get(statistic="children", municipality="751").state == RunState.FAILED
    monkeypatch.setattr("indberet.report.freeze.freeze", right)
    again = run_night(TODAY)
    assert not again.failed
    assert Report.unscoped.count() == 2 * len(FEW)
    assert ReportRun.unscoped.get(statistic="children", municipality="751").state == RunState.DONE


@pytest.mark.django_db
def test_one_that_was_killed_goes_on_where_it_was(monkeypatch):
    from indberet.report import freeze as module

    right = module.freeze

    def killed(statistic, code, day):
        if statistic.id == "children" and Report.unscoped.filter(statistic="children").exists():
            raise KeyboardInterrupt
        return right(statistic, code, day)

    monkeypatch.setattr("indberet.report.freeze.freeze", killed)
    with pytest.raises(KeyboardInterrupt):
        run_night(TODAY)
    night = Night.unscoped.get()
    assert night.finished_at is None
    assert night.steps.get(name="reports children").state == "running"
    done = set(night.steps.filter(state="done").values_list("name", "ended_at"))
    assert {name for name, _at in done} == {"recheck adults", "recheck children", "reports adults"}
    monkeypatch.setattr("indberet.report.freeze.freeze", right)
    assert not run_night(TODAY).failed
    assert done <= set(Step.unscoped.values_list("name", "ended_at"))
    assert Report.unscoped.count() == 2 * len(FEW)


@pytest.mark.django_db
def test_a_step_that_breaks_is_told_and_the_next_ones_are_done(monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("x")

    monkeypatch.setattr("indberet.nightly.steps.recheck", broken)
    night = run_night(TODAY)
    assert night.failed
    assert night.steps.get(name="purge").state == "done"
    assert "2 steps FAILED" in night.page


@pytest.mark.django_db
def test_the_command_ends_with_1_when_something_failed(monkeypatch, capsys):
    def broken(*args, **kwargs):
        raise RuntimeError("x")

    monkeypatch.setattr("indberet.nightly.steps.purge", broken)
    assert cli.main(["nightly", "--jobs", "1"]) == 1
    assert "FAILED" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_command_prints_the_page():
    out = StringIO()
    call_command("nightly", "--quiet", "--jobs", "1", stdout=out)
    assert out.getvalue().strip() == Night.unscoped.get().page.strip()


HOLD = """
import os, sys, time
import django
django.setup()
from indberet.nightly.lock import alone
from indberet.one_at_a_time import me
from django.utils import timezone
from indberet.nightly.models import Night
with alone():
    Night.unscoped.update_or_create(day=timezone.localdate(), defaults={"holder": me(), "started_at": timezone.now()})
    print("held", os.getpid(), flush=True)
    time.sleep(60)
"""


def own_database() -> str:
    """The address of the tests' own database, for other processes."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "postgresql":
        return os.environ["INDBERET_TEST_DATABASE_URL"].replace("/indberet?", f"/{name}?")
    return f"sqlite:////{name.lstrip('/')}"


def wait_until(done) -> None:
    """A database may take a moment to see that a connection is gone."""
    for _ in range(50):
        if done():
            return
        time.sleep(0.1)
    raise AssertionError("the lock outlived its process")


@pytest.fixture
def holder(transactional_db, tmp_path):
    """Another process that holds the lock of the tests' own database."""
    environment = {
        **os.environ,
        "INDBERET_DATABASE_URL": own_database(),
        "INDBERET_DATA_DIR": str(tmp_path),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    process = subprocess.Popen([sys.executable, "-c", HOLD], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline().startswith("held")
    yield process
    process.kill()
    process.wait()


def test_a_second_run_says_who_is_at_work_and_stops_with_3(holder, capsys):
    with pytest.raises(AtWork, match=f"process {holder.pid}"), alone():
        pass
    with pytest.raises(CommandError) as refused:
        call_command("nightly", "--quiet")
    assert refused.value.returncode == 3
    assert cli.main(["nightly"]) == 3
    assert f"process {holder.pid}" in capsys.readouterr().err
    assert not Step.unscoped.exists()


def test_a_killed_run_is_told_as_failed_as_soon_as_its_process_is_gone(holder):
    """Also when it never came to the reports; until then nothing is wrong."""
    from indberet.report.freeze import expect

    today = timezone.localdate()
    assert not run_failed(ANNA, CHILDREN, today)
    expect(CHILDREN, today)
    assert at_work()
    assert not run_failed(ANNA, CHILDREN, today)
    holder.kill()
    holder.wait()
    wait_until(lambda: not at_work())
    assert run_failed(ANNA, CHILDREN, today)


@pytest.mark.django_db
def test_a_run_that_is_stopped_before_the_reports_is_told_as_failed(monkeypatch):
    def killed(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("indberet.nightly.steps.recheck", killed)
    with pytest.raises(KeyboardInterrupt):
        run_night(TODAY)
    assert run_failed(ANNA, CHILDREN, TODAY)


@pytest.mark.django_db
def test_whoever_asks_for_the_lock_is_in_nobodys_way():
    """On SQLite asking takes the file for an instant: the run tries for a second."""
    with alone():
        pass
    path = configured.DATA_DIR / "nightly.lock"
    path.touch()
    with path.open() as file, ThreadPoolExecutor(1) as beside:
        fcntl.flock(file, fcntl.LOCK_SH)
        released = beside.submit(lambda: Event().wait(0.2) or fcntl.flock(file, fcntl.LOCK_UN))
        with alone():
            assert at_work()
        released.result()


def test_the_lock_goes_with_its_process(holder):
    holder.kill()
    holder.wait()
    wait_until(lambda: not at_work())
    with alone():
        pass


@pytest.mark.django_db
def test_the_lock_can_be_taken_again():
    for _ in range(2):
        with alone():
            pass
    assert (configured.DATA_DIR / "nightly.lock").exists() or connection.vendor == "postgresql"


@pytest.mark.django_db
def test_the_office_reads_what_the_night_did(log_in):
    stine = log_in("stine")
    assert "Ingen kørsler endnu" in stine.get("/office/nightly/").content.decode()
    night = run_night(TODAY)
    night.steps.filter(name="recheck adults").update(counts={"records": 2657, "differing": 0})
    page = stine.get("/office/nightly/").content.decode()
    for text in (
        "Genkontrol: Handicapydelser til børn og unge",
        "3 af 3 rapporter er dannet",
        "2.657 poster",
        "alt gik godt",
    ):
        assert text in page


@pytest.fixture
def workers_here(transactional_db, monkeypatch, tmp_path):
    """Other processes work on the tests' own database, however little there is to do."""
    monkeypatch.setenv("INDBERET_DATABASE_URL", own_database())
    monkeypatch.setattr("indberet.nightly.steps.worth_it", lambda jobs, records: jobs)


def test_reports_by_several_processes(workers_here):
    assert not run_night(TODAY, jobs=2).failed
    assert Report.unscoped.count() == 2 * len(FEW)


def test_a_killed_worker_costs_its_municipality_alone(workers_here, monkeypatch):
    monkeypatch.setattr("indberet.nightly.workers.make", make_killed_at_751)
    night = run_night(TODAY, jobs=2)
    assert set(Report.unscoped.values_list("municipality", flat=True)) == set(FEW) - {"751"}
    assert night.steps.get(name="reports children").failures == ["751: BrokenProcessPool"]
    assert ReportRun.unscoped.get(statistic="children", municipality="751").state == RunState.FAILED


@pytest.mark.django_db
def test_a_recheck_that_breaks_down_at_one_municipality_names_it(monkeypatch):
    save(CHILDREN)
    broken = Recheck(records=7, differing=1, failures={"751": "ValueError"})
    monkeypatch.setattr("indberet.nightly.steps.recheck", lambda *args, **options: broken)
    step = run_night(TODAY).steps.get(name="recheck children")
    assert (step.state, step.failures) == ("failed", ["751: ValueError"])
    assert step.counts["records"] == 7
