"""What is missing for log-in by SAML is told in sentences before anybody tries."""

import pytest
from django.core.checks import run_checks

from tests.access.saml.idp import SITE, SP, metadata
from tests.access.saml.pki import pair, write_pair


@pytest.fixture
def ready(settings, tmp_path):
    """Everything as it should be."""
    settings.LOGIN, settings.PUBLIC_URL, settings.SAML_ENTITY_ID = "saml", SITE, SP
    settings.SAML_DIR, settings.DEMO = tmp_path, False
    settings.ALLOWED_HOSTS = ["indberet.example.dk"]
    settings.ROOT_URLCONF = "tests.every_address"
    write_pair(tmp_path, "current", pair("current"))
    (tmp_path / "idp.xml").write_text(metadata(), encoding="utf-8")
    (tmp_path / "current.key").chmod(0o400)
    return tmp_path


def told(deploy=True):
    found = run_checks(include_deployment_checks=deploy)
    return [
        message.msg for message in found if message.id in {f"indberet.{kind}03{n}" for kind in "EW" for n in range(7)}
    ]


def test_all_is_well(ready):
    assert told() == []


def test_nothing_is_asked_where_nobody_logs_in_by_saml(settings, tmp_path):
    settings.LOGIN, settings.SAML_DIR = "none", tmp_path / "missing"
    assert told() == []


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("SAML_ENTITY_ID", "", "INDBERET_SAML_ENTITY_ID is not set"),
        ("PUBLIC_URL", "", "INDBERET_PUBLIC_URL is not set"),
        ("PUBLIC_URL", "http://indberet.example.dk", "expected https://"),
        ("PUBLIC_URL", "https://other.example.dk", "INDBERET_ALLOWED_HOSTS refuses"),
    ],
)
def test_a_setting_that_is_missing_or_wrong(ready, settings, setting, value, sentence):
    setattr(settings, setting, value)
    (message,) = told(deploy=False)
    assert sentence in message


def test_a_demo_may_do_without_tls(ready, settings):
    settings.DEMO, settings.PUBLIC_URL = True, "http://indberet.example.dk"
    assert told(deploy=False) == []


@pytest.mark.parametrize("name", ["idp.xml", "current.key", "current.crt"])
def test_a_missing_file_is_named(ready, name):
    (ready / name).unlink()
    (message,) = told()
    assert message.startswith(f"{ready / name} is missing: ")


def test_a_key_that_others_can_read(ready):
    (ready / "current.key").chmod(0o644)
    (message,) = told(deploy=False)
    assert (
        message
        == f"{ready / 'current.key'} can be read by every user of the machine: chmod 400 {ready / 'current.key'}"
    )


def test_files_that_do_not_belong_together(ready):
    (ready / "current.crt").write_bytes(pair("next").certificate_pem)
    (message,) = told()
    assert message.startswith(f"{ready / 'current.crt'} does not belong to {ready / 'current.key'}")


def test_without_xmlsec1(ready, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _name: None)
    (message,) = told()
    assert message.startswith("The program xmlsec1 is not installed")
