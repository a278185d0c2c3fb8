"""A form is sent by the person who opened it, for the municipality it was opened for, or not at all."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from indberet.access.logins import end_logins
from indberet.pages.contacts import save_contact
from indberet.pages.models import Contact
from indberet.register.models import Record
from tests.people import AARHUS, ADULTS, ODENSE, posted, scope

from .given import NEW, TYPED

pytestmark = pytest.mark.django_db
ISHOEJ, VALLENSBAEK = "183", "187"


def hidden(page, name):
    """The value of a hidden field of a page's (last) form."""
    return page.content.decode().rpartition(f'name="{name}" value="')[2].split('"')[0]


def send(browser, path, page_at, **values):
    """Posts values to a path with the token of another page, as a form on that page does."""
    return browser.post(path, {**values, "csrfmiddlewaretoken": hidden(browser.get(page_at), "csrfmiddlewaretoken")})


@pytest.fixture
def browser(db):
    """A browser whose forms are checked as in life."""
    for code in (ODENSE, AARHUS, ISHOEJ, VALLENSBAEK):
        save_contact(scope("Karen", code), ADULTS, {"name": "K", "phone": "12345678", "email": "k@example.dk"})
    return Client(enforce_csrf_checks=True)


def log_in(browser, person):
    return send(browser, "/login/", "/login/", person=person)


def choose(browser, code):
    return send(browser, "/municipality/", "/municipality/", municipality=code)


def opened(browser, path=NEW, **more):
    """What a form holds that is opened now, filled in."""
    page = browser.get(path)
    hidden_values = {name: hidden(page, name) for name in ("csrfmiddlewaretoken", "author")}
    return {**posted({"p_number": TYPED, "do": "create"}), **hidden_values, **more}


def test_a_form_that_was_opened_for_another_municipality_is_not_saved_and_not_lost(browser):
    log_in(browser, "thea")
    choose(browser, ISHOEJ)
    form = opened(browser)
    choose(browser, VALLENSBAEK)
    answer = browser.post(NEW, form)
    assert answer.status_code == 403
    assert "Du åbnede formularen for Ishøj" in answer.content.decode()
    assert f"/municipality/?next={NEW.replace('/', '%2F')}" in answer.content.decode()
    assert not Record.unscoped.exists()
    assert TYPED not in browser.get(NEW).content.decode()
    choose(browser, ISHOEJ)
    assert f'value="{TYPED}"' in browser.get(NEW).content.decode()


def test_a_form_of_another_municipality_without_text_to_keep_is_refused_too(browser):
    log_in(browser, "thea")
    choose(browser, ISHOEJ)
    contact = Contact.unscoped.get(municipality=ISHOEJ)
    token = hidden(browser.get("/contacts/"), "csrfmiddlewaretoken")
    choose(browser, VALLENSBAEK)
    path = reverse("contact_remove", args=["adults", contact.pk])
    answer = browser.post(path, {"csrfmiddlewaretoken": token})
    assert answer.status_code == 403
    assert "Intet er gemt eller slettet" in answer.content.decode()


def test_choosing_the_same_municipality_again_leaves_open_forms_as_they_are(browser):
    log_in(browser, "thea")
    choose(browser, ISHOEJ)
    form = opened(browser)
    choose(browser, ISHOEJ)
    assert browser.post(NEW, form).status_code != 403


def test_a_form_of_somebody_else_is_never_saved_by_whoever_is_logged_in_now(browser):
    log_in(browser, "anna")
    form = opened(browser)
    log_in(browser, "carla")
    answer = browser.post(NEW, form)
    assert answer.status_code == 403
    assert "åbnet af en anden" in answer.content.decode()
    assert TYPED not in answer.content.decode()
    assert not Record.unscoped.exists()
    assert TYPED not in browser.get(NEW).content.decode()
    log_in(browser, "anna")
    assert f'value="{TYPED}"' in browser.get(NEW).content.decode()


def test_a_colleagues_log_in_keeps_what_the_script_sends(browser):
    log_in(browser, "anna")
    form = opened(browser)
    log_in(browser, "bo")
    kept = browser.post(NEW, form, headers={"Indberet-Keep": "1"})
    assert (kept.status_code, kept["Indberet-Page"]) == (204, NEW)


def test_the_same_person_who_logs_in_anew_goes_on_with_open_forms(browser):
    log_in(browser, "anna")
    form = opened(browser)
    end_logins("support", everyone=True)
    log_in(browser, "anna")
    assert browser.post(NEW, form).status_code != 403


def test_the_same_person_with_rights_elsewhere_does_not(browser, monkeypatch):
    """A consultant's only municipality is another one at the next log-in."""
    log_in(browser, "konrad")
    form = opened(browser)
    subject = browser.session["identity"]["subject"]
    end_logins("support", everyone=True)
    elsewhere = replace(scope("Konrad", AARHUS).identity, subject=subject)
    monkeypatch.setattr("indberet.access.test_login.people.Person.identity", elsewhere)
    log_in(browser, "konrad")
    assert browser.session["municipality"] == AARHUS
    assert browser.post(NEW, form).status_code == 403
    assert not Record.unscoped.exists()


def test_what_waits_for_a_person_survives_that_the_person_logs_out(browser):
    log_in(browser, "anna")
    form = opened(browser)
    end_logins("idle", everyone=True)
    assert browser.post(NEW, form).status_code == 302
    log_in(browser, "anna")
    send(browser, "/logout/", "/")
    log_in(browser, "anna")
    assert f'value="{TYPED}"' in browser.get(NEW).content.decode()
