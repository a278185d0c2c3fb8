"""What is wrong with the identity provider's metadata, certificates and clock."""

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from indberet.access.readiness.check import check
from tests.access.certificates import certificate, idp_metadata, key
from tests.access.readiness.given import wrong

pytestmark = pytest.mark.django_db


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
