"""What is wrong with the portal's own settings, clock and database."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from indberet.access.readiness import portal
from tests.access.readiness.given import run, wrong

pytestmark = pytest.mark.django_db


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
    assert "-> indberet migrate" in run()[0]


def test_a_database_that_does_not_answer(monkeypatch):
    from django.db import OperationalError, connection

    def dead():
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "ensure_connection", dead)

    assert wrong() == {"database": "error"}
    assert "the database does not answer" in run()[0]
    assert "-> Start it, or correct INDBERET_DATABASE_URL." in run()[0]
