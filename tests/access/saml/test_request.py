"""What we ask the identity provider for."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from lxml import etree

from indberet.access.models import Handshake
from indberet.access.saml.logout import signed_parameters
from indberet.access.saml.messages import BadMessage

from .idp import ACS, SAML, SAMLP, SIGN_IN, SP, request_xml
from .pki import pair

pytestmark = pytest.mark.django_db
P, A = f"{{{SAMLP}}}", f"{{{SAML}}}"


@pytest.fixture
def address(browser):
    return browser.get("/login/saml/", {"next": "/listings/"})["Location"]


def test_it_asks_for_an_employee_of_at_least_substantial(address):
    message = etree.fromstring(request_xml(address))
    assert message.tag == f"{P}AuthnRequest"
    assert (message.get("Destination"), message.get("AssertionConsumerServiceURL")) == (SIGN_IN, ACS)
    assert message.get("ProtocolBinding") == "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
    assert message.findtext(f"{A}Issuer") == SP
    (context,) = message.findall(f"{P}RequestedAuthnContext")
    assert context.get("Comparison") == "minimum"
    assert [each.text for each in context] == [
        "https://data.gov.dk/concept/core/nsis/loa/Substantial",
        "https://data.gov.dk/eid/Professional",
    ]
    assert message.find(f"{P}NameIDPolicy") is None
    assert message.get("ForceAuthn") is None
    assert message.get("IsPassive") is None


def test_after_a_refusal_the_identity_provider_has_to_ask_anew(browser):
    again = re.search(r'href="(/login/\?anew=yes)"', browser.get("/login/refused/private/").content.decode())[1]
    leads_to = re.search(r'href="(/login/saml/[^"]*)"', browser.get(again).content.decode())[1]
    address = browser.get(unescape(leads_to))["Location"]
    assert etree.fromstring(request_xml(address)).get("ForceAuthn") == "true"
    assert signed_parameters(urlsplit(address).query, [pair("current").key.public_key()])
    assert "anew" not in browser.get("/login/").content.decode()


def test_it_is_signed_and_a_changed_one_is_seen(address):
    query = urlsplit(address).query
    assert "SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256" in query
    keys = [pair("current").key.public_key()]
    assert signed_parameters(query, keys)
    with pytest.raises(BadMessage):
        signed_parameters(query.replace("SAMLRequest=", "SAMLRequest=A"), keys)
    with pytest.raises(BadMessage):
        signed_parameters(query, [pair("idp").key.public_key()])


def test_it_tells_nobody_where_the_person_is_going(address):
    assert "RelayState" not in address
    assert "listings" not in address
    assert Handshake.objects.get().onward == "/listings/"


def test_every_request_has_an_id_of_its_own_that_nobody_can_guess(browser):
    ids = {etree.fromstring(request_xml(browser.get("/login/saml/")["Location"])).get("ID") for _time in range(5)}
    assert len(ids) == 5
    assert all(len(id) == 41 for id in ids)


def test_a_log_in_begins_by_get_alone(browser):
    assert browser.post("/login/saml/").status_code == 405
