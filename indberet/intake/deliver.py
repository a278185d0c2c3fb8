"""Taking a delivery: all of it in one transaction, or nothing; the same one again gives the same receipt."""

import hashlib
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import monotonic
from typing import IO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from indberet.access.identity import Identity
from indberet.audit.log import write_event
from indberet.definition.statistic import Statistic
from indberet.register.behind import Behind
from indberet.register.garbage import uncollected
from indberet.register.incoming import Incoming, Origin
from indberet.register.models import Source
from indberet.register.receive import Receiver

from .found import Collector
from .lines import Line, Opened, Problem
from .masks import holds_cpr, masked
from .models import LONGEST_KEY, Delivery, State
from .opening import open_delivery
from .reading import LineReader
from .refusal import Refused

MOST_RECORDS = 200_000
"""In one delivery, which is one transaction and held in memory (some 700 bytes a record)."""
KEY = re.compile(rf"[\w.:+=-]{{1,{LONGEST_KEY}}}", re.ASCII)
ACTIONS = {State.STORED: "deliver", State.TESTED: "deliver_test", State.REFUSED: "deliver_refused"}


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who sends: a system on behalf of a municipality, with production or `test` forms."""

    statistic: Statistic
    municipality: str
    system: str
    test: bool
    identity: Identity


@dataclass(frozen=True)
class Receipt:
    """A delivery, and whether it had been received before."""

    delivery: Delivery
    repeated: bool = False


@dataclass(frozen=True)
class Kept:
    """A file that came in, in a temporary file that nobody else can open."""

    file: IO[bytes]
    sha256: str
    size: int


def keep(chunks: Iterable[bytes]) -> Kept:
    """Keeps what comes in. Raises Refused as soon as it is too large."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the last reference to it
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > settings.DELIVERY_MOST_BYTES:
            raise Refused("too_large", most=settings.DELIVERY_MOST_BYTES // 1_000_000)
        digest.update(chunk)
        file.write(chunk)
    file.seek(0)
    return Kept(file, digest.hexdigest(), size)


def deliver(sender: Sender, chunks: Iterable[bytes], key: str = "", length: int | None = None) -> Receipt:
    """Takes a delivery. `key` is the sender's id for it; else its own one counts, else the file's checksum. `length` is
    how many bytes it should have, if that is known.

    One that cannot be taken as a whole gets a receipt too, with the reason; nothing else is stored of it.
    """
    job = _Job(sender, key)
    try:
        with uncollected():
            return job.take(chunks, length)
    except Refused as refused:
        return Receipt(job.refuse(refused))


def refuse(sender: Sender, refused: Refused, key: str = "") -> Delivery:
    """The receipt of a delivery that was not even read."""
    return _Job(sender, key).refuse(refused)


class _Job:
    """One call of deliver."""

    def __init__(self, sender: Sender, key: str) -> None:
        self.sender, self.started = sender, monotonic()
        self.delivery = Delivery(
            statistic=sender.statistic.id,
            municipality=sender.municipality,
            system=sender.system,
            key=key,
            test=sender.test,
            state=State.TESTED if sender.test else State.STORED,
            sha256="",
            size=0,
            received_at=timezone.now(),
            received_by=sender.identity.name,
        )

    def take(self, chunks: Iterable[bytes], length: int | None) -> Receipt:
        """The receipt. Raises Refused."""
        kept = keep(chunks)
        self.delivery.sha256, self.delivery.size = kept.sha256, kept.size
        if length is not None and kept.size != length:
            raise Refused("cut_off", found=kept.size, expected=length)
        opened = open_delivery(kept.file, self.sender.statistic)
        self._describe(opened)
        if repeated := self._repeated():
            return repeated
        self._refuse_wrong(opened)
        taken, refused = self._read(opened)
        try:
            with transaction.atomic():
                self._store(opened, taken, refused)
        except IntegrityError:
            repeated = self._repeated()  # the same delivery came at the same moment, and was first
            if repeated is None:
                raise
            return repeated
        return Receipt(self.delivery)

    def refuse(self, refused: Refused) -> Delivery:
        """The receipt of a delivery of which nothing is stored."""
        delivery = self.delivery
        delivery.pk = None
        delivery.state, delivery.reason, delivery.reason_params = State.REFUSED, refused.code, refused.params
        delivery.key = delivery.key if _is_key(delivery.key) else delivery.sha256
        for count in ("records", "new", "changed", "withdrawn", "unchanged", "refused", "with_errors", "with_warnings"):
            setattr(delivery, count, 0)
        delivery.seconds = round(monotonic() - self.started, 3)
        with transaction.atomic():
            delivery.save(force_insert=True)
            self._tell({"reason": refused.code})
        return delivery

    def _describe(self, opened: Opened) -> None:
        """What the delivery says of itself. Raises Refused when its id cannot be one."""
        envelope, delivery = opened.envelope, self.delivery
        delivery.format = envelope.format
        delivery.period, delivery.sender = masked(envelope.period), masked(envelope.sender)
        delivery.key = delivery.key or envelope.key or delivery.sha256
        if delivery.key != delivery.sha256 and not _is_key(delivery.key):
            raise Refused("id_like_person" if KEY.fullmatch(delivery.key) else "bad_id")

    def _refuse_wrong(self, opened: Opened) -> None:
        """Raises Refused for a form or municipality that was not to be sent."""
        envelope, sender = opened.envelope, self.sender
        if envelope.test != sender.test:
            raise Refused("test_form" if envelope.test else "production_form")
        found = envelope.municipality[-3:] if envelope.municipality.startswith("0") else envelope.municipality
        if found != sender.municipality:
            raise Refused("other_municipality", found=envelope.municipality[:20], expected=sender.municipality)

    def _repeated(self) -> Receipt | None:
        """The receipt that this very delivery got before. Raises Refused when another one had its id."""
        same = Delivery.unscoped.filter(
            statistic=self.delivery.statistic,
            municipality=self.delivery.municipality,
            system=self.delivery.system,
            key=self.delivery.key,
            test=self.delivery.test,
        )
        before = same.exclude(state=State.REFUSED).first()
        if before is None:
            return None
        if before.sha256 != self.delivery.sha256:
            raise Refused("id_reused")
        return Receipt(before, repeated=True)

    def _read(self, opened: Opened) -> tuple["_Read", "_Read"]:
        """The lines that can be stored, and those that cannot. Raises Refused when the file does not hold together."""
        reader = LineReader(self.sender.statistic, opened, timezone.localdate())
        taken, refused, last = _Read(), _Read(), dict[str, int]()
        for number, line in enumerate(opened.lines(), 1):
            if number > MOST_RECORDS:
                raise Refused("too_many_records", most=MOST_RECORDS)
            incoming = reader.read(number, line)
            (refused if incoming is None else taken).add(number, line, incoming)
            if incoming:
                last[line.key] = len(taken.incoming) - 1
        count, told = taken.count + refused.count, opened.envelope.records
        if told is not None and told != count:
            raise Refused("other_count", found=count, expected=told)
        if not count:
            raise Refused("no_records")
        return _without_repeated(taken, refused, last, opened.name_of("id")), refused

    def _store(self, opened: Opened, taken: "_Read", refused: "_Read") -> None:
        """Stores the lines and the receipt in the current transaction."""
        delivery, sender = self.delivery, self.sender
        delivery.save(force_insert=True)
        origin = Origin(Source.SYSTEM, sender.system, sender.system, delivery.pk)
        receiver = Receiver(
            statistic=sender.statistic, municipality=sender.municipality, origin=origin, dry=delivery.test
        )
        collector = Collector(delivery, sender.statistic, opened, keep_records=not delivery.test)
        collector.tell(opened.envelope.problems)
        for key, problems in refused.lines():
            collector.refuse(key, problems)
        with Behind() as behind:
            for outcomes in receiver.receive(taken.incoming, behind):
                for outcome in outcomes:
                    collector.add(outcome, taken.problems.get(outcome.incoming.place, ()))
                collector.write(behind)
            collector.write(behind)
        delivery.seconds = round(monotonic() - self.started, 3)
        delivery.save()
        self._tell({}, sorted(receiver.cases) if not delivery.test else ())

    def _tell(self, detail: dict[str, str], cases: Iterable[int] = ()) -> None:
        delivery = self.delivery
        write_event(
            identity=self.sender.identity,
            action=ACTIONS[State(delivery.state)],
            municipality=delivery.municipality,
            statistic=delivery.statistic,
            cases=cases,
            detail={"delivery": delivery.pk, "system": delivery.system, "records": delivery.records, **detail},
        )


def _is_key(key: str) -> bool:
    """A delivery's id stands in addresses and logs, so it may not look like a person's number."""
    return KEY.fullmatch(key) is not None and not holds_cpr(key)


class _Read:
    """Lines that were read, with what was found in them, by their place among all."""

    def __init__(self) -> None:
        self.incoming: list[Incoming] = []
        self.keys: dict[int, str] = {}
        self.problems: dict[int, list[Problem]] = {}
        self.count = 0

    def add(self, place: int, line: Line, incoming: Incoming | None) -> None:
        """Keeps a line."""
        self.count += 1
        if incoming:
            self.incoming.append(incoming)
        else:
            self.keys[place] = line.key
        if line.problems:
            self.problems[place] = line.problems

    def lines(self) -> Iterator[tuple[str, list[Problem]]]:
        """Key and problems of each line that is not stored."""
        for place, key in sorted(self.keys.items()):
            yield key, self.problems[place]


def _without_repeated(taken: _Read, refused: _Read, last: dict[str, int], name: str) -> _Read:
    """Of lines with the same id only the last is stored."""
    kept: list[Incoming] = []
    for index, line in enumerate(taken.incoming):
        if last[line.key] == index:
            kept.append(line)
            continue
        later = {"later": taken.incoming[last[line.key]].line}
        refused.keys[line.place] = line.key
        refused.problems[line.place] = [Problem("refused_repeated", name, "", line.key, line.line, later)]
    taken.incoming = kept
    return taken
