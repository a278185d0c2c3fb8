"""A clock that the tests set, and Anna, who is logged in."""

from datetime import timedelta

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Sets the server's clock to so many minutes after NOW; it begins at 0."""
    from .given import NOW

    def set_clock(minutes=0.0, **more):
        monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(minutes=minutes, **more))

    set_clock()
    return set_clock


@pytest.fixture
def anna(db):
    from indberet.pages.contacts import save_contact
    from tests.people import ADULTS
    from tests.people import ANNA as SCOPE

    save_contact(SCOPE, ADULTS, {"name": "Anna", "phone": "12345678", "email": "anna@example.dk"})
    client = Client()
    client.post("/login/", {"person": "anna"})
    return client
