"""The database itself keeps the trail: nothing is changed, and nothing is removed before its time."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from indberet.audit import guards
from indberet.audit.chain import link_everything
from indberet.audit.log import write_event
from indberet.audit.models import Anchor, Event, Link
from tests.people import ANNA

pytestmark = pytest.mark.django_db
OLD = timedelta(days=guards.KEPT_DAYS + 2)


def an_event(**more):
    return write_event(identity=ANNA.identity, action="open", municipality="461", statistic="adults", **more)


@pytest.fixture
def trail():
    """Two linked events and an anchor."""
    events = an_event(), an_event(cases=[1])
    link_everything()
    Anchor.objects.create(number=0, digest="0" * 64, seal="x")
    connection.check_constraints()
    return events


REFUSED = [
    f"{change} {table}{where}"
    for table, column in ((guards.EVENTS, "actor"), (guards.LINKS, "digest"), (guards.ANCHORS, "seal"))
    for change, where in (("UPDATE", f" SET {column} = 'x'"), ("DELETE FROM", ""))
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses_to_change_the_trail(trail, statement):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert (Event.objects.count(), Link.objects.count(), Anchor.objects.count()) == (2, 2, 1)


@pytest.mark.parametrize("table", guards.TABLES)
def test_nor_can_a_table_be_emptied_at_once(trail, table):
    statement = f"TRUNCATE {table} CASCADE" if connection.vendor == "postgresql" else f"DELETE FROM {table}"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_event_of_half_a_year_ago_may_go(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda now=timezone.now: now() - OLD)
    an_event()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {guards.EVENTS}")
    assert not Event.objects.exists()


def test_a_younger_one_stays(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda now=timezone.now: now() - OLD + timedelta(days=3))
    an_event()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {guards.EVENTS}")


def test_the_model_refuses_too(trail):
    with pytest.raises(TypeError):
        trail[0].save()
    with pytest.raises(TypeError):
        trail[0].delete()


def test_every_guard_stands_after_all_migrations():
    assert guards.lacking(connection) == []


def test_a_guard_that_is_gone_is_named():
    table = guards.EVENTS
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_kept")
        else:
            cursor.execute(f"DROP TRIGGER {table}_kept")
    assert guards.lacking(connection) == [f"{table}_kept"]


def test_a_guard_that_was_emptied_is_named():
    table = guards.EVENTS
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION audit_refuse_young() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RETURN OLD; END $$"
            )
        else:
            cursor.execute(f"DROP TRIGGER {table}_kept")
            cursor.execute(f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} BEGIN SELECT 1; END")
    assert guards.lacking(connection) == [f"{table}_kept"]


def test_a_guard_of_the_same_name_that_guards_less_is_named():
    table = guards.LINKS
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER {table}_unchanged ON {table}")
            cursor.execute(
                f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE OF number ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
            )
        else:
            cursor.execute(f"DROP TRIGGER {table}_unchanged")
            cursor.execute(
                f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} FOR EACH ROW WHEN 0 "
                "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
            )
    assert guards.lacking(connection) == [f"{table}_unchanged"]


@pytest.mark.parametrize(
    ("table", "columns", "values"),
    [
        (guards.EVENTS, "id, at, actor, actor_name, source, municipality, statistic, action, cases, detail",
         "{event}, '2026-01-01', 'x', 'x', '', '', '', 'open', '[]', '{{}}'"),
        (guards.LINKS, "number, event_id, digest", "1, {event}, 'x'"),
        (guards.LINKS, "number, event_id, digest", "9, {event}, 'x'"),
        (guards.ANCHORS, "id, number, digest, seal, at", "{anchor}, 0, 'x', 'x', '2026-01-01'"),
    ],
)  # fmt: skip
def test_nothing_is_replaced(trail, table, columns, values):
    told = values.format(event=trail[0].pk, anchor=Anchor.objects.get().pk)
    insert = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{insert} INTO {table} ({columns}) VALUES ({told})")
    assert (Event.objects.count(), Link.objects.count(), Anchor.objects.count()) == (2, 2, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", [1, 2])
def test_tests_that_commit_leave_the_guards_and_no_events(again):
    assert not Event.objects.exists()
    an_event()
    assert Event.objects.count() == 1
    assert guards.lacking(connection) == []
