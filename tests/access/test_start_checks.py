"""What is missing for a log-in is told in sentences at the start, before anybody tries."""

import json
from datetime import UTC, datetime

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command

from indberet import cli
from tests.access.saml.idp import SITE, SP, metadata
from tests.access.saml.pki import Pair, pair, write_pair

from .certificates import certificate, key


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


def told():
    messages = run_checks(include_deployment_checks=True)
    return [message.msg for message in messages if message.id == "indberet.E030"]


def test_all_is_well(ready):
    assert told() == []


def test_nothing_is_asked_where_nobody_logs_in_by_saml(settings, tmp_path):
    settings.LOGIN, settings.SAML_DIR = "none", tmp_path / "missing"
    assert told() == []


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("SAML_ENTITY_ID", "", "INDBERET_SAML_ENTITY_ID is empty"),
        ("PUBLIC_URL", "", "INDBERET_PUBLIC_URL is empty"),
        ("PUBLIC_URL", "http://indberet.example.dk", "without TLS"),
        ("PUBLIC_URL", "https://other.example.dk", "is not in INDBERET_ALLOWED_HOSTS"),
    ],
)
def test_a_setting_that_is_missing_or_wrong(ready, settings, setting, value, sentence):
    setattr(settings, setting, value)
    (message,) = told()
    assert sentence in message


@pytest.mark.parametrize("code", ["999", "086"])
def test_a_fictitious_organisation_that_stands_for_no_municipality(ready, settings, code):
    settings.FICTITIOUS_CVR = {"90000016": "461", "90000024": code}
    (message,) = told()
    assert f"90000024 is {code}, which is no municipality" in message


def test_a_demo_may_do_without_tls(ready, settings):
    settings.DEMO, settings.PUBLIC_URL = True, "http://indberet.example.dk"
    assert told() == []


@pytest.mark.parametrize("name", ["idp.xml", "current.key", "current.crt"])
def test_a_missing_file_is_named(ready, name):
    (ready / name).unlink()
    (message,) = told()
    assert f"{ready / name} cannot be read" in message


def test_a_key_that_others_can_read(ready):
    (ready / "current.key").chmod(0o644)
    (message,) = told()
    assert f"{ready / 'current.key'} has mode 0644" in message


@pytest.mark.parametrize(("name", "mode"), [("", 0o777), ("", 0o1777), ("idp.xml", 0o666)])
def test_a_place_where_anybody_can_say_whom_we_trust(ready, name, mode):
    place = ready / name
    place.chmod(mode)
    (message,) = told()
    assert f"{place} has mode {mode:04o}: anybody may change whom we trust" in message


def test_files_that_do_not_belong_together(ready):
    (ready / "current.crt").write_bytes(pair("next").certificate_pem)
    (message,) = told()
    assert f"{ready / 'current.crt'} does not belong to {ready / 'current.key'}" in message


def test_without_xmlsec1(ready, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _name: None)
    assert told() == ["xmlsec1: the program xmlsec1 is not installed."]


def test_a_certificate_that_has_ended_is_no_reason_not_to_start(ready, settings):
    now = datetime.now(UTC)
    write_pair(ready, "current", Pair(key(), certificate(key(), now=now, days=-1, begins=-9)))
    assert told() == []


def test_openid_connect_is_looked_at_too(settings):
    settings.LOGIN, settings.PUBLIC_URL, settings.OIDC_ISSUER = "oidc", "https://testserver", ""
    settings.OIDC_CLIENT_ID = settings.OIDC_CLIENT_SECRET = "indberet"
    assert told() == ["settings: INDBERET_OIDC_ISSUER is empty."]


@pytest.fixture
def without_metadata(ready):
    """Nobody can log in."""
    (ready / "idp.xml").unlink()
    return ready


def test_it_is_not_served_and_the_reason_is_told(without_metadata, settings, monkeypatch):
    settings.BEHIND_PROXY = True
    monkeypatch.setattr("os.execv", lambda *_command: pytest.fail("served"))
    with pytest.raises(CommandError, match=r"idp\.xml cannot be read"):
        call_command("serve", skip_checks=False)


@pytest.mark.django_db
def test_check_login_prints_every_point_though_nobody_can_log_in(without_metadata, capsys):
    assert cli.main(["check-login", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert "idp.xml" in [point["name"] for point in told["points"] if point["state"] == "error"]
    assert {"settings", "database", "current.key"} <= {point["name"] for point in told["points"]}
    assert not told["ok"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "command",
    [["migrate"], ["verify-events"], ["events"], ["end-sessions", "--everyone"], ["rules"], ["clearsessions"]],
    ids=" ".join,
)
def test_what_needs_no_log_in_works_without(without_metadata, command, capsys):
    assert cli.main(command) == 0, capsys.readouterr().err
