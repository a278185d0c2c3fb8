"""Going through the whole chain: does every link follow from its event and the link before it?"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from .chain import FIELDS, Head, next_digest, start
from .guards import lacking
from .keys import fingerprint
from .models import Anchor, Event, Link

AT_A_TIME = 2_000
AROUND = 1_000
"""How many links after a broken one are asked whether they belong in its place."""
BACK = timedelta(hours=1)
"""How much earlier than one linked before it an event may say that it was written: a transaction that takes so long is
committed late."""
WORDS = {
    "missing": "an event is missing before it",
    "reordered": "another event belongs here: the order was changed",
    "inserted": "the event was put in between",
    "changed": "the event was changed, or put in, or one before it is missing",
    "anchor": "what was removed before it was not removed by Indberet for its age",
    "head": "the chain does not lead to the head that was noted",
}
Row = dict[str, Any]


@dataclass(frozen=True)
class Broken:
    """The first place where the chain does not hold: what is wrong, the link's number, its event's id (0: none)."""

    kind: str
    number: int
    event: int = 0

    def __str__(self) -> str:
        where = f"link {self.number}" + (f" (event {self.event})" if self.event else "")
        return f"{where}: {WORDS[self.kind]}"


@dataclass
class Verdict:
    """What was found: how many links hold, where the chain breaks, how many events no link names, its head, triggers
    that should guard it and do not, and the numbers of links whose event says that it is much older than those before
    it: its transaction took long, or somebody put it in."""

    linked: int = 0
    broken: Broken | None = None
    unlinked: int = 0
    head: Head = field(default_factory=start)
    unguarded: list[str] = field(default_factory=list)
    dated_back: list[int] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether the trail can be relied on."""
        return self.broken is None and not self.unguarded


def verify(noted: Head | None = None) -> Verdict:
    """Goes through the chain up to the first broken place. `noted` is a head from earlier; one that has been removed
    for its age since cannot be compared: LookupError. Nothing is written; link what is left before."""
    begins = start()
    if noted and noted.number < begins.number:
        raise LookupError(noted)
    found = Verdict(head=begins, unguarded=lacking(connection))
    found.broken = _false_anchor() or _go_through(found, noted)
    found.unlinked = Event.objects.filter(link=None).count()
    return found


def seal(head: Head) -> str:
    """What an anchor carries to show that it is ours."""
    return fingerprint(f"anchor {head}".encode()).hex()


def _false_anchor() -> Broken | None:
    anchor = Anchor.objects.order_by("-number", "-id").first()
    right = anchor is None or hmac.compare_digest(anchor.seal, seal(Head(anchor.number, anchor.digest)))
    return None if right or anchor is None else Broken("anchor", anchor.number)


def _go_through(found: Verdict, noted: Head | None) -> Broken | None:
    met = noted is None or noted == found.head
    latest: datetime | None = None
    for row in rows_after(found.head.number):
        broken = _broken(found.head, row)
        if broken:
            return broken
        if latest and row["at"] < latest - BACK:
            found.dated_back.append(row["number"])
        latest = max(latest or row["at"], row["at"])
        found.head = Head(row["number"], row["digest"])
        found.linked += 1
        if noted and row["number"] == noted.number:
            met = hmac.compare_digest(row["digest"], noted.digest)
    return None if met or noted is None else Broken("head", noted.number)


def _broken(previous: Head, row: Row) -> Broken | None:
    if row["number"] != previous.number + 1:
        return Broken("missing", row["number"], row["id"])
    if hmac.compare_digest(next_digest(previous.digest, row), row["digest"]):
        return None
    return Broken(_kind(previous, row), row["number"], row["id"])


def _kind(previous: Head, row: Row) -> str:
    """What happened to a link whose digest does not follow."""
    later = _after(row["number"], AROUND)
    if any(
        row["digest"] in (next_digest(previous.digest, other), next_digest(other["digest"], row)) for other in later
    ):
        return "reordered"
    if later and next_digest(previous.digest, later[0]) == later[0]["digest"]:
        return "inserted"
    return "changed"


def rows_after(number: int) -> Iterator[Row]:
    """The links after `number` with their events, some at a time, in constant memory."""
    while rows := _after(number, AT_A_TIME):
        yield from rows
        number = rows[-1]["number"]


def _after(number: int, most: int) -> list[Row]:
    """Links after `number`, each with its digest and the fields of its event."""
    paths = {f"event__{name}": name for name in FIELDS}
    rows = Link.objects.filter(number__gt=number).order_by("number").values("number", "digest", *paths)[:most]
    return [{paths.get(path, path): value for path, value in row.items()} for row in rows]
