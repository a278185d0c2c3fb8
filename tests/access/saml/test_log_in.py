"""A log-in that is as it should be."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
import xmlsec
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from indberet.access.models import Handshake, Login, UsedAssertion
from indberet.access.session import IDENTITY
from indberet.audit.models import Event
from indberet.pages.contacts import save_contact
from tests.people import AARHUS, ADULTS, ANNA, ODENSE

from .idp import CORE, DS, IDP, LOA_4, NAME_ID, PERSON_ID, XENC, answer, having, metadata, privileges, without
from .pki import pair, write_pair
from .steps import hand_in, is_logged_in, log_in, start

pytestmark = pytest.mark.django_db
C = xmlsec.constants
AARHUS_CVR = "55133018"


@pytest.mark.requirement("A02")
@pytest.mark.requirement("C03")
def test_an_employee_logs_in_with_the_privileges_of_mitid_erhverv(browser):
    response = log_in(browser)
    assert (response.status_code, response["Location"]) == (303, "/listings/")
    identity = browser.session[IDENTITY]
    assert identity["subject"] == f"{IDP}#{PERSON_ID}"
    assert (identity["name"], identity["organisation"]) == ("Anna Andersen", "Odense Kommune")
    assert (identity["cvr"], identity["email"]) == ("35209115", "anna@odense.example")
    assert (identity["loa"], identity["source"]) == ("Substantial", "saml")
    assert (identity["name_id"], identity["session_index"]) == (NAME_ID, "session-1")
    held = {(each["statistic"], each["verb"], each["municipality"]) for each in identity["privileges"]}
    assert held == {("adults", "report", ODENSE), ("children", "read", ODENSE)}
    assert browser.get("/adults/own/").status_code in (200, 302)


def test_the_trail_and_the_log_tell_by_which_assertion(browser, caplog):
    caplog.set_level("INFO")
    log_in(browser)
    event = Event.objects.get(action="login")
    assertion = event.detail.pop("assertion")
    assert event.detail == {"source": "saml", "loa": "Substantial"}
    (line,) = [record.getMessage() for record in caplog.records if "saml_answer_verified" in record.getMessage()]
    assert assertion
    assert assertion in line
    assert Handshake.objects.get().kept == {}


def beside(xml: str) -> str:
    """The encrypted key stands beside the encrypted data, which refers to it."""
    root = etree.fromstring(xml)
    key = next(root.iter(f"{{{XENC}}}EncryptedKey"))
    info = key.getparent()
    data = info.getparent()
    key.set("Id", "_key")
    etree.SubElement(info, f"{{{DS}}}RetrievalMethod", URI="#_key", Type=f"{XENC}EncryptedKey")
    data.getparent().append(key)
    return str(etree.tostring(root).decode())


GOOD = {
    "aes-128-cbc": {"cipher": C.TransformAes128Cbc, "cipher_key": (C.KeyDataAes, 128)},
    "aes-256-gcm": {"cipher": C.TransformAes256Gcm},
    "aes-128-gcm": {"cipher": C.TransformAes128Gcm, "cipher_key": (C.KeyDataAes, 128)},
    "rsa-sha384": {"signature": C.TransformRsaSha384, "digest": C.TransformSha384},
    "rsa-sha512": {"signature": C.TransformRsaSha512, "digest": C.TransformSha512},
    "key beside the data": {"mend_response": beside},
    "own key info": {"own_key_info": True},
    "the response is signed too": {"response_signed": True},
    "clocks 120 s off, late": {"not_before": -500, "not_on_or_after": -120},
    "clocks 120 s off, early": {"not_before": 120, "not_on_or_after": 500},
    "high": {"attributes": having(loa="High")},
    "oiosaml 4": {"attributes": having(specVersion="OIO-SAML-4.0.0")},
    "level of oiosaml 4": {"attributes": {**without("loa"), LOA_4: ("High",)}},
    "levels of both": {"attributes": {**having(), LOA_4: ("Substantial",)}},
    "specVersion 3.0.3": {"attributes": having(specVersion="OIO-SAML-3.0.3")},
    "uuid without urn": {"attributes": having(persistent=PERSON_ID.upper())},
    "no email": {"attributes": without("email")},
    "unknown attributes": {"attributes": {**having(), "urn:example:other": ("x", "y")}},
    "no session index of a useful kind": {"session_index": ""},
    "declaration": {"prolog": '<?xml version="1.0" encoding="UTF-8"?>\n'},
}


@pytest.mark.parametrize("changes", GOOD.values(), ids=GOOD)
def test_what_is_within_the_profile_logs_in(browser, changes):
    log_in(browser, **changes)
    assert browser.session[IDENTITY]["subject"] == f"{IDP}#{PERSON_ID}"


@pytest.mark.requirement("A01")
def test_without_privileges_one_is_logged_in_and_told_which_right_is_missing(browser):
    log_in(browser, attributes=without("privilegesIntermediate"))
    assert browser.session[IDENTITY]["privileges"] == []
    assert browser.get("/adults/own/").status_code == 403


def test_privileges_are_for_the_municipality_that_gave_them(browser):
    blob = privileges("urn:dk:dst:indberet:adults:indberet", cvr=AARHUS_CVR)
    log_in(browser, attributes=having(privilegesIntermediate=blob, cvr="99999999", orgName="Et firma"))
    (held,) = browser.session[IDENTITY]["privileges"]
    assert held["municipality"] == AARHUS


def test_during_a_key_change_answers_to_both_keys_are_read(browser, own_files):
    write_pair(own_files, "next", pair("next"))
    for to in ("next", "current"):
        log_in(browser, encrypt_to=to)
        assert is_logged_in(browser)
        browser.session.flush()


def test_every_signing_key_in_the_metadata_is_good(browser, own_files):
    (own_files / "idp.xml").write_text(metadata("idp", "idp-2"), encoding="utf-8")
    for signer in ("idp-2", "idp"):
        log_in(browser, signer=signer)
        assert is_logged_in(browser)
        browser.session.flush()


def test_what_was_typed_when_the_session_ended_is_still_there(browser, settings):
    save_contact(ANNA, ADULTS, {"name": "Anna", "phone": "12345678", "email": "anna@example.dk"})
    form = reverse("record_new", args=["adults"])
    log_in(browser, onward=form)
    word = re.search(r'name="author" value="([^"]+)"', browser.get(form).content.decode())[1]
    Login.objects.update(ended="idle")
    gone = browser.post(form, {"author": word, "cpr": "020280-0006", "do": "save"})
    assert gone["Location"].endswith(f"?next={quote(form, safe='')}")
    before = browser.cookies[settings.SESSION_COOKIE_NAME].value
    response = log_in(browser, onward=form)
    assert response["Location"] == form
    assert 'value="020280-0006"' in browser.get(form).content.decode()
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert not browser.session.exists(before)


def test_the_persons_of_two_identity_providers_are_never_the_same(browser, own_files):
    log_in(browser)
    first = browser.session[IDENTITY]["subject"]
    other = "https://saml.other.example"
    (own_files / "idp.xml").write_text(metadata(entity=other), encoding="utf-8")
    log_in(browser, issuer=other, assertion_issuer=other)
    assert browser.session[IDENTITY]["subject"] == f"{other}#{PERSON_ID}" != first


def test_the_relay_state_leads_nowhere(browser):
    assert log_in(browser, onward="https://example.dk/")["Location"] == "/"


def test_the_used_assertion_is_remembered_until_nobody_would_take_it(browser):
    log_in(browser, not_on_or_after=300)
    left = UsedAssertion.objects.get().until - timezone.now()
    assert timedelta(seconds=470) < left <= timedelta(seconds=480)


def test_nothing_personal_stays_in_the_tables_of_a_log_in(browser):
    log_in(browser)
    assert "Anna" not in str(list(Handshake.objects.values())) + str(list(UsedAssertion.objects.values()))


@pytest.mark.requirement("A02")
def test_the_page_with_the_button(browser):
    page = browser.get("/login/", {"next": "/adults/own/?a=1&b=2"})
    assert page.status_code == 200
    assert "Start indberetning via IDEP" in page.content.decode()
    assert "/login/saml/?next=%2Fadults%2Fown%2F%3Fa%3D1%26b%3D2" in page.content.decode()
    page = browser.get("/login/", {"next": "https://example.dk/"})
    assert 'href="/login/saml/?next=%2F"' in page.content.decode()


def test_two_tabs_log_in_beside_each_other(browser):
    first, second = start(browser, "/listings/"), start(browser, "/help/")
    hand_in(browser, answer(first))
    assert browser.get("/login/complete/")["Location"] == "/listings/"
    hand_in(browser, answer(second))
    assert browser.get("/login/complete/")["Location"] == "/help/"


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({}, "Odense Kommune"),
        ({f"{CORE}eid/firstName": ("Anna",), f"{CORE}eid/lastName": ("Andersen",)}, "Anna Andersen"),
    ],
)
def test_somebody_without_a_full_name_is_called_by_what_is_told(browser, more, name):
    log_in(browser, attributes={**without("fullName"), **more})
    assert browser.session[IDENTITY]["name"] == name
