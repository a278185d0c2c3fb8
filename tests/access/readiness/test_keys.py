"""What is wrong with the portal's keys and certificates."""

from datetime import UTC, datetime, timedelta

import pytest

from indberet.access.readiness import keys as keys_module
from indberet.access.readiness.certificates import ending
from indberet.access.readiness.check import check
from indberet.nightly.steps import tasks
from tests.access.certificates import certificate, key, write_pair
from tests.access.readiness.given import wrong

pytestmark = pytest.mark.django_db


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


def test_a_certificate_that_has_ended_is_told(folder):
    write_pair(folder, "current", key(), certificate(key(), now=datetime.now(UTC), days=-2, begins=-9))

    assert ending(folder, datetime.now(UTC))[0].startswith("current.crt: ended on ")


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
