"""Every event is linked once; whatever is done to the chain is found, with its place."""

import gc
from threading import Thread

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from indberet.audit import chain
from indberet.audit.chain import BEFORE_ALL, Head, head, link, link_everything
from indberet.audit.models import Event, Link
from indberet.audit.verify import verify
from tests.audit.trail import an_event, by_the_owner, without_guards


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
        assert done == [None]
    link()
    assert Link.objects.count() == 1
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
    assert told == [(None, 0)]


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
