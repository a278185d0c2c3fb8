"""What the tests of log-ins share."""

from datetime import UTC, datetime

from django.test import Client

from indberet.audit.models import Event
from tests.people import ODENSE, identity

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NEW, OWN, STATE, CONTINUE = "/adults/records/new/", "/adults/own/", "/session/state/", "/session/continue/"
ANNA = identity("Anna", ODENSE, "report")
TYPED = "1003456781"
EVERYTHING = {"day": "now", "measure": "services", "row": "all", "column": "all"}


def copied(client):
    """Another browser with a copy of the cookie."""
    thief = Client()
    thief.cookies["indberet-session"] = client.cookies["indberet-session"].value
    return thief


def open_form(client, path=NEW):
    """The author's word of a form."""
    page = client.get(path).content.decode()
    return page.split('name="author" value="')[1].split('"')[0]


def actions():
    return list(Event.objects.order_by("id").values_list("action", flat=True))
