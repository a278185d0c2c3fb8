"""The nightly run: once a day, in order, resumable, one at a time, and one municipality does not stop the others."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command

from indberet import cli
from indberet.approval.mail import write_mail
from indberet.nightly.models import Night, Step
from indberet.nightly.run import run_night
from indberet.nightly.steps import tasks
from indberet.office.models import Standing
from indberet.report.models import Report, ReportRun, RunState
from tests.nightly.given import FEW, contacts_of
from tests.people import CHILDREN, ODENSE, TODAY, save


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
