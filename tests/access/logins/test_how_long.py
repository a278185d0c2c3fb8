"""A log-in lasts so long and no longer: the server ends it, whatever cookie comes."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from indberet.access.logins import HOWS, end_logins
from indberet.access.models import Login
from indberet.access.session import IDENTITY
from indberet.audit.models import Event
from tests.people import ODENSE

from .given import ANNA, CONTINUE, NEW, NOW, OWN, STATE, actions, copied

pytestmark = pytest.mark.django_db


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
