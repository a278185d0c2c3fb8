"""Findings: the rules that stored records break, found for whole cases and written where they differ."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from indberet.definition.rules import WARNING, Rule, Scope
from indberet.definition.statistic import Statistic
from indberet.definition.values import RecordValues

from .models import Finding, Record
from .stored import Circle, Reader, StoredRecord
from .values import mark_of


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that a record breaks, beside `others` of its case if it is a rule of the case; `mark` names the values
    with which it does."""

    rule: Rule
    mark: str
    others: tuple[RecordValues, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """Who saved a record with its warnings, those of `rules`, in sight, when, and the reasons given by rule id. Whoever
    may not see all of the case has `seen` only the warnings of these keys, and accepts no others."""

    record: int
    rules: Set[str]
    by: str
    at: datetime
    reasons: Mapping[str, str] = field(default_factory=dict)
    seen: Set[str] | None = None

    def saw(self, row: Finding) -> bool:
        """Whether the warning was in sight."""
        return self.seen is None or f"{row.rule}:{row.values_mark}" in self.seen

    def covers(self, row: Finding, rule: Rule) -> bool:
        """Whether a new finding is accepted with it: of the record itself, or the same on the other of a pair."""
        of_pair = rule.scope == Scope.CASE and rule.id in self.rules
        return row.severity == WARNING and (row.record_id == self.record or of_pair) and self.saw(row)


@dataclass(frozen=True, slots=True)
class Difference:
    """What must be written for one record, so that what is kept is what is found."""

    record: int
    severity: int
    gone: tuple[int, ...]
    new: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A finding as it is stored."""

    id: int
    record: int
    rule: str
    severity: int
    mark: str


def found_in(circle: Circle, statistic: Statistic) -> Iterator[tuple[StoredRecord, list[Found]]]:
    """For each of the case's records, what it breaks."""
    for record in circle.records:
        broken = statistic.broken(record.values, circle.beside(record.id), circle.elsewhere)
        yield record, [Found(rule, mark_beside(rule, record.values, beside), beside) for rule, beside in broken]


def mark_beside(rule: Rule, record: RecordValues, others: Iterable[RecordValues] = ()) -> str:
    """Names the values with which `record` breaks `rule`, those of `others` among them."""
    return mark_of(record.statistic, rule.fields, record.values, *(other.values for other in others))


def accepted_before(record: Record) -> set[str]:
    """Keys of the warnings that somebody accepted when the record was saved; they hold while the values stand."""
    return {f"{row.rule}:{row.values_mark}" for row in record.findings.all() if row.accepted_at}


def differences(statistic: Statistic, circles: Collection[Circle]) -> list[Difference]:
    """What must be written for these cases' records."""
    kept = kept_findings([record.id for circle in circles for record in circle.records])
    compared = (
        compare(record.id, record.severity, broken, kept.get(record.id, []))
        for circle in circles
        for record, broken in found_in(circle, statistic)
    )
    return [difference for difference in compared if difference]


def worst(broken: Iterable[Found]) -> int:
    """The severity of the worst finding, 0 when there is none."""
    return max((int(each.rule.severity) for each in broken), default=0)


def kept_findings(records: Collection[int]) -> dict[int, list[Kept]]:
    """The stored findings of records, by record."""
    rows = Finding.unscoped.filter(record__in=records)
    kept: dict[int, list[Kept]] = defaultdict(list)
    for row in rows.values_list("id", "record", "rule", "severity", "values_mark"):
        kept[row[1]].append(Kept(*row))
    return kept


def compare(record: int, stored: int, broken: list[Found], kept: list[Kept]) -> Difference | None:
    """What must be written for a record of severity `stored` with the findings `kept`, or None."""
    if not (broken or kept or stored):
        return None
    severity = worst(broken)
    wanted = {(each.rule.id, int(each.rule.severity), each.mark): each for each in broken}
    there = {(each.rule, each.severity, each.mark): each.id for each in kept}
    gone = tuple(there[key] for key in there.keys() - wanted.keys())
    new = tuple(wanted[key] for key in wanted if key not in there)
    differs = gone or new or severity != stored
    return Difference(record, severity, gone, new) if differs else None


def with_findings(**wanted: object) -> Q:
    """The condition on records that they have such a finding; those without any are passed over first."""
    return Q(severity__gte=WARNING) & Q(Exists(Finding.unscoped.filter(record=OuterRef("pk"), **wanted)))


def refresh(statistic: Statistic, cases: Collection[int], *, today: date) -> int:
    """Makes the stored findings of cases, and of the same persons' cases in other municipalities, those of today's
    rules, in the current transaction; returns for how many records they differed. A warning stays accepted as long as
    its values stand."""
    reader = Reader(statistic, today)
    wanted = differences(statistic, reader.circles({*cases, *reader.cases_elsewhere(cases)}))
    write(wanted)
    return len(wanted)


def refresh_circle(statistic: Statistic, circle: Circle, acceptance: Acceptance, *, today: date) -> None:
    """The same for a case that was just saved and is at hand; `acceptance` accepts the warnings of the saved record,
    and with them what it brought upon the others of its case."""
    write(differences(statistic, [circle]), acceptance)
    if circle.cases_elsewhere:
        write(differences(statistic, Reader(statistic, today).circles(circle.cases_elsewhere)))


def write(wanted: Collection[Difference], acceptance: Acceptance | None = None) -> None:
    """Writes differences, many at a time."""
    Finding.unscoped.filter(pk__in=[id for each in wanted for id in each.gone]).delete()
    rows = [_row(each.record, new) for each in wanted for new in each.new]
    if acceptance:
        rules = {each.rule.id: each.rule for found in wanted for each in found.new}
        _accept(acceptance, [row for row in rows if acceptance.covers(row, rules[row.rule])])
        if acceptance.rules:
            _accept_kept(acceptance)
    Finding.unscoped.bulk_create(rows)
    by_severity: dict[int, list[int]] = defaultdict(list)
    for each in wanted:
        by_severity[each.severity].append(each.record)
    for severity, records in by_severity.items():
        Record.unscoped.filter(pk__in=records).exclude(severity=severity).update(severity=severity)


def _row(record: int, found: Found) -> Finding:
    return Finding(record_id=record, rule=found.rule.id, severity=found.rule.severity, values_mark=found.mark)


def _accept(acceptance: Acceptance, rows: Iterable[Finding]) -> None:
    for row in rows:
        row.accepted_at, row.accepted_by = acceptance.at, acceptance.by
        row.reason = acceptance.reasons.get(row.rule, "")


def _accept_kept(acceptance: Acceptance) -> None:
    """Warnings of the saved record that were there before and that nobody had accepted."""
    open_ones = Finding.unscoped.filter(record=acceptance.record, severity=WARNING, accepted_at=None)
    rows = [row for row in open_ones if acceptance.saw(row)]
    _accept(acceptance, rows)
    if rows:
        Finding.unscoped.bulk_update(rows, ["accepted_at", "accepted_by", "reason"])
