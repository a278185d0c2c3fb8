"""Every event is linked once; whatever is done to the chain is found, with its place."""

import gc
import json
from datetime import timedelta
from io import StringIO
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from indberet import cli
from indberet.audit import chain
from indberet.audit.chain import BEFORE_ALL, Head, head, link, link_everything
from indberet.audit.models import Anchor, Event, Link
from indberet.audit.purge import months_before, purge_events
from indberet.audit.verify import seal, verify
from tests.audit.trail import an_event, by_the_owner, clock, without_guards


@pytest.fixture
def five(db):
    """Five linked events."""
    events = [an_event(cases=[number], detail={"ø": number}) for number in range(1, 6)]
    link_everything()
    return events


@pytest.fixture
def every_time(monkeypatch):
    """Links are made after every commit."""
    monkeypatch.setattr(chain, "EVERY", 0.0)
    monkeypatch.setitem(chain._clock, "next", 0.0)


def test_every_event_is_linked_once_in_order(five):
    assert list(Link.objects.order_by("number").values_list("number", "event_id")) == [
        (number, event.pk) for number, event in enumerate(five, 1)
    ]
    assert link_everything() == 0
    found = verify()
    assert found.holds
    assert (found.linked, found.unlinked, found.head) == (5, 0, head())


def test_what_the_digest_covers(five):
    first = Event.objects.values(*chain.FIELDS).get(pk=five[0].pk)
    before = chain.next_digest(BEFORE_ALL, first)
    assert before == Link.objects.get(number=1).digest
    assert set(chain.FIELDS) == {field.attname for field in Event._meta.concrete_fields}
    for name in chain.FIELDS:
        other = timezone.now() if name == "at" else 99 if name in ("id", "record") else "x"
        assert chain.next_digest(BEFORE_ALL, {**first, name: other}) != before, name
    assert chain.next_digest("1" * 64, first) != before


def test_nobody_without_the_key_can_make_a_digest(five, settings):
    digest = Link.objects.get(number=1).digest
    settings.AUDIT_KEY = "another key that nobody can guess, ever"
    first = Event.objects.values(*chain.FIELDS).get(pk=five[0].pk)
    assert chain.next_digest(BEFORE_ALL, first) != digest
    assert verify().broken.number == 1


@pytest.mark.parametrize(
    "column", ["actor = 'test:bo'", "actor_name = 'Bo'", "action = 'list'", "cases = '[9]'", "detail = '{}'"]
)
def test_a_changed_event_is_found(five, column):
    by_the_owner(f"UPDATE audit_event SET {column} WHERE id = {five[2].pk}")
    found = verify()
    assert (found.broken.kind, found.broken.number, found.broken.event) == ("changed", 3, five[2].pk)
    assert found.linked == 2


def test_a_changed_time_is_found(five):
    by_the_owner(f"UPDATE audit_event SET at = '2020-01-01 00:00:00+00' WHERE id = {five[2].pk}")
    assert verify().broken.number == 3


def test_a_removed_event_is_found(five):
    by_the_owner(
        f"DELETE FROM audit_link WHERE event_id = {five[1].pk}", f"DELETE FROM audit_event WHERE id = {five[1].pk}"
    )
    found = verify().broken
    assert (found.kind, found.number) == ("missing", 3)


def test_a_removed_event_is_found_though_the_numbers_were_closed_up(five):
    by_the_owner(
        f"DELETE FROM audit_link WHERE event_id = {five[1].pk}",
        f"DELETE FROM audit_event WHERE id = {five[1].pk}",
        "UPDATE audit_link SET number = -number WHERE number > 2",
        "UPDATE audit_link SET number = -number - 1 WHERE number < 0",
    )
    assert verify().broken.number == 2


def test_an_event_put_in_is_found(five):
    event = an_event(cases=[77])
    with without_guards(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_link SET number = -number WHERE number > 2")
        cursor.execute("UPDATE audit_link SET number = 1 - number WHERE number < 0")
        Link.objects.create(number=3, event=event, digest="a" * 64)
    found = verify().broken
    assert (found.kind, found.number, found.event) == ("inserted", 3, event.pk)


def test_an_event_added_at_the_end_without_the_key_is_found(five):
    Link.objects.create(number=6, event=an_event(), digest="a" * 64)
    found = verify().broken
    assert (found.kind, found.number) == ("changed", 6)


def test_events_that_changed_places_are_found(five):
    second, third = five[1].pk, five[2].pk
    spare = an_event().pk
    by_the_owner(
        f"UPDATE audit_link SET event_id = {spare} WHERE number = 2",
        f"UPDATE audit_link SET event_id = {second} WHERE number = 3",
        f"UPDATE audit_link SET event_id = {third} WHERE number = 2",
    )
    found = verify().broken
    assert (found.kind, found.number) == ("reordered", 2)


def test_links_in_another_order_are_found(five):
    by_the_owner(
        "UPDATE audit_link SET number = -number WHERE number IN (2, 3)",
        "UPDATE audit_link SET number = 5 + number WHERE number < 0",
    )
    found = verify().broken
    assert (found.kind, found.number) == ("reordered", 2)


def test_the_end_cut_off_is_found_by_a_head_that_was_noted(five):
    noted = head()
    by_the_owner(
        "DELETE FROM audit_link WHERE number > 3", f"DELETE FROM audit_event WHERE id IN ({five[3].pk}, {five[4].pk})"
    )
    assert verify().holds
    assert verify(noted).broken.kind == "head"
    an_event(), an_event()
    link_everything()
    assert verify().holds
    assert verify(noted).broken.kind == "head"


def test_a_noted_head_holds_as_the_chain_grows(five):
    noted = head()
    an_event()
    link_everything()
    assert verify(noted).holds
    assert verify(Head(0, BEFORE_ALL)).holds


def test_an_event_that_was_committed_late_is_linked_later(db):
    early, late = an_event(), an_event()
    first = Event.objects.values(*chain.FIELDS).get(pk=late.pk)
    Link.objects.create(number=1, event=late, digest=chain.next_digest(BEFORE_ALL, first))
    assert link() == 1
    assert list(Link.objects.order_by("number").values_list("event_id", flat=True)) == [late.pk, early.pk]
    assert verify().holds


def test_after_a_commit_so_many_are_linked_and_the_rest_by_the_next(db, monkeypatch):
    monkeypatch.setattr(chain, "AT_ONCE", 2)
    for _ in range(5):
        an_event()
    assert [link(), link(), link(), link()] == [2, 2, 1, 0]


def test_one_far_below_is_left_to_the_night(db, monkeypatch):
    monkeypatch.setattr(chain, "NEAR", 2)
    events = [an_event() for _ in range(6)]
    row = Event.objects.values(*chain.FIELDS).get(pk=events[5].pk)
    Link.objects.create(number=1, event=events[5], digest=chain.next_digest(BEFORE_ALL, row))
    assert link() == 2
    assert verify().unlinked == 3
    assert link_everything() == 3
    assert verify().holds


@pytest.mark.django_db(transaction=True)
def test_an_event_is_linked_when_it_is_committed_and_not_before(every_time):
    with transaction.atomic():
        an_event()
        assert not Link.objects.exists()
    assert Link.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_process_links_at_most_once_a_second(every_time, monkeypatch):
    monkeypatch.setattr(chain, "EVERY", 1.0)
    now = [100.0]
    monkeypatch.setattr(chain, "monotonic", lambda: now[0])
    an_event()
    now[0] += 0.9
    an_event()
    assert Link.objects.count() == 1
    now[0] += 0.1
    an_event()
    assert Link.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_chain_that_fails_does_not_undo_what_was_committed(every_time, monkeypatch, caplog):
    def fails():
        raise DatabaseError("x")

    monkeypatch.setattr("indberet.audit.log.link_soon", fails)
    with transaction.atomic():
        an_event()
    assert Event.objects.count() == 1
    assert "on_commit" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_who_does_not_get_the_lock_leaves_the_event_to_the_next():
    done = []

    def other():
        try:
            done.append(link())
        finally:
            connection.close()

    an_event()
    with chain._alone(wait=True) as alone:
        assert alone
        thread = Thread(target=other)
        thread.start()
        thread.join(10)
        assert done == [0]
    assert link() + Link.objects.count() in (1, 2)
    assert verify().holds


@pytest.mark.django_db(transaction=True)
def test_who_does_not_get_the_lock_leaves_no_cursor_for_other_threads_to_clean_up():
    told = []

    def cursors():
        return sum(type(kept) is kind for kept in gc.get_objects())

    def other():
        connection.ensure_connection()
        gc.disable()
        try:
            before = cursors()
            told.append((link(), cursors() - before))
        finally:
            gc.enable()
            connection.close()

    with connection.cursor() as cursor:
        kind = type(cursor.cursor)
    with chain._alone(wait=True):
        thread = Thread(target=other)
        thread.start()
        thread.join()
    assert told == [(0, 0)]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_chain(every_time):
    def busy():
        try:
            for number in range(10):
                with transaction.atomic():
                    an_event(cases=[number])
        finally:
            connection.close()

    threads = [Thread(target=busy) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    link_everything()
    found = verify()
    assert found.holds
    assert (found.linked, found.unlinked) == (40, 0)


# Removing what is old


@pytest.fixture
def aged(db, monkeypatch):
    """Three events of 13 months ago and two of now."""
    with clock(monkeypatch, timezone.now() - timedelta(days=400)):
        for number in range(3):
            an_event(cases=[number])
    kept = [an_event(), an_event()]
    link_everything()
    return kept


def test_what_is_old_goes_and_the_rest_can_be_verified(aged):
    noted = head()
    assert purge_events(timezone.now(), months=12) == 3
    assert list(Event.objects.order_by("id")) == aged
    assert list(Link.objects.order_by("number").values_list("number", flat=True)) == [4, 5]
    found = verify(noted)
    assert found.holds
    assert found.linked == 2
    with pytest.raises(LookupError):
        verify(Head(1, "0" * 64))
    assert purge_events(timezone.now(), months=12) == 0
    assert Anchor.objects.count() == 1


def test_when_everything_is_old_the_chain_still_goes_on(aged):
    assert purge_events(timezone.now() + timedelta(days=100), months=12) == 3
    by_now = head()
    assert verify().head == by_now


def test_all_that_is_old(db, monkeypatch):
    with clock(monkeypatch, timezone.now() - timedelta(days=400)):
        an_event()
    assert purge_events(timezone.now(), months=12) == 1
    assert head().number == 1
    an_event()
    link_everything()
    assert Link.objects.get().number == 2
    assert verify().holds


def test_the_database_refuses_a_purge_of_what_is_young(aged):
    later = timezone.now() + timedelta(days=3000)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        purge_events(later, months=6)
    assert Event.objects.count() == 5


def test_a_part_removed_by_somebody_else_is_found(aged):
    Anchor.objects.create(number=3, digest=Link.objects.get(number=3).digest, seal="f" * 64)
    by_the_owner("DELETE FROM audit_link WHERE number <= 3", "DELETE FROM audit_event WHERE at < '2026-01-01'")
    assert verify().broken.kind == "anchor"
    by_the_owner("DELETE FROM audit_anchor")
    assert verify().broken.kind == "missing"


def test_a_seal_is_of_one_place():
    assert seal(Head(1, "a" * 64)) != seal(Head(2, "a" * 64)) != seal(Head(2, "b" * 64))


@pytest.mark.parametrize(
    ("now", "months", "limit"),
    [
        ("2026-11-22", 12, "2025-11-22"),
        ("2026-08-31", 6, "2026-02-28"),
        ("2024-08-31", 6, "2024-02-29"),
        ("2026-03-01", 15, "2024-12-01"),
    ],
)
def test_months_before(now, months, limit):
    assert months_before(timezone.datetime.fromisoformat(now), months).date().isoformat() == limit


# The commands


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
