"""Every answer that must be refused is refused: no session, an event with reason and code, and a page that explains."""

import json

import pytest
from django.conf import settings as django_settings
from django.test import Client

from indberet.access.models import Handshake
from indberet.audit.models import Event

from .bad import BAD
from .idp import NAME_ID, PERSON_ID, answer
from .steps import hand_in, is_logged_in, last_refusal, log_in, start

pytestmark = pytest.mark.django_db
PERSONAL = ("Anna", PERSON_ID, NAME_ID, "anna@", "<saml")


def refused(browser, response, reason, code=None):
    """The browser is sent to the page of the reason and is not logged in, now or afterwards."""
    assert response.status_code == 303
    assert response["Location"].startswith(f"/login/refused/{reason}/"), last_refusal()
    detail = last_refusal()
    assert (detail["reason"], detail.get("code", "")) == (reason, detail.get("code", "") if code is None else code)
    assert browser.get(response["Location"]).status_code == 403
    browser.get("/login/complete/")
    assert not is_logged_in(browser)
    return detail


@pytest.mark.parametrize(("changes", "reason", "code"), BAD.values(), ids=BAD)
def test_what_must_be_refused(browser, caplog, changes, reason, code):
    caplog.set_level(0)
    detail = refused(browser, hand_in(browser, answer(start(browser), **changes)), reason, code)
    for personal in PERSONAL:
        assert personal not in json.dumps(detail) + caplog.text
    assert not Event.objects.filter(action="login").exists()


def test_a_good_answer_is_refused_in_another_browser_even_one_that_asked_too(browser):
    good = answer(start(browser))
    other = Client()
    refused(other, hand_in(other, good), "browser", "other-browser")
    start(other)
    refused(other, hand_in(other, good), "browser", "other-browser")


def test_an_answer_is_used_once_in_the_same_browser(browser):
    good = answer(start(browser))
    hand_in(browser, good)
    refused_at_once = hand_in(browser, good)
    assert refused_at_once["Location"].startswith("/login/refused/replay/")
    browser.get("/login/complete/")
    assert is_logged_in(browser)
    again = hand_in(browser, good)
    assert again["Location"].startswith("/login/refused/replay/")


def test_an_answer_is_used_once_also_in_another_browser(browser):
    good = answer(start(browser))
    hand_in(browser, good)
    browser.get("/login/complete/")
    other = Client()
    refused(other, hand_in(other, good), "replay", "answered-before")
    start(other)
    refused(other, hand_in(other, good), "replay", "answered-before")


def test_an_assertion_is_used_once_whatever_it_answers(browser):
    log_in(browser, assertion_id="_the-same")
    other = Client()
    again = answer(start(other), assertion_id="_the-same")
    refused(other, hand_in(other, again), "replay", "assertion-used-before")


def test_an_assertion_is_used_once_when_what_was_asked_is_forgotten(browser):
    request = start(browser)
    good = answer(request)
    asked = Handshake.objects.values().get()
    hand_in(browser, good)
    Handshake.objects.all().delete()
    Handshake.objects.create(**asked)
    refused(browser, hand_in(browser, good), "replay", "assertion-used-before")


@pytest.mark.parametrize("text", ["", "%%%", "AAAA", "PHg+", "æøå", "\x00", "a" * 600_000])
def test_what_is_no_message(browser, text):
    start(browser)
    refused(browser, hand_in(browser, text), "answer")


def test_no_message_at_all(browser):
    start(browser)
    assert browser.post("/saml/acs/")["Location"].startswith("/login/refused/answer/")


def test_an_answer_comes_by_post_alone(browser):
    assert browser.get("/saml/acs/", {"SAMLResponse": answer(start(browser))}).status_code == 405


def test_a_refused_log_in_leaves_the_session_that_was(browser):
    log_in(browser)
    before = browser.cookies[django_settings.SESSION_COOKIE_NAME].value
    hand_in(browser, answer(start(browser), signed=False))
    assert browser.cookies[django_settings.SESSION_COOKIE_NAME].value == before
    assert is_logged_in(browser)
