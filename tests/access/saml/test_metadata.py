"""What we tell the identity provider of ourselves: well-formed, of the schema, and exactly what we do."""

import pytest
from django.test import Client
from lxml import etree

from indberet.access.saml import professional
from indberet.access.saml.config import service_provider
from indberet.access.saml.validate import CIPHERS, KEY_TRANSPORTS

from .idp import ACS, SLO, SP
from .pki import pair, write_pair

MD, DS = "{urn:oasis:names:tc:SAML:2.0:metadata}", "{http://www.w3.org/2000/09/xmldsig#}"
BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-"


def ours():
    response = Client().get("/saml/metadata/")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/samlmetadata+xml"
    return response.content


def test_it_says_what_we_do():
    root = etree.fromstring(ours())
    assert (root.tag, root.get("entityID")) == (f"{MD}EntityDescriptor", SP)
    (sp,) = root.findall(f"{MD}SPSSODescriptor")
    assert (sp.get("AuthnRequestsSigned"), sp.get("WantAssertionsSigned")) == ("true", "true")
    (acs,) = sp.findall(f"{MD}AssertionConsumerService")
    assert (acs.get("Binding"), acs.get("Location")) == (f"{BINDING}POST", ACS)
    (slo,) = sp.findall(f"{MD}SingleLogoutService")
    assert (slo.get("Binding"), slo.get("Location")) == (f"{BINDING}Redirect", SLO)


def test_it_asks_for_the_least_and_never_for_the_cpr_number():
    asked = {
        each.get("Name"): each.get("isRequired") for each in etree.fromstring(ours()).iter(f"{MD}RequestedAttribute")
    }
    assert set(asked) == set(professional.REQUESTED)
    assert {name for name, required in asked.items() if required} == set(professional.REQUIRED)
    assert not [name for name in asked if "cpr" in name.lower()]


def test_it_offers_only_what_we_take():
    offered = [each.get("Algorithm") for each in etree.fromstring(ours()).iter(f"{MD}EncryptionMethod")]
    assert offered[0] == "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
    assert set(offered) <= CIPHERS | KEY_TRANSPORTS
    assert set(offered) & CIPHERS
    assert set(offered) & KEY_TRANSPORTS


def certificates(use):
    path = f".//{MD}KeyDescriptor[@use='{use}']//{DS}X509Certificate"
    return [each.text for each in etree.fromstring(ours()).iterfind(path)]


@pytest.mark.parametrize("use", ["signing", "encryption"])
def test_it_has_both_certificates_while_keys_are_changed(own_files, use):
    assert certificates(use) == [pair("current").in_metadata]
    write_pair(own_files, "next", pair("next"))
    assert certificates(use) == [pair("current").in_metadata, pair("next").in_metadata]


def test_it_is_valid_by_the_schema_and_others_can_read_it(own_files, tmp_path):
    from saml2.attribute_converter import ac_factory
    from saml2.mdstore import MetaDataFile
    from saml2.xml.schema import validate

    write_pair(own_files, "next", pair("next"))
    text = ours().decode()
    validate(text)
    file = tmp_path / "sp.xml"
    file.write_text(text, encoding="utf-8")
    read = MetaDataFile(ac_factory(), str(file))
    read.load()
    assert [
        each["location"]
        for each in read.service(SP, "spsso_descriptor", "assertion_consumer_service")[f"{BINDING}POST"]
    ] == [ACS]
    assert len(read.certs(SP, "spsso", "encryption")) == 2
    assert read[SP]["spsso_descriptor"][0]["want_assertions_signed"] == "true"


def test_what_stands_in_the_settings_is_escaped(settings):
    settings.SAML_ENTITY_ID = "https://saml.indberet.example/?a=1&b=<2>\"'"
    assert etree.fromstring(ours()).get("entityID") == settings.SAML_ENTITY_ID == service_provider().entity_id
