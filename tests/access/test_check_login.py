"""`indberet check-login`: each point, as it is and as it must not be."""

import json
import threading
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import clear_url_caches
from django.utils import timezone

from indberet.access.readiness import keys as keys_module
from indberet.access.readiness import point, portal
from indberet.access.readiness.certificates import ending
from indberet.access.readiness.check import check
from indberet.nightly.steps import tasks
from tests.access.oidc.broker import Broker

from .certificates import certificate, fill, idp_metadata, key, write_pair

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    fill(tmp_path / "saml")
    return tmp_path / "saml"


@pytest.fixture(autouse=True)
def ready(settings, folder):
    """A portal in production, ready for NemLog-in."""
    settings.LOGIN, settings.SAML_DIR = "saml", folder
    settings.PUBLIC_URL, settings.SAML_ENTITY_ID = "https://indberet.example", "https://saml.indberet.example"
    settings.ALLOWED_HOSTS = ["indberet.example"]
    settings.DEMO = settings.TEST_LOGIN = False
    for cookie in ("SESSION", "CSRF"):
        setattr(settings, f"{cookie}_COOKIE_NAME", f"__Host-{cookie.lower()}")
        setattr(settings, f"{cookie}_COOKIE_SECURE", True)
    settings.LOGIN_COOKIE_NAME = "__Host-login"
    settings.ROOT_URLCONF = "tests.every_address"
    clear_url_caches()
    yield
    clear_url_caches()


@pytest.fixture(autouse=True)
def trial(request, monkeypatch):
    """xmlsec1 is tried where a test asks for `real_trial`; elsewhere it is taken to work, which saves half a minute."""
    if "real_trial" not in request.fixturenames:
        monkeypatch.setattr(keys_module, "_trial", lambda name, _key, _certificate: point.ok(name, "taken to work"))


@pytest.fixture
def real_trial():
    """xmlsec1 is tried."""


def wrong(**options):
    """The points that are not ok, as name -> state."""
    return {found.name: found.state for found in check(**options) if found.state != "ok"}


def run(*arguments):
    """What the command prints, and the error it ends with, '' for none."""
    out = StringIO()
    try:
        call_command("check_login", *arguments, stdout=out)
    except CommandError as refused:
        return out.getvalue(), str(refused)
    return out.getvalue(), ""


def test_all_is_well(real_trial):
    assert wrong() == {}


def test_what_it_prints():
    out, refused = run()

    assert refused == ""
    assert "ok       settings" in out
    assert "urn:dk:dst:indberet:adults:indberet" in out
    assert "ERROR" not in out


def test_an_error_ends_with_1_and_says_what_to_do(folder):
    (folder / "idp.xml").unlink()
    out, refused = run()

    assert "ERROR    idp.xml" in out
    assert "-> Fetch NemLog-in's metadata anew" in out
    assert refused.endswith("Errors: 2.")


def test_json(folder):
    (folder / "current.key").chmod(0o604)
    out, refused = run("--json")
    told = json.loads(out)

    assert refused
    assert told["ok"] is False
    assert {"name": "current.key-mode", "state": "error"}.items() <= next(
        each.items() for each in told["points"] if each["state"] == "error"
    )
    assert {"uri": "urn:dk:dst:indberet:adults:godkend", "statistic": "adults", "verb": "approve"} in told["privileges"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"LOGIN": "none"}, {"settings": "error"}),
        ({"SAML_ENTITY_ID": ""}, {"settings": "error"}),
        ({"PUBLIC_URL": ""}, {"settings": "error"}),
        ({"PUBLIC_URL": "http://indberet.example"}, {"public-url": "error"}),
        ({"ALLOWED_HOSTS": ["another.example"]}, {"public-url": "error"}),
        ({"DEMO": True}, {"test-log-in": "error"}),
        ({"TEST_LOGIN": True}, {"test-log-in": "error"}),
        ({"SESSION_COOKIE_NAME": "session"}, {"cookies": "error"}),
        ({"CSRF_COOKIE_SECURE": False}, {"cookies": "error"}),
        ({"LOGIN_COOKIE_NAME": "login"}, {"cookies": "error"}),
        ({"SESSION_COOKIE_SAMESITE": "Strict"}, {"cookies": "error"}),
        ({"SESSION_COOKIE_HTTPONLY": False}, {"cookies": "error"}),
        ({"FICTITIOUS_CVR": {"90000016": "461"}}, {"organisations": "warning"}),
    ],
)
def test_settings(settings, changed, expected):
    for name, value in changed.items():
        setattr(settings, name, value)

    assert wrong() == expected


@pytest.mark.parametrize(
    ("days", "begins", "expected"),
    [
        (61, -1, {}),
        (59, -1, {"current.crt": "warning"}),
        (-1, -9, {"current.crt": "error"}),
        (365, 2, {"current.crt": "error"}),
    ],
)
def test_our_certificate_and_the_calendar(folder, days, begins, expected):
    write_pair(folder, "current", key(), certificate(key(), now=datetime.now(UTC), days=days, begins=begins))

    assert wrong() == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([61], {}),
        ([59], {"idp-certificate-1": "warning"}),
        ([-1], {"idp-certificate-1": "error"}),
        ([-1, 300], {"idp-certificate-1": "warning"}),
        ([-1, -1], {"idp-certificate-1": "error", "idp-certificate-2": "error"}),
    ],
)
def test_their_certificates_and_the_calendar(folder, days, expected):
    now = datetime.now(UTC)
    made = [certificate(key(3072, number), now=now, days=day) for number, day in enumerate(days)]
    (folder / "idp.xml").write_text(idp_metadata(*made))

    assert wrong() == expected


@pytest.mark.parametrize(("bits", "state"), [(2048, "warning"), (1024, "error")])
def test_the_size_of_our_key(folder, bits, state):
    write_pair(folder, "current", key(bits), certificate(key(bits), now=datetime.now(UTC)))

    assert wrong() == {"current.crt-key": state}


def test_a_key_that_is_not_rsa(folder):
    write_pair(folder, "current", key(0), certificate(key(0), now=datetime.now(UTC)))

    assert wrong() == {"current.key": "error", "current.crt-key": "error", "metadata": "error"}


def test_a_certificate_of_another_key(folder):
    other = certificate(key(3072, 2), now=datetime.now(UTC))
    write_pair(folder, "current", key(), other)

    assert wrong() == {"current.key": "error", "metadata": "error"}


@pytest.mark.parametrize("name", ["current.key", "current.crt"])
def test_a_file_of_the_pair_is_missing(folder, name):
    (folder / name).unlink()

    assert wrong() == {"current.key": "error", "metadata": "error"}


def test_a_key_with_a_password(folder):
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

    file = folder / "current.key"
    file.unlink()
    file.write_bytes(key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")))
    file.chmod(0o400)

    assert wrong() == {"current.key": "error", "metadata": "error"}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (0o400, {}),
        (0o600, {}),
        (0o640, {"current.key-mode": "warning"}),
        (0o644, {"current.key-mode": "error"}),
        (0o660, {"current.key-mode": "error"}),
    ],
)
def test_who_may_read_the_key(folder, mode, expected):
    (folder / "current.key").chmod(mode)

    assert wrong() == expected


def test_the_next_pair_is_looked_at_too(folder, real_trial):
    now = datetime.now(UTC)
    write_pair(folder, "next", key(3072, 3), certificate(key(3072, 3), now=now))
    assert wrong() == {}
    assert any(found.name == "next-trial" for found in check())

    write_pair(folder, "next", key(3072, 3), certificate(key(3072, 3), now=now, days=-1, begins=-9))
    assert wrong() == {"next.crt": "error"}

    (folder / "next.key").unlink()
    assert wrong()["next.key"] == "error"


def test_without_xmlsec1(monkeypatch):
    monkeypatch.setattr(keys_module.shutil, "which", lambda _name: None)

    assert wrong()["xmlsec1"] == "error"


@pytest.mark.parametrize("step", ["--sign", "--verify", "--encrypt", "--decrypt"])
def test_an_xmlsec1_that_cannot(real_trial, monkeypatch, tmp_path, step):
    import shutil

    real = shutil.which("xmlsec1")
    broken = tmp_path / "xmlsec1"
    broken.write_text(f'#!/bin/sh\n[ "$1" = {step} ] && {{ echo "func=broken" >&2; exit 1; }}\nexec {real} "$@"\n')
    broken.chmod(0o700)
    monkeypatch.setattr(keys_module.shutil, "which", lambda _name: str(broken))

    [found] = [each for each in check() if each.name == "current-trial"]
    assert (found.state, found.said) == ("error", f"xmlsec1 could not {step[2:]}: func=broken")


NOW = datetime.now(UTC)
GOOD = certificate(key(3072, 1), now=NOW)
TLS_LESS = (
    '<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="http://idp.example/o"/>',
    '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="http://idp.example/i"/>',
)
POST_ONLY = (
    '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/i"/>',
)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("no xml", {"idp.xml": "error", "metadata": "error"}),
        ('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', {"idp.xml": "error"}),
        ('<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x"/>', {"idp.xml": "error"}),
        (idp_metadata(GOOD, attributes=' validUntil="2020-01-01T00:00:00Z"'), {"idp-validity": "error"}),
        (idp_metadata(GOOD, attributes=' validUntil="soon"'), {"idp-validity": "error"}),
        (idp_metadata(), {"idp-certificate": "error", "metadata": "error"}),
        (idp_metadata(GOOD, services=TLS_LESS), {"idp-log-in": "warning", "idp-log-out": "warning"}),
        (
            idp_metadata(GOOD, services=POST_ONLY),
            {"idp-log-in": "error", "idp-log-out": "error", "metadata": "error"},
        ),
        (idp_metadata(GOOD).replace("WantAuthnRequestsSigned", "WantNothing"), {"idp-requests": "warning"}),
    ],
    ids=["garbage", "dtd", "no-idp", "over", "not-a-time", "no-key", "no-tls", "post-only", "unsigned"],
)
def test_metadata_of_the_identity_provider(folder, content, expected):
    (folder / "idp.xml").write_text(content)

    assert expected.items() <= wrong().items()


def test_certificates_that_cannot_be_read(folder):
    (folder / "idp.xml").write_text(idp_metadata(GOOD).replace("<X509Certificate>", "<X509Certificate>AAAA"))

    assert wrong()["idp.xml"] == "error"


@pytest.mark.parametrize(
    ("apart", "expected"), [(0, {}), (29, {}), (31, {"clock": "warning"}), (181, {"clock": "error"})]
)
def test_the_databases_clock(monkeypatch, apart, expected):
    monkeypatch.setattr(portal, "_database_time", lambda: timezone.now() - timedelta(seconds=apart))

    assert wrong() == expected


def test_the_databases_clock_is_asked():
    assert abs(portal._database_time() - datetime.now(UTC)) < timedelta(seconds=30)


def test_a_database_without_the_tables(monkeypatch):
    from django.db import DatabaseError

    def missing():
        raise DatabaseError("no such table")

    monkeypatch.setattr(portal.Handshake.objects, "exists", missing)

    assert wrong() == {"database": "error"}


class Clock(BaseHTTPRequestHandler):
    date = ""

    def do_HEAD(self):
        self.send_response_only(405)
        self.send_header("Date", self.date)
        self.end_headers()

    def log_message(self, *_args):
        return


@pytest.mark.parametrize(("minutes", "expected"), [(0, "ok"), (1, "warning"), (5, "error"), (None, "warning")])
def test_the_identity_providers_clock(folder, minutes, expected):
    date = "" if minutes is None else (datetime.now(UTC) - timedelta(minutes=minutes)).strftime("%a, %d %b %Y %T GMT")
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Then", (Clock,), {"date": date}))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        text = idp_metadata(GOOD).replace("https://idp.example/login", f"http://127.0.0.1:{server.server_port}/login")
        (folder / "idp.xml").write_text(text)
        [found] = [each for each in check(online=True) if each.name == "idp-clock"]
    finally:
        server.shutdown()
        server.server_close()

    assert found.state == expected


def test_an_identity_provider_that_this_machine_does_not_reach(folder):
    text = idp_metadata(GOOD).replace("https://idp.example/login", "http://127.0.0.1:9/login")
    (folder / "idp.xml").write_text(text)

    assert wrong(online=True) == {"idp-log-in": "warning", "idp-clock": "warning"}


PROFILE = "http://digst.dk/oiosaml/basic_privilege_profile"


def blob(*groups):
    inside = "".join(
        f'<PrivilegeGroup Scope="urn:dk:gov:saml:cvrNumberIdentifier:{cvr}">'
        f"<Privilege>{uri}</Privilege></PrivilegeGroup>"
        for cvr, uri in groups
    )
    return f'<b:PrivilegeList xmlns:b="{PROFILE}">{inside}</b:PrivilegeList>'.encode()


@pytest.mark.parametrize("wrapped", [bytes, b64encode])
def test_a_sample_of_privileges(tmp_path, wrapped):
    file = tmp_path / "blob"
    file.write_bytes(wrapped(blob(("35209115", "urn:dk:dst:indberet:adults:indberet"))))

    assert wrong(sample=file) == {}
    assert "ok       sample" in run("--privileges", str(file))[0]
    assert "for CVR 35209115: 461" in run("--privileges", str(file))[0]


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (blob(("35209115", "urn:dk:another:privilege")), "warning"),
        (blob(("90000016", "urn:dk:dst:indberet:adults:indberet")), "warning"),
        (blob(), "warning"),
        (b"<other/>", "error"),
        (b"not base64", "error"),
        (None, "error"),
    ],
)
def test_a_sample_that_grants_nothing(tmp_path, content, state):
    file = tmp_path / "blob"
    if content is not None:
        file.write_bytes(content)

    assert wrong(sample=file) == {"sample": state}


@pytest.fixture
def broker(settings):
    running = Broker()
    settings.LOGIN, settings.OIDC_ISSUER = "oidc", running.issuer
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "indberet", "fictitious"
    yield running
    running.stop()


def test_openid_connect(broker):
    assert wrong() == wrong(online=True) == {"issuer": "error"}
    assert {found.name for found in check(online=True)} > {"discovery", "discovery-keys"}


def test_openid_connect_without_secret(broker, settings):
    settings.OIDC_CLIENT_SECRET = ""

    assert wrong()["settings"] == "error"


def test_a_discovery_that_fails(broker):
    broker.status["/.well-known/openid-configuration"] = 404
    assert wrong(online=True)["discovery"] == "error"

    broker.status.clear()
    broker.hidden = broker.keys
    assert wrong(online=True)["discovery-keys"] == "error"


def test_the_nightly_run_tells_of_certificates_that_end(folder):
    now = datetime.now(UTC)
    [step] = [task for task in tasks() if task.name == "certificates"]
    assert step.run(now.date(), lambda _what, _count: None).failures == []

    write_pair(folder, "current", key(), certificate(key(), now=now, days=30))
    done = step.run(now.date(), lambda _what, _count: None)
    day = now + timedelta(days=30)
    assert done.failures == [f"current.crt: ends on {day:%Y-%m-%d}, in 29 days"]

    (folder / "idp.xml").unlink()
    assert "cannot be read" in step.run(now.date(), lambda _what, _count: None).failures[0]


def test_the_nightly_run_looks_at_no_certificates_without_saml(settings, folder):
    settings.LOGIN = "none"
    (folder / "idp.xml").unlink()
    [step] = [task for task in tasks() if task.name == "certificates"]

    assert step.run(datetime.now(UTC).date(), lambda _what, _count: None).failures == []


def test_a_certificate_that_has_ended_is_told(folder):
    write_pair(folder, "current", key(), certificate(key(), now=datetime.now(UTC), days=-2, begins=-9))

    assert ending(folder, datetime.now(UTC))[0].startswith("current.crt: ended on ")
