"""What the commands of the trail say: verify-events, events, database-grants."""

import json
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from indberet import cli
from indberet.audit import chain
from indberet.audit.chain import head
from indberet.audit.models import Link
from tests.audit.trail import an_event, by_the_owner


def test_the_command_says_that_all_is_well_and_where_it_ends(five, capsys):
    noted, last = head(), an_event()
    assert cli.main(["verify-events", "--since-head", str(noted)]) == 0
    out = capsys.readouterr().out
    assert "6 events hold together; the chain is whole" in out
    assert "0 events are not linked" in out
    row = {name: getattr(last, name) for name in chain.FIELDS}
    assert f"head 6:{chain.next_digest(noted.digest, row)}" in out


def test_the_command_names_the_place_and_ends_with_1(five, capsys):
    by_the_owner(f"UPDATE audit_event SET actor = 'test:bo' WHERE id = {five[2].pk}")
    assert cli.main(["verify-events"]) == 1
    told = capsys.readouterr()
    assert f"BROKEN at link 3 (event {five[2].pk}): the event was changed" in told.out
    assert "NOT whole" in told.err


def test_the_command_tells_of_a_guard_that_is_gone(five, capsys):
    from indberet.audit import guards

    guards.take_down(connection)
    assert cli.main(["verify-events"]) == 1
    assert "audit_event_unchanged" in capsys.readouterr().out


def test_a_head_that_is_none_is_refused(five):
    with pytest.raises(CommandError, match="is not a head"):
        call_command("verify_events", "--since-head", "5:abc")


def test_the_trail_can_be_copied_from_a_place(five):
    out = StringIO()
    call_command("events", "--since-number", "3", stdout=out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["number"] for line in lines] == [4, 5]
    assert lines[0]["digest"] == Link.objects.get(number=4).digest
    assert lines[0]["detail"] == {"ø": 4}
    assert lines[1]["cases"] == [5]


def test_the_digests_can_be_made_anew_from_the_copy(five):
    out = StringIO()
    call_command("events", stdout=out)
    previous = chain.BEFORE_ALL
    for line in map(json.loads, out.getvalue().splitlines()):
        event = {**line, "at": datetime.fromisoformat(line["at"])}
        previous = chain.next_digest(previous, event)
        assert previous == line["digest"]
    assert previous == head().digest


def test_what_the_role_of_the_application_needs_can_be_printed(db, capsys):
    if connection.vendor == "sqlite":
        assert cli.main(["database-grants", "app"]) == 1
        assert "SQLite, which has no roles" in capsys.readouterr().err
    else:
        assert cli.main(["database-grants", "app"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert 'GRANT SELECT, INSERT ON public."audit_event" TO "app";' in lines
        assert 'GRANT SELECT, INSERT, UPDATE, DELETE ON public."register_record" TO "app";' in lines
        assert not [line for line in lines if "audit_" in line and ("UPDATE" in line or "TRUNCATE" in line)]


@pytest.mark.parametrize("role", ['a"; DROP TABLE x; --', "a b", "", "1a"])
def test_a_role_with_a_strange_name_is_refused(db, role):
    with pytest.raises(CommandError):
        call_command("database_grants", "--", role)
