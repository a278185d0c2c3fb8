"""`indberet check-login`: what it prints, how it ends, and the rights that it finds in a sample."""

import json

import pytest

from tests.access.readiness.given import run, wrong

pytestmark = pytest.mark.django_db


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
