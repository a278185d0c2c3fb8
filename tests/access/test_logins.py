"""Log-ins end at the server: for want of activity, after LOGIN_HOURS, by support, by single log-out, by the person."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client

from indberet.access.logins import HOWS, end_logins, in_force, purge
from indberet.access.models import Login
from indberet.access.session import IDENTITY
from indberet.audit.models import Event
from indberet.register.models import Record
from tests.people import AARHUS, ODENSE, identity, posted, save, sign_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NEW, OWN, STATE, CONTINUE = "/adults/records/new/", "/adults/own/", "/session/state/", "/session/continue/"
ANNA = identity("Anna", ODENSE, "report")
TYPED = "1003456781"
EVERYTHING = {"day": "now", "measure": "services", "row": "all", "column": "all"}


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Sets the server's clock to so many minutes after NOW; it begins at 0."""

    def set_clock(minutes=0.0, **more):
        monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(minutes=minutes, **more))

    set_clock()
    return set_clock


@pytest.fixture
def anna(db):
    from indberet.pages.contacts import save_contact
    from tests.people import ADULTS
    from tests.people import ANNA as SCOPE

    save_contact(SCOPE, ADULTS, {"name": "Anna", "phone": "12345678", "email": "anna@example.dk"})
    client = Client()
    client.post("/login/", {"person": "anna"})
    return client


def copied(client):
    """Another browser with a copy of the cookie."""
    thief = Client()
    thief.cookies["indberet-session"] = client.cookies["indberet-session"].value
    return thief


def open_form(client, path=NEW):
    """The author's word of a form."""
    page = client.get(path).content.decode()
    return page.split('name="author" value="')[1].split('"')[0]


def actions():
    return list(Event.objects.order_by("id").values_list("action", flat=True))


# How long it lasts


def test_a_log_in_is_a_row_and_the_session_names_it(anna):
    row = Login.objects.get()
    assert (row.name, row.municipalities, row.ended) == ("Anna Andersen", f",{ODENSE},", "")
    assert row.subject == Event.objects.get(action="login").actor
    assert anna.session["login"] == row.pk


def test_logging_in_changes_the_key_and_the_old_one_is_dead(client):
    client.post("/language/", {"language": "en"})
    session = client.session
    session["planted"] = "by somebody who knows the key"
    session.save()
    client.cookies["indberet-session"] = session.session_key
    client.post("/login/", {"person": "anna"})
    assert client.session.session_key != session.session_key
    assert not Session.objects.filter(pk=session.session_key).exists()
    assert "planted" not in client.session


def test_thirty_minutes_without_activity_end_it(anna, at):
    at(29.9)
    assert copied(anna).get(STATE).json()["idle"] == 6
    at(30)
    answer = anna.get(OWN)
    assert answer["Location"] == f"/login/ended/idle/?next={OWN.replace('/', '%2F')}"
    assert Login.objects.get().ended == "idle"
    assert Event.objects.latest("id").action == "timeout"
    assert Event.objects.latest("id").detail == {"how": "idle"}


def test_activity_prolongs_it_and_asking_does_not(anna, at):
    at(20)
    anna.get(OWN)
    at(49)
    anna.get(STATE)
    anna.post(NEW, {"author": "x"}, headers={"Indberet-Keep": "1"})
    assert anna.get(STATE).json()["idle"] == 60
    at(50)
    assert anna.get(OWN)["Location"].startswith("/login/ended/idle/")


def test_activity_is_written_once_a_minute(anna, at, django_assert_num_queries):
    at(seconds=59)
    anna.get("/help/")
    assert Login.objects.get().active_at == NOW
    at(1)
    anna.get("/help/")
    assert Login.objects.get().active_at == NOW + timedelta(minutes=1)
    with django_assert_num_queries(2):  # the session and the log-in
        anna.get("/help/")


def test_a_press_on_continue_counts_at_once(anna, at):
    at(seconds=30)
    answer = anna.post(CONTINUE)
    assert answer.json()["idle"] == 1800
    assert Login.objects.get().active_at == NOW + timedelta(seconds=30)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = anna.cookies
    assert strict.post(CONTINUE).status_code == 403


def test_eight_hours_end_it_however_active(anna, at):
    for minutes in range(20, 480, 20):
        at(minutes)
        assert anna.get(OWN).status_code == 200
    at(479)
    assert anna.get(STATE).json() == {**anna.get(STATE).json(), "left": 60}
    assert anna.post(CONTINUE).json()["left"] == 60
    at(480)
    assert anna.get(OWN)["Location"].startswith("/login/ended/absolute/")
    assert Login.objects.get().ended == "absolute"


def test_the_limits_are_settings(anna, at, settings):
    settings.IDLE_MINUTES, settings.LOGIN_HOURS = 5, 1
    assert anna.get(STATE).json()["idle"] == 300
    assert anna.get(STATE).json()["left"] == 3600
    at(5)
    assert anna.get(OWN)["Location"].startswith("/login/ended/idle/")


@pytest.mark.parametrize("how", HOWS)
def test_a_copied_cookie_is_worth_nothing_afterwards(anna, at, how):
    thief = copied(anna)
    assert thief.get(OWN).status_code == 200
    if how == "logout":
        anna.post("/logout/")
    elif how in ("idle", "absolute"):
        at({"idle": 30, "absolute": 480}[how])
    else:
        end_logins(how, everyone=True)
    for browser in (thief, anna):
        answer = browser.get(OWN)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/")
    assert Login.objects.get().ended == how


def test_the_end_is_told_once(anna, at):
    thief = copied(anna)
    at(31)
    anna.get(OWN)
    thief.get(OWN)
    assert actions().count("timeout") == 1


def test_a_session_without_a_row_is_nobodys(anna):
    Login.objects.all().delete()
    assert anna.get(OWN).status_code == 302
    client = Client()
    session = client.session
    session[IDENTITY] = ANNA.to_session()
    session.save()
    client.cookies["indberet-session"] = session.session_key
    assert client.get(OWN).status_code == 302


def test_two_browsers_are_two_log_ins(anna):
    second = Client()
    second.post("/login/", {"person": "anna"})
    assert anna.get(OWN).status_code == 200
    second.post("/logout/")
    assert anna.get(OWN).status_code == 200


def test_logging_in_again_in_the_same_browser_ends_the_first(anna):
    thief = copied(anna)
    anna.post("/login/", {"person": "bo"})
    assert [row.ended for row in Login.objects.order_by("pk")] == ["logout", ""]
    assert thief.get(OWN).status_code == 302


def test_a_script_learns_how_it_ended(anna, at):
    end_logins("support", everyone=True)
    assert anna.get(STATE).json() == {"person": "", "ended": "support"}
    assert anna.get(STATE).json() == {"person": "", "ended": "support"}
    assert Client().get(STATE).json() == {"person": "", "ended": "logout"}


def test_a_script_knows_a_person_by_a_mark_alone(anna):
    mark = anna.get(STATE).json()["person"]
    second = Client()
    second.post("/login/", {"person": "anna"})
    assert second.get(STATE).json()["person"] == mark
    second.post("/login/", {"person": "bo"})
    assert second.get(STATE).json()["person"] != mark
    assert f'data-session-person="{mark}"' in anna.get(OWN).content.decode()
    assert "anna" not in mark


# Nothing typed is lost


def end_it(how, at, client):
    if how == "logout":
        copied(client).post("/logout/")
    elif how in ("idle", "absolute"):
        at({"idle": 31, "absolute": 481}[how])
    else:
        end_logins(how, everyone=True)


@pytest.mark.parametrize("how", HOWS)
def test_what_was_typed_is_there_after_the_next_log_in(anna, at, how):
    author = open_form(anna)
    end_it(how, at, anna)
    answer = anna.post(NEW, posted({"p_number": TYPED}, author=author))
    assert answer.status_code == 302
    assert "next=%2Fadults%2Frecords%2Fnew%2F" in answer["Location"]
    assert TYPED not in anna.get(answer["Location"]).content.decode()
    assert not Record.unscoped.exists()
    back = anna.post("/login/", {"person": "anna", "next": NEW})
    page = anna.get(back["Location"]).content.decode()
    assert f'value="{TYPED}"' in page
    assert "Det, du havde skrevet, er her endnu" in page
    assert f'value="{TYPED}"' not in anna.get(NEW).content.decode()


@pytest.mark.parametrize("how", HOWS)
def test_another_person_never_gets_what_was_typed(anna, at, how):
    author = open_form(anna)
    end_it(how, at, anna)
    anna.post(NEW, posted({"p_number": TYPED}, author=author))
    anna.post("/login/", {"person": "gudrun"})
    assert TYPED not in anna.get(NEW).content.decode()
    assert TYPED not in json.dumps(dict(anna.session.items()))
    anna.post("/login/", {"person": "anna"})
    assert TYPED not in anna.get(NEW).content.decode()


def test_a_script_keeps_a_form_and_never_saves_it(anna, at):
    author = open_form(anna)
    values = posted({"p_number": TYPED}, author=author)
    at(31)
    kept = anna.post(NEW, values, headers={"Indberet-Keep": "1"})
    assert (kept.status_code, kept["Indberet-Page"]) == (204, NEW)
    assert not Record.unscoped.exists()
    anna.post("/login/", {"person": "anna"})
    assert f'value="{TYPED}"' in anna.get(NEW).content.decode()


def test_a_form_that_is_kept_while_the_log_in_lasts_waits_for_its_end(anna, at):
    author = open_form(anna)
    anna.post(NEW, posted({"p_number": TYPED}, author=author), headers={"Indberet-Keep": "1"})
    at(31)
    anna.get(STATE)
    anna.post("/login/", {"person": "anna"})
    assert f'value="{TYPED}"' in anna.get(NEW).content.decode()


def test_keeping_needs_a_token_and_a_genuine_form(anna):
    values = posted({"p_number": TYPED}, author="forged")
    assert anna.post(NEW, values, headers={"Indberet-Keep": "1"}).status_code == 422
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = anna.cookies
    assert strict.post(NEW, values, headers={"Indberet-Keep": "1"}).status_code == 403


def test_several_forms_are_kept_each_in_its_place(anna, at):
    record = save()
    edit = f"/adults/records/{record.pk}/"
    forms = [(NEW, "1000000001"), (edit, "1000000002"), (NEW, "1000000003")]
    authors = [open_form(anna, path) for path, _typed in forms]
    at(31)
    for (path, typed), author in zip(forms, authors, strict=True):
        anna.post(path, posted({"p_number": typed}, author=author), headers={"Indberet-Keep": "1"})
    anna.post("/login/", {"person": "anna"})
    assert 'value="1000000002"' in anna.get(edit).content.decode()
    assert 'value="1000000003"' in anna.get(NEW).content.decode()
    assert 'value="1000000001"' in anna.get(NEW).content.decode()


def test_contact_details_are_kept_too(anna, at):
    author = open_form(anna, "/contacts/")
    typed = {"adults-name": "Annelise", "adults-phone": "12", "author": author}
    at(31)
    answer = anna.post("/adults/contacts/new/", typed)
    assert answer["Location"] == "/login/ended/idle/?next=%2Fcontacts%2F"
    anna.post("/login/", {"person": "anna"})
    assert 'value="Annelise"' in anna.get("/contacts/").content.decode()


@pytest.mark.parametrize("how", [how for how in HOWS if how != "logout"])
def test_the_lists_are_looked_at_as_before(anna, at, how):
    save()
    anna.post(OWN, {"do": "filter", "filter-service_code": "1.4"})
    assert "1.4" in json.dumps(dict(anna.session.items()))
    shown = anna.get(OWN).content.decode().split("<main")[1]
    end_it(how, at, anna)
    anna.get(OWN)
    anna.post("/login/", {"person": "anna"})
    assert "Fjern filteret" in shown
    assert "Fjern filteret" in anna.get(OWN).content.decode()
    at(2000)
    anna.get(OWN)
    anna.post("/login/", {"person": "gudrun"})
    assert "Fjern filteret" not in anna.get(OWN).content.decode()


def test_logging_out_forgets_how_the_lists_were_looked_at(anna):
    anna.post(OWN, {"do": "filter", "filter-service_code": "1.4"})
    anna.post("/logout/")
    anna.post("/login/", {"person": "anna"})
    assert "Fjern filteret" not in anna.get(OWN).content.decode()


def test_after_a_day_it_is_gone(anna, at):
    author = open_form(anna)
    at(31)
    anna.post(NEW, posted({"p_number": TYPED}, author=author))
    at(31 + 24 * 60 - 1)
    assert anna.session["typed"]
    at(31 + 24 * 60)
    anna.post("/login/", {"person": "anna"})
    assert TYPED not in anna.get(NEW).content.decode()
    assert "typed" not in anna.session


def test_a_form_that_is_older_than_a_day_keeps_nothing(anna, monkeypatch):
    author = open_form(anna)
    monkeypatch.setattr("indberet.access.session.PENDING_FOR", -1)
    assert anna.post(NEW, posted({}, author=author), headers={"Indberet-Keep": "1"}).status_code == 422


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


def test_the_page_leads_to_own_paths_only(client):
    assert client.get("/login/ended/weather/").status_code == 404
    for path in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"):
        assert "evil" not in client.get("/login/ended/idle/", {"next": path}).content.decode().split("<main")[1]


# Support and single log-out


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
