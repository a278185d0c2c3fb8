"""With English chosen the pages of reports, deliveries, approval and the office speak no Danish either."""

import re
from datetime import date
from html import unescape as html_unescape

import pytest
from django.utils import timezone

from indberet.access.models import Login
from indberet.approval.two_persons import want_two
from indberet.nightly.models import Night, Step
from indberet.office.extract import extract
from indberet.office.models import Reminder
from indberet.office.standing import keep_standing
from indberet.register.models import Finding, Record
from indberet.report.freeze import freeze, tell_run
from indberet.report.models import RunState
from tests.approval.given import GORM, GUDRUN, give
from tests.english import Reader, anna_in_english, cells_of
from tests.intake.files import course, json_lines, send, send_courses, service
from tests.languages import danish_in
from tests.people import (
    ADULTS,
    CHILDREN,
    ODENSE,
    OTHER_ADULT,
    save,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_catalogue")]
EVERY = [pytest.param(statistic, id=statistic.id) for statistic in (ADULTS, CHILDREN)]


@pytest.fixture
def anna():
    return anna_in_english()


@pytest.mark.parametrize("statistic", EVERY)
def test_the_report_and_what_lies_behind_it(anna, statistic):
    assert "Today's report is missing" in html_unescape(anna.get(f"/{statistic.id}/report/"))
    record = save(statistic)
    Finding.unscoped.create(record=record, rule=statistic.rules[0].id, severity=2, values_mark="x")
    Record.unscoped.filter(pk=record.pk).update(severity=2)
    freeze(statistic, ODENSE, timezone.localdate())
    tell_run(statistic, timezone.localdate(), RunState.FAILED)
    report = anna.get(f"/{statistic.id}/report/")
    links = re.findall(r'<td class="number"><a href="([^"]+)"', report)
    assert len(links) > 10
    for link in links[:: len(links) // 8]:
        assert "The list is made from the register as it is now" in anna.get(html_unescape(link))
    assert not danish_in(cells_of(anna.client.get(f"/{statistic.id}/report/file/xlsx/").content))
    cell = {"day": "now", "measure": "records", "row": "all", "column": "all"}
    csv = anna.client.post(f"/{statistic.id}/report/findings/csv/", cell)
    assert not danish_in([b"".join(csv.streaming_content).decode("utf-8-sig")])
    record.delete()
    assert "no longer any records" in anna.get(html_unescape(links[0]))


def test_deliveries_and_their_receipts(anna):
    assert "No deliveries" in anna.get("/adults/deliveries/")
    wrong = (course(INDSATS_KODE="999"), course(INDSATSFORLOEB_ID="2", CPR=None), course(INDSATSFORLOEB_ID="3", X="1"))
    sent = [
        send_courses(*wrong, course(INDSATSFORLOEB_ID="4", INDBERETNINGSTYPE="Annullering"), system="Nova"),
        send(
            json_lines(service(p_number="12", start="x"), service(id="2", colour="red"), test=True),
            test=True,
            system="Nova",
        ),
        send(json_lines(service(), municipality="751"), system="Nova"),
        send(json_lines(service())[:-30], system="Nova"),
    ]
    for delivery in sent:
        path = f"/{delivery.statistic}/deliveries/{delivery.pk}/"
        assert "Receipt for delivery" in anna.get(path)
        xlsx = anna.client.get(f"{path}xlsx/")
        assert not danish_in(cells_of(b"".join(xlsx.streaming_content)))
    for statistic in (ADULTS, CHILDREN):
        assert "Refused, nothing stored" in anna.get("/adults/deliveries/")
        anna.get(f"/{statistic.id}/all/")
    anna.get("/listings/")


@pytest.mark.parametrize("statistic", EVERY)
def test_approval(statistic, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    save(statistic)
    today, path = timezone.localdate(), f"/{statistic.id}/approval/"
    every = [section.name for section in statistic.sections_on(today)]
    gudrun, stine = Reader("gudrun"), Reader("stine")
    assert "There is no report yet" in gudrun.get(path)
    gudrun.post(f"{path}report/")
    year = statistic.approval.year_on(today)
    assert "Tick at least one" in gudrun.post(f"{path}{year}/give/")
    give(*every, by=GUDRUN, statistic=statistic, today=today)
    save(statistic, cpr=OTHER_ADULT)
    for reader in (gudrun, Reader("anna")):
        assert "No services" in reader.get(path)
        reader.get("/")
    want_two(GORM, statistic)
    number = give(every[0], by=GORM, statistic=statistic, today=today).approval.pk
    assert "Confirm" in gudrun.get(path)
    assert "stands only when another person" in gudrun.get(f"/{statistic.id}/receipts/{number}/")
    gudrun.post(f"{path}persons/", {"two": "no"})
    gudrun.post(f"/{statistic.id}/receipts/{number}/confirm/")
    refused = give(every[0], by=GORM, statistic=statistic, today=today).approval.pk
    gudrun.post(f"/{statistic.id}/receipts/{refused}/refuse/")
    assert "Refused" in gudrun.get(f"/{statistic.id}/receipts/{refused}/")
    keep_standing(statistic, ODENSE, freeze(statistic, ODENSE, today))
    Reminder.unscoped.create(
        statistic=statistic.id, municipality=ODENSE, kind="approval", deadline=today, days=-3, made_at=timezone.now()
    )
    assert "Reminders" in stine.get(f"/office/{statistic.id}/{ODENSE}/")
    Reader("inger").get(path)


def test_the_offices_pages(tmp_path):
    stine = Reader("stine")
    assert "has not been here yet" in stine.get("/office/")
    assert "No runs yet" in stine.get("/office/nightly/")
    save()
    made = extract(statistic=ADULTS, folder=tmp_path, everything=False, year=2026, formats=("csv",), by="Stine")
    assert "Left out, and why" in stine.get(f"/office/extracts/{made.pk}/")
    assert "Extracts for production" in stine.get("/office/?text=odense")
    assert "No municipalities match" in stine.get("/office/?text=qqq")
    stine.get("/office/?text=1-461-2026-0001-X")
    assert "Who is logged in" in stine.get("/office/sessions/")
    assert "Nobody is logged in" in stine.get("/office/sessions/?municipality=461")
    Reader("anna")
    assert "End all for Odense" in stine.get("/office/sessions/?municipality=461")
    assert "End logins: Odense?" in stine.get("/office/sessions/end/?municipality=461")
    assert "End logins: Anna Andersen?" in stine.get(f"/office/sessions/end/?login={Login.objects.latest('pk').pk}")
    told = stine.client.post("/office/sessions/end/", {"municipality": "461"}, follow=True)
    assert "1 login has ended: Odense." in told.content.decode()
    assert not danish_in([stine.client.get("/office/municipalities.csv").content.decode("utf-8-sig")])
    assert not danish_in(cells_of(stine.client.get("/office/municipalities.xlsx").content))


@pytest.mark.parametrize("state", ["done", "failed", "running"])
def test_the_nightly_runs(state):
    counts = {"records": 1, "differing": 1, "made": 1, "all": 1, "sent": 1, "without": 1, "waiting": 1}
    night = Night.unscoped.create(day=timezone.localdate(), started_at=timezone.now())
    for name in ("recheck adults", "reports children", "reminders adults", "e-mails", "purge"):
        Step.unscoped.create(night=night, name=name, state=state, counts=counts)
    assert "1 of 1 reports" in Reader("stine").get("/office/nightly/")


@pytest.mark.parametrize("statistic", EVERY)
def test_trying_a_coming_date(anna, statistic):
    path = f"/{statistic.id}/preview/"
    assert "Try a coming date" in anna.get(path)
    assert "31.02.2027" in anna.get(f"{path}?on=31.02.2027", 422)
    save(statistic)
    assert "would break a rule" in anna.get(f"{path}?on=2027-01-01")
    Record.unscoped.update(start=date(2024, 6, 1), extra={})
    anna.get(f"{path}?on=2027-01-01")
    anna.get(f"{path}?on=2027-01-01&rule={statistic.rules[0].id}")
