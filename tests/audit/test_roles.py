"""The application's own role on PostgreSQL: it can do all the work, and cannot change or remove an event."""

import secrets
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from indberet.audit import guards
from indberet.audit.chain import head, link_everything
from indberet.audit.grants import may_change_events
from indberet.audit.models import Event, Link
from indberet.audit.purge import purge_events
from indberet.audit.verify import verify
from indberet.definition.registry import statistics
from indberet.nightly.run import run_night
from indberet.pages.contacts import save_contact
from indberet.register.delete import delete_records, purge, restore_records
from indberet.register.models import Case, Record
from tests.audit.trail import an_event, clock
from tests.intake.files import json_lines, send, service
from tests.people import ADULT, ADULTS, ANNA, TODAY, adult_values, posted, save

pytestmark = pytest.mark.django_db(transaction=True)


def become(user: str, password: str) -> None:
    """Connects anew as another role."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    connection.settings_dict |= {"USER": user, "PASSWORD": password}


@pytest.fixture
def application(transactional_db):
    """The tests go on as a role that was made for it, with nothing but what the command grants."""
    owner = connection.settings_dict["USER"], connection.settings_dict["PASSWORD"]
    role, password = f"app_{connection.settings_dict['NAME']}", secrets.token_hex(16)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP ROLE IF EXISTS {role}")
        cursor.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER PASSWORD '{password}'")
    call_command("database_grants", role, "--apply")
    become(role, password)
    try:
        yield role
    finally:
        become(*owner)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP OWNED BY {role}")
            cursor.execute(f"DROP ROLE {role}")


REFUSED = [
    "UPDATE audit_event SET actor = 'x'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event CASCADE",
    "UPDATE audit_link SET digest = 'x'",
    "DELETE FROM audit_link",
    "TRUNCATE audit_link",
    "UPDATE audit_anchor SET seal = 'x'",
    "DELETE FROM audit_anchor",
    "TRUNCATE audit_anchor",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_event_unchanged ON audit_event",
    "DROP TABLE audit_link",
    "DROP FUNCTION audit_refuse() CASCADE",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "SELECT audit_purge(1)",
    "SELECT * FROM audit_event FOR UPDATE",
    "DELETE FROM django_migrations",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_it_can_neither_change_nor_remove_an_event(application, statement):
    an_event()
    link_everything()
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)
    assert (Event.objects.count(), Link.objects.count()) == (1, 1)
    assert guards.lacking(connection) == []


def test_the_owner_may_and_the_application_may_not(application):
    assert not may_change_events()


def test_the_function_that_removes_refuses_what_is_young(application):
    an_event()
    link_everything()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO audit_anchor (number, digest, seal, at) VALUES (1, 'x', 'x', now())")
        with pytest.raises(DatabaseError, match="too young"):
            cursor.execute("SELECT audit_purge(1)")
    assert Event.objects.count() == 1


def test_tables_of_its_own_do_not_fool_the_function(application):
    an_event()
    link_everything()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE audit_anchor (number bigint)")
        cursor.execute("INSERT INTO pg_temp.audit_anchor VALUES (1)")
        with pytest.raises(DatabaseError, match="No anchor"):
            cursor.execute("SELECT audit_purge(1)")
        cursor.execute("DROP TABLE pg_temp.audit_anchor")


def test_it_removes_what_is_old(application, monkeypatch):
    with clock(monkeypatch, timezone.now() - timedelta(days=400)):
        an_event()
    kept = an_event()
    assert purge_events(timezone.now(), months=12) == 1
    assert list(Event.objects.all()) == [kept]
    assert verify().holds


def test_all_the_work_can_be_done(application, log_in, monkeypatch, settings, tmp_path):
    from indberet.office.overview import reporting

    anna = log_in("anna")
    contact = {"name": "Anna", "phone": "12345678", "email": "anna@example.dk"}
    for statistic in statistics():
        save_contact(ANNA, statistic, contact)
    assert anna.post("/adults/records/new/", posted(adult_values())).status_code == 302
    record = Record.unscoped.get()
    changed = posted(adult_values(p_number="1000000000"), do="save_stop", version="")
    assert anna.post(f"/adults/records/{record.pk}/", changed).status_code == 302
    assert ADULT[:6] in anna.get("/adults/own/").content.decode()
    assert b"".join(anna.post("/adults/own/export/csv/", {"whole": "yes"}).streaming_content)
    deletion = delete_records(scope=ANNA, statistic=ADULTS, record_ids=[record.pk])
    assert restore_records(scope=ANNA, statistic=ADULTS, deletion=deletion.id) == 1
    assert send(json_lines(service(id="9", cpr="0505850008"))).new == 1
    few = [row for row in reporting() if row.code in ("461", "751")]
    monkeypatch.setattr("indberet.nightly.steps.reporting", lambda: few)
    settings.MEMO_DIR = settings.DATA_DIR = tmp_path
    night = run_night(TODAY)
    assert not night.failed, night.page
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[save(cpr="0303750004").pk])
    assert purge(now=timezone.now() + timedelta(days=40)) > 0
    assert Case.unscoped.filter(cpr="0303750004").count() == 0
    call_command("clearsessions")
    anna.post("/logout/")
    link_everything()
    assert verify().holds
    assert head().number == Event.objects.count()
