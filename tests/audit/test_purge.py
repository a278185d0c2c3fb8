"""What is old goes; the rest can still be verified."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from indberet.audit.chain import Head, head, link_everything
from indberet.audit.models import Anchor, Event, Link
from indberet.audit.purge import months_before, purge_events
from indberet.audit.verify import seal, verify
from tests.audit.trail import an_event, by_the_owner, clock


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
