"""Single log-out: the identity provider alone may end a log-in, and is always answered."""

import re
from base64 import b64encode
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from lxml import etree

from indberet.access.identity import Identity
from indberet.access.models import Login
from indberet.access.onward import onward_after_logout
from indberet.access.saml.logout import signed_parameters
from indberet.access.saml.messages import BadMessage
from indberet.audit.models import Event
from tests.people import ODENSE, identity, sign_in

from .idp import (
    ACS,
    NAME_ID,
    NEVER,
    SAML,
    SAMLP,
    SIGN_OUT,
    SIGN_OUT_ANSWERS,
    SP,
    STATUS,
    logout_request,
    logout_response,
    metadata,
    redirected,
    request_xml,
)  # fmt: skip
from .pki import pair
from .steps import is_logged_in, log_in

pytestmark = pytest.mark.django_db


def ask(browser, query):
    """The identity provider sends the browser here."""
    return browser.get(f"/saml/slo/?{query}")


def answered_with_success(response, relay_state=""):
    """The browser is sent back with our signed Success; gives what it answers."""
    assert response.status_code == 303
    address = response["Location"]
    assert address.startswith(f"{SIGN_OUT_ANSWERS}?SAMLResponse=")
    assert signed_by_us(address)
    assert dict(parse_qsl(urlsplit(address).query)).get("RelayState", "") == relay_state
    message = etree.fromstring(request_xml(address))
    assert message.tag == f"{{{SAMLP}}}LogoutResponse"
    assert message.get("Destination") == SIGN_OUT_ANSWERS
    assert message.findtext(f"{{{SAML}}}Issuer") == SP
    assert [code.get("Value") for code in message.iter(f"{{{SAMLP}}}StatusCode")] == [f"{STATUS}Success"]
    return message.get("InResponseTo")


def signed_by_us(address):
    try:
        signed_parameters(urlsplit(address).query, [pair("current").key.public_key()])
    except BadMessage:
        return False
    return True


# Asked by the identity provider


@pytest.mark.parametrize("lower", [False, True], ids=["upper-case %XX", "lower-case %xx"])
@pytest.mark.parametrize("relay_state", [None, "", "a b+c/æ?=&"])
def test_a_signed_request_ends_the_log_in(browser, lower, relay_state):
    log_in(browser)
    xml = logout_request()
    response = ask(browser, redirected(xml, relay_state=relay_state, lower=lower))
    assert answered_with_success(response, relay_state or "") == etree.fromstring(xml).get("ID")
    assert not is_logged_in(browser)
    assert Login.objects.get().ended == "slo"
    assert [event.detail for event in Event.objects.filter(action="logout")] == [{"how": "slo"}]


def test_the_request_may_come_without_the_sessions_cookie(browser):
    log_in(browser)
    answered_with_success(ask(Client(), redirected(logout_request())))
    assert not is_logged_in(browser)


def test_every_browser_of_the_name_is_logged_out(browser):
    other = Client()
    log_in(browser, session_index="one")
    log_in(other, session_index="two")
    answered_with_success(ask(browser, redirected(logout_request())))
    assert not is_logged_in(browser)
    assert not is_logged_in(other)


def test_a_session_index_ends_that_log_in_alone(browser):
    other = Client()
    log_in(browser, session_index="one")
    log_in(other, session_index="two")
    answered_with_success(ask(browser, redirected(logout_request(NAME_ID, "two"))))
    assert is_logged_in(browser)
    assert not is_logged_in(other)


def test_another_name_ends_nothing(browser):
    log_in(browser)
    answered_with_success(ask(browser, redirected(logout_request(NAME_ID + "x"))))
    assert is_logged_in(browser)


def test_nobody_logged_in_is_answered_too():
    answered_with_success(ask(Client(), redirected(logout_request())))


def test_a_log_in_of_the_test_log_in_is_not_the_identity_providers(browser):
    sign_in(browser, identity("Anna", ODENSE, "report"), ODENSE)
    answered_with_success(ask(browser, redirected(logout_request())))
    assert is_logged_in(browser)


@pytest.mark.parametrize("end", [NEVER, None, -120])
def test_clocks_may_be_off_and_an_end_may_be_missing(browser, end):
    log_in(browser)
    answered_with_success(ask(browser, redirected(logout_request(end=end))))
    assert not is_logged_in(browser)


def unsigned(xml):
    return redirected(xml).partition("&SigAlg")[0]


def old(xml):
    return re.sub('IssueInstant="[^"]+"', 'IssueInstant="2026-01-01T00:00:00Z"', xml)


def doctype(xml):
    return "<!DOCTYPE x>" + xml


def good():
    return redirected(logout_request())


REFUSED = {
    "unsigned": lambda: unsigned(logout_request()),
    "signature missing": lambda: good().partition("&Signature")[0],
    "wrong key": lambda: redirected(logout_request(), signer="stranger"),
    "our own key": lambda: redirected(logout_request(), signer="current"),
    "changed relay state": lambda: redirected(logout_request(), relay_state="a").replace(
        "RelayState=a", "RelayState=b"
    ),
    "added relay state": lambda: good().replace("&SigAlg", "&RelayState=b&SigAlg"),
    "changed request": lambda: redirected(logout_request()).replace("SAMLRequest=", "SAMLRequest=A"),
    "sha-1": lambda: good().replace("xmldsig-more%23rsa-sha256", "xmldsig-more%23rsa-sha1"),
    "parameter twice": lambda: good() + "&" + good(),
    "request and response": lambda: good() + "&SAMLResponse=x",
    "signature no base64": lambda: good().partition("&Signature")[0] + "&Signature=%C3%A6",
    "other issuer": lambda: redirected(logout_request(issuer="https://saml.other.example")),
    "other destination": lambda: redirected(logout_request(destination=ACS)),
    "too old": lambda: redirected(logout_request(end=-400)),
    "too old, without an end": lambda: redirected(old(logout_request(end=None))),
    "no time": lambda: redirected(old(logout_request(end=None)).replace("2026-01-01T00:00:00Z", "now")),
    "no name": lambda: redirected(logout_request("")),
    "name of a kilobyte": lambda: redirected(logout_request("x" * 1000)),
    "another message": lambda: redirected(logout_request().replace("samlp:LogoutRequest", "samlp:AuthnRequest")),
    "not well-formed": lambda: redirected("<a"),
    "dtd": lambda: redirected(doctype(logout_request())),
    "megabytes": lambda: redirected(logout_request() + " " * 1_000_000),
    "nothing": lambda: "",
}


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED)
def test_what_nobody_signed_ends_nothing(browser, query):
    log_in(browser)
    response = ask(browser, query())
    assert response.status_code == 403
    assert "Du blev ikke logget ud" in response.content.decode()
    assert is_logged_in(browser)


def test_what_is_signed_but_not_deflated_ends_nothing(browser):
    log_in(browser)
    query = f"SAMLRequest={quote(b64encode(b'x' * 20).decode(), safe='')}&SigAlg=" + quote(
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", safe=""
    )
    signature = b64encode(pair("idp").key.sign(query.encode(), PKCS1v15(), SHA256())).decode()
    assert ask(browser, f"{query}&Signature={quote(signature, safe='')}").status_code == 403
    assert is_logged_in(browser)


def test_every_signing_key_in_the_metadata_may_ask(browser, own_files):
    (own_files / "idp.xml").write_text(metadata("idp", "idp-2"), encoding="utf-8")
    log_in(browser)
    answered_with_success(ask(browser, redirected(logout_request(), signer="idp-2")))
    assert not is_logged_in(browser)


def test_an_identity_provider_without_an_address_for_answers_gets_none(browser, own_files):
    (own_files / "idp.xml").write_text(metadata(sign_out=False), encoding="utf-8")
    log_in(browser)
    assert ask(browser, redirected(logout_request()))["Location"] == "/logout/done/"
    assert not is_logged_in(browser)


def test_log_out_is_asked_for_by_redirect_alone(browser):
    assert browser.post(f"/saml/slo/?{redirected(logout_request())}").status_code == 405


# Asked by the person


def log_out(browser):
    """Presses Log ud; gives the page and the address it leads to."""
    response = browser.post("/logout/")
    page = response.content.decode()
    refresh = re.search(r'<meta http-equiv="refresh" content="0; url=([^"]+)">', page)
    assert refresh, response
    assert f'href="{refresh[1]}"' in page
    return response, unescape(refresh[1])


def test_logging_out_here_goes_on_to_the_identity_provider(browser):
    log_in(browser)
    response, address = log_out(browser)
    assert response.status_code == 200
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert "Anna" not in response.content.decode()
    assert not is_logged_in(browser)
    assert address.startswith(f"{SIGN_OUT}?SAMLRequest=")
    assert signed_by_us(address)
    message = etree.fromstring(request_xml(address))
    assert (message.tag, message.get("Destination")) == (f"{{{SAMLP}}}LogoutRequest", SIGN_OUT)
    assert message.findtext(f"{{{SAML}}}NameID") == NAME_ID
    assert message.findtext(f"{{{SAMLP}}}SessionIndex") == "session-1"
    assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", message.get("ID"))


def test_the_round_trip_ends_with_a_page_that_says_so(browser):
    log_in(browser)
    _page, address = log_out(browser)
    asked = etree.fromstring(request_xml(address)).get("ID")
    response = ask(browser, redirected(logout_response(asked), kind="SAMLResponse"))
    assert (response.status_code, response["Location"]) == (303, "/logout/done/")
    assert "Du er logget ud af Indberet og af MitID Erhverv." in browser.get("/logout/done/").content.decode()


@pytest.mark.parametrize("status", [("Success", "PartialLogout"), ("Responder",), ("Requester", "Success")])
def test_when_others_did_not_confirm_the_page_says_so(browser, status):
    log_in(browser)
    _page, address = log_out(browser)
    asked = etree.fromstring(request_xml(address)).get("ID")
    response = ask(browser, redirected(logout_response(asked, *status), kind="SAMLResponse"))
    assert "Luk alle browserens vinduer" in browser.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    ("changes", "signer"),
    [
        ({"in_response_to": "_somebody-elses"}, "idp"),
        ({"in_response_to": ""}, "idp"),
        ({}, "stranger"),
        ({"issuer": "https://saml.other.example"}, "idp"),
        ({"destination": ACS}, "idp"),
    ],
)
def test_answers_that_are_not_the_identity_providers_are_not_believed(browser, changes, signer):
    log_in(browser)
    _page, address = log_out(browser)
    made = {"in_response_to": etree.fromstring(request_xml(address)).get("ID")} | changes
    response = ask(browser, redirected(logout_response(**made), kind="SAMLResponse", signer=signer))
    assert response.status_code == 403
    assert "Luk alle browserens vinduer" in response.content.decode()
    log_in(browser)
    response = ask(browser, redirected(logout_response(**made), kind="SAMLResponse", signer=signer))
    assert "Du blev ikke logget ud" in response.content.decode()
    assert is_logged_in(browser)


def test_without_single_log_out_one_is_logged_out_here(browser, own_files):
    (own_files / "idp.xml").write_text(metadata(sign_out=False), encoding="utf-8")
    log_in(browser)
    assert browser.post("/logout/")["Location"] == "/login/"
    assert not is_logged_in(browser)


def test_without_files_one_is_logged_out_here(browser, settings, tmp_path):
    log_in(browser)
    settings.SAML_DIR = tmp_path
    assert browser.post("/logout/")["Location"] == "/login/"
    assert not is_logged_in(browser)


@pytest.mark.parametrize("changes", [{"source": "test"}, {"name_id": ""}])
def test_only_those_who_came_by_saml_go_on(changes):
    person = Identity(subject="s", name="n", organisation="o", cvr="", name_id="n", source="saml")
    assert onward_after_logout(replace(person, **changes)) is None
    assert onward_after_logout(None) is None


def test_nobody_goes_on_where_saml_is_not_in_use(settings):
    settings.LOGIN = "none"
    assert (
        onward_after_logout(Identity(subject="", name="", organisation="", cvr="", name_id="n", source="saml")) is None
    )
