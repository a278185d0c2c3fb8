"""The chain of events: every committed event is linked once, in the order of linking, to the one before it.

Links are made after the commit, by whoever gets the lock, at most once a second in each process. What is passed by,
because it came within the second or somebody else had the lock, is linked by the process's own thread, or at the end
of a command (linker.py). So nobody waits, and no lock is held while others are wanted. An event that is committed after
one with a higher id is linked later; the nightly run and `indberet verify-events` link what lies far back.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import UTC, datetime
from hashlib import blake2b
from threading import Event as Signal
from time import monotonic
from traceback import clear_frames
from typing import Any, NamedTuple

from django.db import OperationalError, connection, transaction
from django.db.models import Max, Min

from .keys import fingerprint
from .models import Anchor, Event, Link

FIELDS = (
    "id", "at", "actor", "actor_name", "source", "municipality", "statistic", "action", "record", "cases", "before",
    "after", "detail",
)  # fmt: skip
"""What a digest covers. A field that is added later covers nothing while it is empty, so that old digests hold."""
BEFORE_ALL = "0" * 64
AT_ONCE = 200
"""Events that are linked in one round; the rest waits for the next one."""
AT_A_TIME = 5_000
"""Of how many ids the events are linked in one transaction by those who link everything."""
NEAR = 500
"""How far below the highest linked id a late event is looked for after a commit."""
EVERY = 1.0
"""Seconds between two rounds of linking by one process."""
HIGHEST = 2**63 - 1
_LOCK = int.from_bytes(blake2b(b"indberet audit chain", digest_size=8).digest(), signed=True)
_clock = {"next": 0.0}
_left = Signal()
"""Something was committed by this process that may not be linked."""


class Head(NamedTuple):
    """A place in the chain: its number and digest. Noted elsewhere it proves later that nothing before it was lost."""

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


def link_soon() -> None:
    """Links what was committed, at most once a second in each process. To be called outside transactions."""
    _left.set()
    if monotonic() >= _clock["next"]:
        link_left()


def link_left(*, wait: bool = False) -> None:
    """One round of linking what this process committed. Without `wait` it is left again when somebody else is at it."""
    _clock["next"] = monotonic() + EVERY
    _left.clear()
    linked = None
    try:
        linked = link(wait=wait)
    finally:
        if linked is None or linked == AT_ONCE:
            _left.set()


def something_left(within: float = 0) -> bool:
    """Whether there is something to link, or comes to be within so many seconds."""
    return _left.wait(within)


def until_next() -> float:
    """Seconds until this process may link again."""
    return max(0.0, _clock["next"] - monotonic())


def link(*, wait: bool = False) -> int | None:
    """Links up to AT_ONCE events; how many it linked. None when somebody else is at it and it was not to `wait`."""
    with _alone(wait=wait) as alone:
        if not alone:
            return None
        highest = Link.objects.aggregate(highest=Max("event_id"))["highest"] or 0
        return _link(highest - NEAR, HIGHEST, AT_ONCE)


def link_everything() -> int:
    """Links every event that is committed; how many it linked."""
    ids = Event.objects.aggregate(lowest=Min("pk"), highest=Max("pk"))
    linked = 0
    for low in range(ids["lowest"] or 0, (ids["highest"] or -1) + 1, AT_A_TIME):
        with _alone(wait=True):
            linked += _link(low, low + AT_A_TIME, AT_A_TIME)
    return linked


def oldest_unlinked() -> datetime | None:
    """When the oldest event was written that no link names; None when there is none."""
    oldest: datetime | None = Event.objects.filter(link=None).aggregate(oldest=Min("at"))["oldest"]
    return oldest


def head() -> Head:
    """The newest link; after a purge of everything, where the chain will go on."""
    newest = Link.objects.order_by("-number").values_list("number", "digest").first()
    return Head(*newest) if newest else start()


def start() -> Head:
    """What the first link of those kept follows."""
    anchor = Anchor.objects.order_by("-number", "-id").values_list("number", "digest").first()
    return Head(*anchor) if anchor else Head(0, BEFORE_ALL)


def next_digest(previous: str, event: Mapping[str, Any]) -> str:
    """The digest of an event (its FIELDS) that follows the digest `previous`."""
    return fingerprint(f"{previous}\n{_canonical(event)}".encode()).hex()


def written(moment: datetime) -> str:
    """The moment of an event as its digest covers it: UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _canonical(event: Mapping[str, Any]) -> str:
    told = {name: event[name] for name in FIELDS if event[name] not in (None, "", [], {})}
    told["at"] = written(event["at"])
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _link(low: int, high: int, most: int) -> int:
    """Links events with ids from `low` to below `high`. Both tables are told, so that the database reads no more of
    them."""
    linked = Link.objects.filter(event_id__gte=low, event_id__lt=high).values("event_id")
    unlinked = Event.objects.filter(pk__gte=low, pk__lt=high).exclude(pk__in=linked)
    events = list(unlinked.order_by("pk").values(*FIELDS)[:most])
    if not events:
        return 0
    number, digest = head()
    links = []
    for number, event in enumerate(events, number + 1):  # noqa: B020 - counts on from the head
        digest = next_digest(digest, event)
        links.append(Link(number=number, event_id=event["id"], digest=digest))
    Link.objects.bulk_create(links)
    return len(links)


@contextmanager
def _alone(*, wait: bool) -> Iterator[bool]:
    """A transaction in which nobody else links; whether it was to be had. The links of one that is lost in a power cut
    are made anew, so PostgreSQL need not wait for the disk."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            if wait:
                cursor.execute("SELECT true, pg_advisory_xact_lock(%s)", [_LOCK])
            else:
                cursor.execute(
                    "SELECT pg_try_advisory_xact_lock(%s), set_config('synchronous_commit', 'off', true)", [_LOCK]
                )
            yield cursor.fetchone()[0]
    else:
        with _sqlite_alone(wait=wait) as alone:
            yield alone


@contextmanager
def _sqlite_alone(*, wait: bool) -> Iterator[bool]:
    """SQLite has one writer at a time; a transaction of ours is one from its beginning (database.py).

    Django's errors refer to themselves, so a refused one would keep its cursor until Python's search for garbage. In
    another thread, that would wait for the connection of this one, perhaps with the lock that this one waits for."""
    with ExitStack() as stack:
        try:
            with nullcontext() if wait else _impatient():
                stack.enter_context(transaction.atomic())
        except OperationalError as refused:  # somebody else writes
            clear_frames(refused.__traceback__)
            yield False
            return
        yield True


@contextmanager
def _impatient() -> Iterator[None]:
    """SQLite says at once that somebody else writes, in place of waiting for them."""
    with connection.cursor() as cursor:
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(patience)}")
