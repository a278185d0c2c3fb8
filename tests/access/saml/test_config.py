"""The files of SAML_DIR: read once, taken anew when they change, and a bad one does not end what works."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from indberet.access.saml import config
from indberet.access.saml.config import NotConnected, service_provider

from .idp import ACS, IDP, SIGN_IN, SIGN_OUT, SIGN_OUT_ANSWERS, SLO, SP, metadata
from .pki import pair, write_pair
from .steps import is_logged_in, last_refusal, log_in

ROOT = Path(__file__).parents[3]


def test_who_we_are_and_whom_we_trust():
    provider = service_provider()
    assert (provider.entity_id, provider.acs, provider.slo) == (SP, ACS, SLO)
    assert (provider.idp, provider.sign_in) == (IDP, SIGN_IN)
    assert (provider.sign_out, provider.sign_out_answers) == (SIGN_OUT, SIGN_OUT_ANSWERS)
    assert [key.public_numbers() for key in provider.idp_keys] == [pair("idp").key.public_key().public_numbers()]


def test_pysaml2_is_told_to_be_strict():
    known = service_provider().client.config
    for name in (
        "want_assertions_signed",
        "authn_requests_signed",
        "logout_requests_signed",
        "logout_responses_signed",
    ):
        assert known.getattr(name, "sp") is True, name
    assert known.getattr("allow_unsolicited", "sp") is False
    assert known.only_use_keys_in_metadata is True
    assert known.allow_unknown_attributes is False
    assert known.delete_tmpfiles is True
    assert known.accepted_time_diff == 180
    assert known.signing_algorithm == "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    assert known.digest_algorithm == "http://www.w3.org/2001/04/xmlenc#sha256"


def test_files_are_read_once_until_one_changes(own_files, monkeypatch):
    loads = []
    monkeypatch.setattr(config, "load", lambda folder, load=config.load: loads.append(folder) or load(folder))
    first = service_provider()
    assert service_provider() is first
    assert len(loads) == 1
    (own_files / "idp.xml").write_text(metadata("idp", "idp-2"), encoding="utf-8")
    assert len(service_provider().idp_keys) == 2
    assert len(loads) == 2


def test_the_next_key_becomes_known_and_then_the_current_one(own_files):
    assert len(service_provider().certificates) == 1
    write_pair(own_files, "next", pair("next"))
    assert service_provider().certificates == (pair("current").certificate, pair("next").certificate)
    write_pair(own_files, "current", pair("next"))
    for end in ("key", "crt"):
        (own_files / f"next.{end}").unlink()
    assert service_provider().certificates == (pair("next").certificate,)


def old_metadata():
    return metadata(more=' validUntil="2026-01-01T00:00:00Z"')


def without_log_in():
    return metadata().replace("SingleSignOnService", "NameIDMappingService")


def with_two():
    one = metadata().partition("?>")[2]
    two = metadata(entity="https://saml.other.example").partition("?>")[2]
    md = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
    return f"<md:EntitiesDescriptor {md}>{one}{two}</md:EntitiesDescriptor>"


BROKEN = {
    "no metadata": lambda folder: (folder / "idp.xml").unlink(),
    "empty metadata": lambda folder: (folder / "idp.xml").write_text(""),
    "half metadata": lambda folder: (folder / "idp.xml").write_text(metadata()[:500]),
    "metadata with a dtd": lambda folder: (folder / "idp.xml").write_text("<!DOCTYPE x []>" + metadata()),
    "metadata that has run out": lambda folder: (folder / "idp.xml").write_text(old_metadata()),
    "metadata without log-in": lambda folder: (folder / "idp.xml").write_text(without_log_in()),
    "metadata of two": lambda folder: (folder / "idp.xml").write_text(with_two()),
    "metadata without keys": lambda folder: (folder / "idp.xml").write_text(
        metadata().replace("signing", "encryption")
    ),
    "no key": lambda folder: (folder / "current.key").unlink(),
    "no certificate": lambda folder: (folder / "current.crt").unlink(),
    "another's certificate": lambda folder: (folder / "current.crt").write_bytes(pair("next").certificate_pem),
    "no pem": lambda folder: (folder / "current.key").write_text("key"),
    "half of the next pair": lambda folder: (folder / "next.key").write_bytes(pair("next").key_pem),
}


@pytest.mark.django_db
@pytest.mark.parametrize("damage", BROKEN.values(), ids=BROKEN)
def test_a_bad_file_keeps_the_last_good_copy_and_is_logged_once(own_files, caplog, damage):
    good = service_provider()
    damage(own_files)
    assert service_provider() is good
    assert service_provider() is good
    (line,) = [record.msg for record in caplog.records if "saml_files_refused" in str(record.msg)]
    assert line["last_good_copy_in_use"] is True
    assert str(own_files) in line["why"]
    assert "BEGIN" not in line["why"]


@pytest.mark.django_db
@pytest.mark.parametrize("damage", BROKEN.values(), ids=BROKEN)
def test_without_a_good_copy_log_in_says_so_and_nothing_is_a_500(own_files, damage):
    damage(own_files)
    with pytest.raises(NotConnected, match=str(own_files)):
        service_provider()
    browser = Client()
    response = browser.get("/login/saml/")
    assert response["Location"].startswith("/login/refused/provider/")
    assert last_refusal()["code"] == "not-connected"
    assert browser.post("/saml/acs/", {"SAMLResponse": "x"})["Location"].startswith("/login/refused/provider/")
    assert browser.get("/saml/slo/?SAMLRequest=x").status_code == 403
    assert browser.get("/saml/metadata/").status_code == 503
    assert browser.get("/login/").status_code == 200


@pytest.mark.django_db
def test_one_logs_in_with_the_last_good_copy(own_files, browser):
    log_in(browser)
    (own_files / "idp.xml").write_text("", encoding="utf-8")
    log_in(browser)
    assert is_logged_in(browser)


def test_the_copy_of_other_settings_is_not_used(own_files, settings):
    service_provider()
    settings.SAML_ENTITY_ID = ""
    with pytest.raises(NotConnected, match="INDBERET_SAML_ENTITY_ID is not set"):
        service_provider()


def test_without_xmlsec1_nobody_logs_in(own_files, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _name: None)
    with pytest.raises(NotConnected, match="xmlsec1"):
        service_provider()


def test_nothing_of_saml_is_loaded_where_it_is_not_in_use(tmp_path):
    code = """
import django, sys
django.setup()
from django.core.management import call_command
from django.urls import get_resolver
call_command("check")
get_resolver().url_patterns
print(sorted({"saml2", "xmlschema", "cryptography", "lxml.etree"} & set(sys.modules)))
"""
    demo = {"INDBERET_DEMO": "1", "INDBERET_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "indberet.settings"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INDBERET_")} | demo
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == "['lxml.etree']", ran.stderr
