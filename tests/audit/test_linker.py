"""What a commit's own round passes by is linked soon, though nobody else comes: by a thread, or as a command ends."""

from datetime import timedelta
from threading import Event as Signal
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import Count

from indberet import cli
from indberet.audit import chain, linker
from indberet.audit.models import Event, Link
from indberet.audit.verify import verify
from tests.audit.trail import an_event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def a_round_was_just_made(monkeypatch):
    """This process may not link again for a while, and has left nothing."""
    now = [1_000.0]
    monkeypatch.setattr(chain, "monotonic", lambda: now[0])
    monkeypatch.setitem(chain._clock, "next", now[0] + chain.EVERY)
    chain._left.clear()
    yield now
    chain._left.clear()


def unlinked() -> int:
    return Event.objects.filter(link=None).count()


def test_five_events_of_one_second_are_linked_before_a_process_ends():
    for _ in range(5):
        an_event()
    assert unlinked() == 5
    linker.finish()
    assert unlinked() == 0
    assert verify().holds


def test_more_than_a_round_takes_are_linked_before_a_process_ends(monkeypatch):
    monkeypatch.setattr(chain, "AT_ONCE", 2)
    for _ in range(5):
        an_event()
    linker.finish()
    assert unlinked() == 0


def test_a_command_ends_with_its_events_linked(capsys):
    assert cli.main(["end-sessions", "--everyone"]) == 0
    assert Event.objects.aggregate(events=Count("pk"), links=Count("link")) == {"events": 1, "links": 1}


def test_a_command_that_fails_ends_with_its_events_linked(monkeypatch, capsys):
    def fails(how, **told):
        an_event()
        raise DatabaseError("gone")

    monkeypatch.setattr("indberet.access.management.commands.end_sessions.end_logins", fails)
    assert cli.main(["end-sessions", "--everyone"]) == 1
    assert (Event.objects.count(), unlinked()) == (1, 0)


def test_what_cannot_be_linked_at_the_end_does_not_hide_what_the_command_said(monkeypatch, caplog):
    an_event()

    def fails(**told):
        raise DatabaseError("gone")

    monkeypatch.setattr(chain, "link", fails)
    linker.finish()
    assert "events_not_linked" in caplog.text
    assert chain.something_left()


def test_an_event_that_somebody_else_kept_from_being_linked_is_left_for_the_next_round(a_round_was_just_made):
    an_event()
    a_round_was_just_made[0] += chain.EVERY
    told = []

    def other():
        try:
            chain.link_soon()
            told.append(chain.something_left())
        finally:
            connection.close()

    with chain._alone(wait=True):
        thread = Thread(target=other)
        thread.start()
        thread.join()
    assert told == [True]
    linker.finish()
    assert unlinked() == 0


@pytest.fixture
def thread(monkeypatch, a_round_was_just_made):
    """The thread of a process that serves; `done` is called after each of its rounds, in it."""
    rounds = []
    round_, wanted = linker._round, Signal()

    def watched():
        well = round_()
        rounds.append((well, connections["default"].connection))
        if unlinked() == 0:
            wanted.set()
        connection.close()
        return well

    monkeypatch.setattr(linker, "_round", watched)
    monkeypatch.setattr(chain, "until_next", lambda: 0.0)
    running = linker.Linker()
    running.rounds, running.wanted = rounds, wanted
    yield running
    running.stop()
    chain._left.set()
    running.join(10)
    assert not running.is_alive()


def test_the_thread_links_what_nobody_comes_for(thread):
    thread.start()
    assert thread.wanted.wait(10)
    thread.wanted.clear()
    with transaction.atomic():
        for _ in range(5):
            an_event()
    assert thread.wanted.wait(10)
    assert verify().linked == 5


def test_the_thread_links_what_a_process_before_it_left(thread):
    an_event()
    chain._left.clear()
    thread.start()
    assert thread.wanted.wait(10)
    assert Link.objects.count() == 1


def test_the_thread_outlives_a_failure_and_keeps_no_connection(thread, monkeypatch):
    link, failures = chain.link, [DatabaseError("gone")]

    def fails_once(**told):
        if failures:
            raise failures.pop()
        return link(**told)

    monkeypatch.setattr(chain, "link", fails_once)
    an_event()
    thread.start()
    assert thread.wanted.wait(10)
    assert [well for well, _connection in thread.rounds][:2] == [False, True]
    assert {open for _well, open in thread.rounds} == {None}


def test_verify_events_tells_of_an_event_that_waited_too_long(monkeypatch, capsys):
    with monkeypatch.context() as patch:
        now = chain.datetime.now(chain.UTC)
        patch.setattr("django.utils.timezone.now", lambda: now - timedelta(minutes=90))
        an_event()
    chain._left.clear()
    assert cli.main(["verify-events"]) == 1
    told = capsys.readouterr()
    assert "LATE: an event had waited 90 minutes for its link" in told.out
    assert "linked now" in told.err
    assert cli.main(["verify-events"]) == 0


def test_verify_events_names_an_event_that_says_it_is_older_than_those_before_it(monkeypatch, capsys):
    an_event()
    with monkeypatch.context() as patch:
        now = chain.datetime.now(chain.UTC)
        patch.setattr("django.utils.timezone.now", lambda: now - timedelta(hours=2))
        an_event()
    linker.finish()
    call_command("verify_events")
    assert "dated over an hour before those linked ahead of them: 1 (links 2)" in capsys.readouterr().out
