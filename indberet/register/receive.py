"""Storing what a system sent, or the predecessor kept: many records of one municipality in one transaction.

The same rules as for what is typed, but an error marks the record instead of stopping it. Whole cases are taken at a
time, so that rules of case and person see everything; nothing is read twice.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from indberet.definition.fields import Codes
from indberet.definition.statistic import Statistic
from indberet.definition.values import OPEN_END, RecordValues

from .behind import Behind
from .bulk import Table, check_references
from .findings import Found, compare, found_in, kept_findings, refresh, worst, write
from .incoming import Incoming, Note, Origin, Outcome, batches
from .models import OWN_SOURCES, Case, Finding, Record, RecordCode
from .persons import hold_municipality, hold_person
from .purged import purged_among
from .stored import Circle, Reader, StoredRecord
from .told_cases import ToldCases
from .values import Values

MOST_HELD = 2_000
"""Persons of other municipalities that are held at once; PostgreSQL has room for some 6,000 locks in all."""
CASE_COLUMNS = ("sex", "birth_date", "extra", "version", "own_records", "all_records", "changed_at")


class Receiver:
    """Takes the records of one sender. `once` leaves alone what was taken before, also when it is deleted or purged;
    `dry` does everything and keeps nothing."""

    def __init__(
        self, *, statistic: Statistic, municipality: str, origin: Origin, once: bool = False, dry: bool = False
    ) -> None:
        self.statistic, self.municipality, self.origin = statistic, municipality, origin
        self.once, self.dry = once, dry
        self.now: datetime = timezone.now()
        self.today: date = timezone.localdate(self.now)
        self.reader = Reader(statistic, self.today)
        self.stored = _Stored(statistic)
        self.deletion: UUID = uuid4()
        self.cases: set[int] = set()
        self.is_first = False
        self.only_here: Set[str] = frozenset()
        self.changing: Set[str] = frozenset()

    def receive(self, lines: Sequence[Incoming], behind: Behind) -> Iterator[list[Outcome]]:
        """Stores lines, each key once, in the current transaction; tells what becomes of them, some at a time, and lets
        `behind` write it while the next ones are checked."""
        hold_municipality(self.statistic, self.municipality)
        self.is_first = not self.once and not self.mine().exists()
        self.changing = frozenset() if self.once else {line.key for line in lines}
        self._hold_shared({line.person for line in lines if line.person})
        self.case_ids = iter(self.stored.cases.next_ids(len(lines)))
        self.record_ids = iter(self.stored.records.next_ids(len(lines)))
        before: Set[int] = frozenset()
        for some in batches(lines):
            batch = self._next(some, before, behind)
            before = set(batch.cases.all)
            behind.begin()
            outcomes = batch.check()
            self.cases |= batch.touched
            behind.put(partial(self._write, batch))
            yield outcomes

    def _next(self, lines: list[Incoming], before: Set[int], behind: Behind) -> "_Batch":
        """Lines with what is stored of their persons. That is read before the lines before are written, unless they are
        about one of the same cases."""
        behind.wait()
        batch = _Batch(self, lines)
        if before.isdisjoint(batch.cases.all):
            return batch
        behind.finish()
        return _Batch(self, lines)

    def _write(self, batch: "_Batch") -> None:
        if not self.dry:
            batch.write()
            return
        with transaction.atomic():
            batch.write()
            transaction.set_rollback(True)

    def mine(self) -> QuerySet[Record]:
        """What this sender sent before."""
        origin = self.origin
        return Record.unscoped.filter(
            statistic=self.statistic.id,
            municipality=self.municipality,
            source=origin.source,
            source_system=origin.system,
        ).exclude(source_key="")

    def _hold_shared(self, numbers: set[str]) -> None:
        """Persons with cases in other municipalities too: whoever saves there writes findings here. One who is new
        there this very moment is met by the next recheck."""
        shared = self.reader.shared(sorted(numbers), self.municipality)
        self.only_here = numbers - shared
        hold_person(self.statistic, sorted(shared)[:MOST_HELD])


class _Stored:
    """How a statistic's records are stored."""

    def __init__(self, statistic: Statistic) -> None:
        own = [found for found in statistic.fields if found.owner == "record"]
        self.several = [found.name for found in own if isinstance(found, Codes)]
        self.plain = [(found.name, found.empty) for found in own if found.column and not isinstance(found, Codes)]
        self.extra = [found.name for found in own if not found.column and not isinstance(found, Codes)]
        self.cases, self.records = Table(Case, with_id=True), Table(Record, with_id=True)
        self.codes, self.findings = Table(RecordCode, with_id=False), Table(Finding, with_id=False)
        self.blank_case = {found.attname: found.get_default() for found in Case._meta.concrete_fields}
        self.blank = {found.attname: found.get_default() for found in Record._meta.concrete_fields}
        self.changing = [*(name for name, _empty in self.plain), "extra", "case_id", "delivery", "version"]
        self.changing += ["changed_at", "changed_by"]

    def columns(self, line: Incoming) -> Values:
        """The record's own columns."""
        values = line.values
        found = {name: empty if values.get(name) is None else values[name] for name, empty in self.plain}
        found["end"] = values.get("end") or OPEN_END
        found["extra"] = {name: values[name] for name in self.extra if values.get(name)}
        found["extra"].update(line.kept.get("record", ()))
        return found

    def code_rows(self, record: int, values: Values) -> Iterator[list[Any]]:
        """The rows of its several codes."""
        for name in self.several:
            for position, code in enumerate(values.get(name) or ()):
                yield [record, name, code, position]


class _Batch:
    """Some persons' lines, with everything that is stored of these persons."""

    def __init__(self, receiver: Receiver, lines: list[Incoming]) -> None:
        self.all, self.lines, self.stored = receiver, lines, receiver.stored
        self.known = self._known()
        there = self._cases()
        self.cases = ToldCases(receiver.statistic, there, self._new_case, fills=receiver.once)
        self.records = self._records(there)
        self.theirs, self.mine = self._staying(there)
        numbers = {line.values.get("cpr") or "" for line in lines} | {case.cpr for case in there.values()}
        self.elsewhere, self.cases_elsewhere = receiver.reader.elsewhere_of(
            numbers - receiver.only_here, receiver.municipality
        )
        self.new_records: dict[int, Values] = {}
        self.changed: dict[int, Values] = {}
        self.withdrawn: list[int] = []
        self.codes: list[list[Any]] = []
        self.more: Counter[int] = Counter()
        self.touched: set[int] = set()
        self.found: dict[int, list[Found]] = {}

    def check(self) -> list[Outcome]:
        """Says what becomes of each line."""
        places = [self._place(line) for line in self.lines]
        self.cases.tell(self._stands)
        outcomes = [
            place if isinstance(place, Outcome) else self._take(line, place)
            for line, place in zip(self.lines, places, strict=True)
        ]
        self._tell_others()
        for case, records in self.records.items():
            circle = Circle(list(records.values()), self.elsewhere.get(self.cases.all[case].cpr, []))
            self.found.update((each.id, broken) for each, broken in found_in(circle, self.all.statistic))
        for outcome in outcomes:
            outcome.found = self.found.get(outcome.record or 0, ()) if outcome.did != "withdrawn" else ()
        return outcomes

    # What is there

    def _known(self) -> dict[str, tuple[int, int, int, bool]]:
        """Record, case, version and whether it is alive, by key."""
        if self.all.is_first:
            return {}
        rows = self.all.mine().filter(source_key__in=[line.key for line in self.lines])
        if not self.all.once:
            rows = rows.filter(deleted_at=None)
        found = rows.values_list("source_key", "id", "case_id", "version", "deleted_at")
        known = {key: (id, case, version, deleted is None) for key, id, case, version, deleted in found}
        return {**self._purged(), **known} if self.all.once else known

    def _purged(self) -> dict[str, tuple[int, int, int, bool]]:
        """What was taken once and removed for good; it has neither record nor case any more."""
        keys = purged_among(self.all.statistic.id, self.all.municipality, [line.key for line in self.lines])
        return dict.fromkeys(keys, (0, 0, 0, False))

    def _cases(self) -> dict[int, Case]:
        numbers = {"cpr": set[str](), "udl": set[str]()}
        for line in self.lines:
            for name, sought in numbers.items():
                sought.add(line.values.get(name) or "")
        wanted = Q(pk__in={case for _record, case, _version, _alive in self.known.values()})
        for name, sought in numbers.items():
            wanted |= Q(**{f"{name}__in": sought - {""}})
        rows = Case.unscoped.filter(wanted, statistic=self.all.statistic.id, municipality=self.all.municipality)
        return {case.id: case for case in rows.order_by("pk").select_for_update()}

    def _records(self, cases: Collection[int]) -> dict[int, dict[int, StoredRecord]]:
        """The living records of the cases, by case and id."""
        circles = self.all.reader.circles(list(cases)) if cases else []
        return {circle.records[0].case: {record.id: record for record in circle.records} for circle in circles}

    def _staying(self, cases: Collection[int]) -> tuple[set[int], set[int]]:
        """Those of the cases that have living records of somebody else than this sender, and those that have records of
        this sender's that no line of the whole delivery is about."""
        theirs, mine = set[int](), set[int]()
        if cases:
            sender = self.all.origin.source, self.all.origin.system
            rows = Record.unscoped.filter(case__in=list(cases), deleted_at=None)
            for case, source, system, key in rows.values_list("case_id", "source", "source_system", "source_key"):
                if (source, system) != sender:
                    theirs.add(case)
                elif key not in self.all.changing:
                    mine.add(case)
        return theirs, mine

    # What comes

    def _place(self, line: Incoming) -> Case | Outcome:
        """The line's case; or what becomes of a line that tells nothing."""
        there = self.known.get(line.key)
        if line.action == "withdraw":
            return self._withdraw(line, there)
        if there and self.all.once:
            return Outcome(line, "unchanged", "known", there[0] if there[3] else None)
        return self.cases.place(line, there[1] if there else None)

    def _stands(self, case: int) -> bool:
        """Whether what a case held of the person stands beside what is told now: somebody else may have told it, or
        this sender with a record that stays as it is, and nothing that was sent before is replaced."""
        return case in self.theirs or (case in self.mine and case not in self.cases.replaced)

    def _take(self, line: Incoming, case: Case) -> Outcome:
        there = self.known.get(line.key)
        if there is None:
            return self._add(line, case, "unknown" if line.action == "change" else "")
        return self._change(line, case, there, "known" if line.action == "new" else "")

    def _withdraw(self, line: Incoming, there: tuple[int, int, int, bool] | None) -> Outcome:
        if there is None:
            return Outcome(line, "unchanged", "not_there")
        id, case, _version, _alive = there
        del self.records[case][id]
        self.withdrawn.append(id)
        self._count(case, -1)
        return Outcome(line, "withdrawn", record=id)

    def _add(self, line: Incoming, case: Case, note: Note) -> Outcome:
        id, origin = next(self.all.record_ids), self.all.origin
        entered = line.created_at or self.all.now
        day = timezone.localdate(line.created_at) if line.created_at else self.all.today
        values = self._as_asked(line, case, day)
        self.records.setdefault(case.id, {})[id] = StoredRecord(id, case.id, 0, values)
        self.new_records[id] = {
            **self.stored.blank,
            **self.stored.columns(line),
            "id": id,
            "statistic": case.statistic,
            "municipality": case.municipality,
            "case_id": case.id,
            "source": origin.source.value,
            "source_system": origin.system,
            "source_key": line.key,
            "delivery": origin.delivery,
            "created_at": entered,
            "created_by": line.created_by or origin.by,
            "changed_at": entered,
            "changed_by": line.created_by or origin.by,
        }
        self.codes += self.stored.code_rows(id, line.values)
        self._count(case.id, 1)
        return Outcome(line, "new", note, id, values)

    def _change(self, line: Incoming, case: Case, there: tuple[int, int, int, bool], note: Note) -> Outcome:
        id, old_case, version, _alive = there
        before = self.records[old_case][id]
        values = self._as_asked(line, case, before.values.entered)
        same = old_case == case.id and _filled(before.values.values) == _filled(values.values)
        if same:
            return Outcome(line, "unchanged", note, id, before.values)
        if old_case != case.id:
            self._count(old_case, -1)
            self._count(case.id, 1)
        del self.records[old_case][id]
        self.records.setdefault(case.id, {})[id] = StoredRecord(id, case.id, before.severity, values)
        self.changed[id] = {
            **self.stored.columns(line),
            "case_id": case.id,
            "delivery": self.all.origin.delivery,
            "version": version + 1,
            "changed_at": self.all.now,
            "changed_by": self.all.origin.by,
        }
        self.codes += self.stored.code_rows(id, line.values)
        self._count(case.id, 0)
        return Outcome(line, "changed", note, id, values)

    def _as_asked(self, line: Incoming, case: Case, entered: date) -> RecordValues:
        values = {**line.values, **self.cases.values(case.id)}
        return self.all.statistic.values(values, self.all.today, entered=entered)

    def _count(self, case: int, more: int) -> None:
        self.more[case] += more
        self.touched.add(case)

    # The person

    def _new_case(self) -> Case:
        values = {
            **self.stored.blank_case,
            "id": next(self.all.case_ids),
            "statistic": self.all.statistic.id,
            "municipality": self.all.municipality,
            "extra": {},
            "created_at": self.all.now,
            "changed_at": self.all.now,
        }
        return Case.from_db(None, list(values), list(values.values()))  # twice as fast as by keywords

    def _tell_others(self) -> None:
        """Cases whose values are others now, and their records that no line is about."""
        for id in self.cases.different:
            self._count(id, 0)
            of_case = self.cases.values(id)
            for record in self.records.get(id, {}).values():
                old = record.values
                record.values = self.all.statistic.values({**old.values, **of_case}, old.today, entered=old.entered)

    # What is written

    def _rows(self) -> Iterator[list[Any]]:
        """The rows of new records. Rules are asked as rows are sent, while PostgreSQL stores those before."""
        columns = self.stored.records.columns
        for id, row in self.new_records.items():
            row["severity"] = worst(self.found[id])
            yield [row[name] for name in columns]

    def write(self) -> None:
        self._write_cases()
        self.stored.records.write_rows(self._rows())
        self.stored.records.update(self.stored.changing, self.changed.items())
        if self.changed and self.stored.several:
            RecordCode.unscoped.filter(record__in=list(self.changed)).delete()
        self.stored.codes.write_rows(self.codes)
        self._write_withdrawn()
        self._write_findings()

    def _write_cases(self) -> None:
        own = self.all.origin.source in OWN_SOURCES
        for id in self.touched:
            case, more = self.cases.all[id], self.more[id]
            case.all_records += more
            case.own_records += more if own else 0
            case.changed_at = self.all.now
        self.stored.cases.write(self.cases.new.values())
        there = [self.cases.all[id] for id in self.touched if id not in self.cases.new]
        self.stored.cases.update(CASE_COLUMNS, [(case.id, vars(case)) for case in there])

    def _write_withdrawn(self) -> None:
        Record.unscoped.filter(pk__in=self.withdrawn).update(
            deleted_at=self.all.now, deleted_by=self.all.origin.by, deletion=self.all.deletion
        )

    def _write_findings(self) -> None:
        self.stored.findings.write_rows(
            [id, each.rule.id, int(each.rule.severity), each.mark, None, "", ""]
            for id in self.new_records
            for each in self.found[id]
        )
        stored = {id: record for of in self.records.values() for id, record in of.items() if id not in self.new_records}
        kept = kept_findings(list(stored)) if stored else {}
        differing = [compare(id, record.severity, self.found[id], kept.get(id, [])) for id, record in stored.items()]
        write([difference for difference in differing if difference])
        if self.cases_elsewhere:
            refresh(self.all.statistic, self.cases_elsewhere, today=self.all.today)
        check_references()


def _filled(values: Mapping[str, Any]) -> Values:
    return {name: value for name, value in values.items() if value}
