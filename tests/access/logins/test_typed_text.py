"""Nothing typed is lost, however a log-in ends, and nobody else gets it."""

import json

import pytest
from django.test import Client

from indberet.access.logins import HOWS, end_logins
from indberet.register.models import Record
from tests.people import posted, save

from .given import NEW, OWN, STATE, TYPED, copied, open_form

pytestmark = pytest.mark.django_db


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


def test_a_form_that_comes_back_is_not_judged_before_it_is_sent(anna, at):
    form, contacts = open_form(anna), open_form(anna, "/contacts/")
    at(31)
    anna.post(NEW, {"cpr": "020280-0006", "author": form}, headers={"Indberet-Keep": "1"})
    contact = {"adults-name": "Annelise", "author": contacts}
    anna.post("/adults/contacts/new/", contact, headers={"Indberet-Keep": "1"})
    anna.post("/login/", {"person": "anna", "next": NEW})
    for path, typed in ((NEW, "020280-0006"), ("/contacts/", "Annelise")):
        page = anna.get(path).content.decode()
        assert f'value="{typed}"' in page
        assert "fejl i formularen" not in page
        assert "form-error-message" not in page


@pytest.mark.parametrize("how", HOWS)
def test_another_person_never_gets_what_was_typed(anna, at, how):
    author = open_form(anna)
    end_it(how, at, anna)
    anna.post(NEW, posted({"p_number": TYPED}, author=author))
    anna.post("/login/", {"person": "bo"})
    assert TYPED not in anna.get(NEW).content.decode()
    anna.post("/logout/")
    anna.post("/login/", {"person": "anna"})
    assert TYPED in anna.get(NEW).content.decode()


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
