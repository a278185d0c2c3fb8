"""An answer counts only in the browser that asked, once, and not for long."""

from datetime import timedelta
from time import time

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from indberet.access import handshake
from indberet.access.claims import Refused
from indberet.access.models import Handshake, UsedAssertion
from indberet.access.session import IDENTITY, TYPED
from tests.people import ODENSE, identity

pytestmark = pytest.mark.django_db
ANNA = identity("Anna", ODENSE, "report")


@pytest.fixture
def browser():
    return Client()


def ask(browser, settings, state="state-1", onward="/listings/", **kept):
    """The browser starts a log-in."""
    response = HttpResponse()
    handshake.begin(asking(browser), response, state=state, onward=onward, kept=kept)
    browser.cookies[settings.LOGIN_COOKIE_NAME] = response.cookies[settings.LOGIN_COOKIE_NAME].value
    return response.cookies[settings.LOGIN_COOKIE_NAME]


def asking(browser):
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in browser.cookies.items()}
    return request


def answer(browser, state="state-1", person=ANNA):
    handshake.answered(handshake.find(asking(browser), state), person)


def age(**by):
    Handshake.objects.update(at=timezone.now() - timedelta(**by))


def test_the_cookie_reaches_us_from_another_site_and_nobody_else(browser, settings):
    cookie = ask(browser, settings)
    assert (cookie["samesite"], cookie["secure"], cookie["httponly"]) == ("None", True, True)
    assert (cookie["path"], cookie["domain"], cookie["max-age"]) == ("/", "", 15 * 60)


def test_the_database_does_not_hold_what_the_browser_holds(browser, settings):
    cookie = ask(browser, settings)
    assert cookie.value not in str(Handshake.objects.values().get())


def test_an_answer_logs_its_browser_in_and_sends_it_on(browser, settings):
    ask(browser, settings)
    answer(browser)
    response = browser.get("/login/complete/")
    assert (response.status_code, response["Location"]) == (303, "/listings/")
    assert browser.session[IDENTITY]["subject"] == ANNA.subject


def test_what_was_kept_is_known_until_the_answer_came(browser, settings):
    ask(browser, settings, verifier="a secret")
    assert handshake.find(asking(browser), "state-1").kept == {"verifier": "a secret"}
    answer(browser)
    assert Handshake.objects.get().kept == {}


def test_the_session_key_is_new_and_what_was_typed_stays(browser, settings):
    session = browser.session
    session[TYPED] = [
        {"subject": ANNA.subject, "municipality": ODENSE, "path": "/", "token": "", "typed": "cpr=1", "at": time()}
    ]
    session.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = before = session.session_key
    ask(browser, settings)
    answer(browser)
    browser.get("/login/complete/")
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert browser.session[TYPED][0]["typed"] == "cpr=1"
    assert not browser.session.exists(before)


def test_an_answer_is_taken_once_and_then_forgotten(browser, settings):
    ask(browser, settings)
    answer(browser)
    browser.get("/login/complete/")
    assert ANNA.subject not in str(Handshake.objects.values().get())
    browser.cookies.pop(settings.SESSION_COOKIE_NAME)
    assert "expired" in browser.get("/login/complete/")["Location"]
    assert IDENTITY not in browser.session


def test_a_page_that_is_loaded_again_after_log_in_leads_to_the_start_page(browser, settings):
    ask(browser, settings)
    answer(browser)
    browser.get("/login/complete/")
    assert browser.get("/login/complete/")["Location"] == "/"


def test_another_browser_gets_nothing(browser, settings):
    ask(browser, settings)
    answer(browser)
    other = Client()
    assert "expired" in other.get("/login/complete/")["Location"]
    ask(other, settings, state="state-2")
    assert "expired" in other.get("/login/complete/")["Location"]
    assert IDENTITY not in other.session


def test_an_answer_does_not_wait_for_long(browser, settings):
    ask(browser, settings)
    answer(browser)
    age(minutes=2, seconds=1)
    assert "expired" in browser.get("/login/complete/")["Location"]
    assert IDENTITY not in browser.session


def test_two_tabs_log_in_beside_each_other(browser, settings):
    ask(browser, settings, state="state-1", onward="/listings/")
    ask(browser, settings, state="state-2", onward="/help/")
    answer(browser, "state-2")
    assert browser.get("/login/complete/")["Location"] == "/help/"
    answer(browser, "state-1")
    assert browser.get("/login/complete/")["Location"] == "/listings/"


@pytest.mark.parametrize("state", ["state-2", "", "state-1\x00", "x" * 300, "æ"])
def test_an_answer_that_nobody_asked_for(browser, settings, state):
    ask(browser, settings)
    with pytest.raises(Refused) as refused:
        handshake.find(asking(browser), state)
    assert (refused.value.reason, refused.value.detail) == ("browser", {"code": "nobody-asked"})


@pytest.mark.parametrize("cookie", [None, "", "-", "x" * 43, "æ"])
def test_an_answer_in_another_browser(browser, settings, cookie):
    ask(browser, settings)
    other = Client()
    if cookie is not None:
        other.cookies[settings.LOGIN_COOKIE_NAME] = cookie
    with pytest.raises(Refused) as refused:
        handshake.find(asking(other), "state-1")
    assert (refused.value.reason, refused.value.detail) == ("browser", {"code": "other-browser"})


def test_an_answer_that_comes_too_late(browser, settings):
    ask(browser, settings)
    age(minutes=14, seconds=50)
    handshake.find(asking(browser), "state-1")
    age(minutes=15, seconds=1)
    with pytest.raises(Refused) as refused:
        handshake.find(asking(browser), "state-1")
    assert refused.value.reason == "expired"


def test_a_second_answer_to_one_question(browser, settings):
    ask(browser, settings)
    twice = handshake.find(asking(browser), "state-1")
    handshake.answered(twice, ANNA)
    for again in (lambda: handshake.answered(twice, ANNA), lambda: handshake.find(asking(browser), "state-1")):
        with pytest.raises(Refused) as refused:
            again()
        assert refused.value.reason == "replay"


@pytest.mark.parametrize(
    "onward", ["https://example.dk/", "//example.dk/", "javascript:alert(1)", "/" + "x" * 500, "/a\x00b", "/a\nb", ""]
)
def test_one_goes_on_to_own_paths_only(browser, settings, onward):
    ask(browser, settings, onward=onward)
    assert Handshake.objects.get().onward == "/"


def test_an_assertion_is_used_once():
    until = timezone.now() + timedelta(minutes=5)
    handshake.use_once("a" * 64, until)
    with pytest.raises(Refused) as refused:
        handshake.use_once("a" * 64, until)
    assert refused.value.reason == "replay"


def test_what_is_of_no_more_use_is_removed_a_bounded_number_at_a_time(browser, settings):
    now = timezone.now()
    for number in range(7):
        ask(browser, settings, state=f"state-{number}")
    age(minutes=61)
    for number in range(7):
        UsedAssertion.objects.create(fingerprint=f"{number}", until=now - timedelta(seconds=1))
    UsedAssertion.objects.create(fingerprint="fresh", until=now + timedelta(minutes=1))
    handshake.purge_stale(most=5)
    assert (Handshake.objects.count(), UsedAssertion.objects.count()) == (2, 3)
    ask(browser, settings, state="fresh")
    assert [row.state for row in Handshake.objects.all()] == ["fresh"]
    assert [row.fingerprint for row in UsedAssertion.objects.all()] == ["fresh"]
