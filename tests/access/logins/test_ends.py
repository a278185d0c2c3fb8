"""What a log-in must be young for, the page that says why it ended, and who ends it: support or the night."""

from datetime import timedelta
from io import StringIO
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client

from indberet.access.logins import end_logins, in_force, purge
from indberet.access.models import Login
from indberet.audit.models import Event
from tests.people import AARHUS, ODENSE, identity, save, sign_in

from .given import ANNA, EVERYTHING, NOW, OWN, actions

pytestmark = pytest.mark.django_db


# Files of many persons


@pytest.mark.parametrize(
    ("page", "file", "sent"),
    [
        ("/adults/own/export/", "/adults/own/export/csv/", {"whole": "no"}),
        ("/adults/report/received/?day=now&row=all", "/adults/report/received/csv/", EVERYTHING),
    ],
)
def test_a_file_of_many_persons_asks_for_a_new_log_in(anna, at, page, file, sent):
    save()
    anna.post(OWN, {"do": "filter", "filter-service_code": "1.8.2"})
    came_from = {"Referer": f"http://testserver{page}"}
    at(14.9)
    assert anna.post(file, sent, headers=came_from).streaming
    at(15)
    refused = anna.post(file, sent, headers=came_from)
    assert refused["Location"] == f"/login/?{urlencode({'next': page})}"
    assert "under et kvarter gammelt" in anna.get(refused["Location"]).content.decode()
    assert anna.post("/login/", {"person": "anna", "next": page})["Location"] == page
    assert anna.post(file, sent, headers=came_from).streaming
    assert "Fjern filteret" in anna.get(OWN).content.decode()


@pytest.mark.parametrize("page", ["", "https://evil.example/x", "http://testserver//evil.example/"])
def test_one_comes_back_to_pages_of_ours_alone(anna, at, page):
    at(15)
    refused = anna.post("/adults/own/export/csv/", {"whole": "yes"}, headers={"Referer": page})
    assert refused["Location"] == "/login/?next=%2F"


# The page that says why


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("idle", "30 minutter"),
        ("absolute", "8 timer"),
        ("support", "Danmarks Statistik har afsluttet"),
        ("slo", "MitID Erhverv"),
        ("logout", "logget ud"),
    ],
)
def test_each_end_has_its_page(client, how, told):
    page = client.get(f"/login/ended/{how}/?next={OWN}").content.decode()
    assert told in page
    assert 'href="/login/?next=%2Fadults%2Fown%2F"' in page


@pytest.mark.parametrize(("hours", "told"), [(1, "1 time,"), (2, "2 timer,")])
def test_the_longest_log_in_is_told_in_good_words(client, settings, hours, told):
    settings.LOGIN_HOURS = hours
    assert told in client.get("/login/ended/absolute/").content.decode()
    client.post("/login/", {"person": "anna"})
    for page in ("/", "/help/"):
        assert f"Efter {told[:-1]} skal" in client.get(page).content.decode()


def test_the_page_leads_to_own_paths_only(client):
    assert client.get("/login/ended/weather/").status_code == 404
    for path in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"):
        assert "evil" not in client.get("/login/ended/idle/", {"next": path}).content.decode().split("<main")[1]


# Support and single log-out


@pytest.mark.parametrize("whose", [{"everyone": True}, {"municipality": ODENSE}, {"subject": ANNA.subject}])
def test_support_neither_ends_nor_counts_what_had_ended_by_itself(at, whose):
    sign_in(Client(), ANNA)
    at(30)
    sign_in(Client(), ANNA)
    assert end_logins("support", **whose) == 1
    assert list(Login.objects.order_by("pk").values_list("ended", flat=True)) == ["", "support"]
    purge(NOW + timedelta(minutes=30))
    assert Login.objects.order_by("pk")[0].ended == "idle"


def test_support_ends_those_of_a_municipality_alone(anna):
    carla = sign_in(Client(), identity("Carla", AARHUS, "report"))
    assert end_logins("support", municipality=AARHUS) == 1
    assert carla.get(OWN)["Location"].startswith("/login/ended/support/")
    assert anna.get(OWN).status_code == 200


def test_single_log_out_ends_the_log_in_it_names():
    first, second = (
        sign_in(Client(), identity("Anna", ODENSE, "report")),
        sign_in(Client(), identity("Anna", ODENSE, "report")),
    )
    Login.objects.filter(pk=first.session["login"]).update(name_id="anna@idp", session_index="one")
    Login.objects.filter(pk=second.session["login"]).update(name_id="anna@idp", session_index="two")
    assert end_logins("slo", name_id="anna@idp", session_index="one") == 1
    assert end_logins("slo", name_id="anna@idp", session_index="one") == 0
    assert first.get(OWN)["Location"].startswith("/login/ended/slo/")
    assert second.get(OWN).status_code == 200
    assert Event.objects.filter(action="logout", actor=ANNA.subject, detail={"how": "slo"}).count() == 1


def test_nobody_is_ended_by_mistake(anna):
    with pytest.raises(ValueError, match="whose"):
        end_logins("support")
    assert anna.get(OWN).status_code == 200


def test_the_office_sees_and_ends(anna, client):
    client.post("/login/", {"person": "stine"})
    page = client.get("/office/sessions/", {"municipality": ODENSE}).content.decode()
    assert "Anna Andersen" in page
    assert "Stine Statistiker" not in page.split("<table")[1]
    assert "Anna Andersen" not in client.get("/office/sessions/", {"municipality": AARHUS}).content.decode()
    number = Login.objects.get(name="Anna Andersen").pk
    assert "Afslut logins: Anna Andersen?" in client.get("/office/sessions/end/", {"login": number}).content.decode()
    assert anna.get(OWN).status_code == 200
    assert client.post("/office/sessions/end/", {"login": number})["Location"] == "/office/sessions/"
    assert anna.get(OWN)["Location"].startswith("/login/ended/support/")
    event = Event.objects.get(action="sessions_ended")
    assert event.actor_name == "Stine Statistiker"
    assert event.detail["ended"] == 1


def test_the_office_ends_a_municipalitys(anna, client):
    client.post("/login/", {"person": "stine"})
    client.post("/office/sessions/end/", {"municipality": ODENSE})
    assert anna.get(OWN).status_code == 302
    assert client.get("/office/sessions/").status_code == 200
    assert Event.objects.get(action="sessions_ended").municipality == ODENSE


@pytest.mark.parametrize("asked", [{}, {"login": "0"}, {"login": "x"}, {"login": "9" * 30}, {"municipality": "000"}])
def test_the_office_ends_nobody_unnamed(client, asked):
    client.post("/login/", {"person": "stine"})
    assert client.post("/office/sessions/end/", asked).status_code == 404
    assert in_force().count() == 1


def run(*arguments):
    out = StringIO()
    call_command("end_sessions", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_ends_one_person_one_municipality_or_everyone(anna):
    carla = sign_in(Client(), identity("Carla", AARHUS, "report"))
    assert run("--municipality", AARHUS) == "1 log-in ended\n"
    assert carla.get(OWN).status_code == 302
    assert anna.get(OWN).status_code == 200
    assert run("--user", Login.objects.get(ended="").subject) == "1 log-in ended\n"
    assert anna.get(OWN).status_code == 302
    assert run("--everyone") == "0 log-ins ended\n"
    events = Event.objects.filter(action="sessions_ended")
    assert events.count() == 3
    assert all(event.actor.startswith("operator:") for event in events)


@pytest.mark.parametrize("arguments", [("--municipality", "999"), ("--municipality", ""), ("--user", " ")])
def test_the_command_refuses_what_names_nobody(arguments):
    with pytest.raises(CommandError, match="expected"):
        run(*arguments)


# The night


def test_the_night_ends_what_nobody_came_back_to(anna, at):
    at(25 * 60)
    assert purge(NOW + timedelta(hours=25)) == 0
    row = Login.objects.get()
    assert (row.ended, row.ended_at) == ("idle", NOW + timedelta(minutes=30))
    assert Event.objects.get(action="timeout").actor == row.subject
    assert purge(NOW + timedelta(hours=25)) == 0
    assert actions().count("timeout") == 1


def test_the_night_removes_log_ins_older_than_the_trail(anna, settings):
    settings.EVENT_MONTHS = 12
    anna.post("/logout/")
    assert purge(NOW + timedelta(days=31 * 12)) == 0
    assert purge(NOW + timedelta(days=31 * 12, seconds=1)) == 1
    assert not Login.objects.exists()


def test_the_night_leaves_log_ins_in_force(anna):
    assert purge(NOW + timedelta(minutes=29)) == 0
    assert anna.get(OWN).status_code == 200


def test_the_nightly_run_purges_log_ins_and_sessions(anna, at):
    from indberet.nightly.steps import tasks

    session = anna.session
    session.set_expiry(-1)
    session.save()
    (step,) = [task for task in tasks() if task.name == "purge"]
    assert step.run(NOW.date(), lambda what, count: None).counts == {"records": 0, "logins": 0}
    assert not Session.objects.filter(pk=session.session_key).exists()
