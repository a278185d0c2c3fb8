"""Events for the tests, and what only somebody with the owner's rights can do to them."""

from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from indberet.audit import guards
from indberet.audit.log import write_event
from indberet.audit.models import Event
from tests.people import ANNA


def an_event(**more) -> Event:
    """A look-up by Anna."""
    told = {"identity": ANNA.identity, "action": "open", "municipality": "461", "statistic": "adults"}
    return write_event(**{**told, **more})


@contextmanager
def without_guards():
    """As the owner of the database, with the triggers down."""
    guards.take_down(connection)
    try:
        yield
    finally:
        connection.check_constraints()
        guards.put_up(connection)


def by_the_owner(*statements: str) -> None:
    """Tampers with the trail."""
    connection.check_constraints()
    with without_guards(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def clock(monkeypatch, moment: datetime):
    """The program believes that it is another time; the database does not."""
    with monkeypatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: moment)
        yield
