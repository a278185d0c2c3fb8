"""The only way a record is written: form, file, delivery and API all call save_record."""

import hashlib
import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from indberet.access.scope import Scope
from indberet.audit.log import write_event
from indberet.definition.rules import ERROR, INFO, Broken
from indberet.definition.statistic import Statistic
from indberet.definition.values import RecordValues

from .findings import Acceptance, accepted_before, mark_beside, refresh, refresh_circle
from .models import LONGEST_REASON, OWN_SOURCES, Case, Record, Submission
from .one_case import corrected, count_records, leaves, make_room, move, senders
from .persons import hold_person, share_municipalities
from .sections import may_report_code, seen_by
from .stored import Circle, Reader, StoredRecord
from .values import (
    Values,
    as_asked,
    case_values,
    for_audit,
    put_case_values,
    put_codes,
    put_record_values,
    record_values,
)

ANY_VERSION = ""


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What a save did. `repeated`: the same form had saved it before; `changed` is false when nothing was different;
    `left` is the case that the record was moved from."""

    record: Record
    created: bool
    repeated: bool = False
    changed: bool = True
    joined_case: bool = False
    left: Case | None = None


class NotSaved(Exception):
    """Nothing was written; what was typed is to be shown again."""


class RulesBroken(NotSaved):
    """Errors, or warnings that nobody has accepted yet."""

    def __init__(self, broken: list[Broken]) -> None:
        super().__init__(", ".join(finding.rule.id for finding in broken))
        self.broken = broken


class Conflict(NotSaved):
    """Somebody else changed the record or its case since the form was opened; `record` is None on a new record."""

    def __init__(self, case: Case, record: Record | None) -> None:
        super().__init__("changed meanwhile")
        self.case = case
        self.record = record


class RecordGone(NotSaved):
    """The record was deleted meanwhile."""

    def __init__(self, record: Record) -> None:
        super().__init__("deleted meanwhile")
        self.record = record


class NumberTaken(NotSaved):
    """The corrected CPR or UDL number belongs to another case of the municipality."""


class AlreadySaved(NotSaved):
    """The form's token was used for other values; saving them too needs a new token."""

    def __init__(self, record: Record) -> None:
        super().__init__("token used before")
        self.record = record


class CorrectedAtSource(NotSaved):
    """What the case shares with living records of `systems` (names; none that may not be known of) is corrected there:
    its `fields` stay as they are."""

    def __init__(self, case: Case, fields: list[str], systems: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.case, self.fields, self.systems = case, fields, systems


class NotOurs(NotSaved):
    """The record came from a system and is corrected there."""


class OtherSection(NotSaved):
    """The service, or what it was before, belongs to a section of the law that is not this scope's to report."""


class NumberFixed(NotSaved):
    """Whoever may see some sections only cannot correct a CPR or UDL number: it may be that of other services too."""


def save_record(
    *,
    scope: Scope,
    statistic: Statistic,
    values: Mapping[str, Any],
    token: str,
    record: Record | None = None,
    case: Case | None = None,
    version: str = ANY_VERSION,
    accepted: Set[str] = frozenset(),
    reasons: Mapping[str, str] | None = None,
    today: date | None = None,
) -> Saved:
    """Saves `values` (by field name, of case and record) as a new record, on a new or given `case`, or over `record`.

    `token` is the form's own; `version` is version_of() from when the form was opened; `accepted` holds the keys of
    warnings (see warning_key) that the user has seen, `reasons` by rule id why they are overruled. One transaction, one
    event. Raises NoPrivilege and NotSaved.
    """
    scope.service_codes("report", statistic.id)
    job = _Save(scope, statistic, dict(values), token, version, accepted, reasons or {}, today or timezone.localdate())
    try:
        with transaction.atomic():
            job.hold(record.case if record else case)
            return job.repeated() or (job.change(record) if record else job.create(case))
    except IntegrityError:
        repeated = job.repeated()
        if repeated is None:
            raise
        return repeated


def version_of(case: Case | None, record: Record | None = None) -> str:
    """The versions a form was opened on."""
    return f"{record.version if record else ''}.{case.version if case else ''}"


def saved_by(token: str) -> int:
    """The id of the record that the form with this token saved before, or 0."""
    return Submission.unscoped.filter(token=token).values_list("record", flat=True).first() or 0


def warning_key(broken: Broken, record: RecordValues) -> str:
    """Names a warning about exactly these values, and those of the others beside which the rule is broken."""
    return f"{broken.rule.id}:{mark_beside(broken.rule, record, broken.others)}"


@dataclass
class _Save:
    """One call of save_record."""

    scope: Scope
    statistic: Statistic
    values: Values
    token: str
    version: str
    accepted: Set[str]
    reasons: Mapping[str, str]
    today: date
    circle: Circle = field(default_factory=Circle)

    def __post_init__(self) -> None:
        shown = {each.name: each.export(self.values.get(each.name)) for each in self.statistic.fields}
        self.content = hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()

    def hold(self, case: Case | None) -> None:
        """Waits for whoever saves about the same person, such as the first of two clicks, before anything is read."""
        numbers = [self.values.get("cpr"), self.values.get("udl"), *((case.cpr, case.udl) if case else ())]
        share_municipalities(self.statistic, [self.scope.municipality])
        hold_person(self.statistic, filter(None, numbers))

    def repeated(self) -> Saved | None:
        """What this very form saved before, if it did. Raises AlreadySaved when it carried other values then."""
        before = Submission.unscoped.select_related("record__case").filter(token=self.token).first()
        if before is None:
            return None
        if before.content != self.content or before.record.municipality != self.scope.municipality:
            raise AlreadySaved(before.record)
        self._must_cover(before.record.service_code)
        return Saved(record=before.record, created=True, repeated=True)

    def create(self, case: Case | None) -> Saved:
        """A new record on the given case, on the person's existing one, or on a new case."""
        joined = False
        if case is not None:
            self.values |= {"cpr": case.cpr, "udl": case.udl}
            case = Case.unscoped.select_for_update().get(pk=case.pk)
            if self.version not in (ANY_VERSION, version_of(case)):
                raise Conflict(case, None)
        elif self.values.get("cpr") or self.values.get("udl"):
            case, joined = self._case_of_person()
        broken = self._check(case)
        assert case is not None  # a rule of the statistic asks for a person's number
        self._must_be_ours(case)
        self._write_case(case)
        record = Record(
            statistic=self.statistic.id,
            municipality=self.scope.municipality,
            case=case,
            created_at=timezone.now(),
            created_by=self.scope.identity.name,
        )
        self._write_record(record, broken)
        count_records(case, own=1, all=1)
        self._finish(record, {}, broken)
        return Saved(record=record, created=True, joined_case=joined)

    def change(self, opened: Record) -> Saved:
        """New values over an existing record."""
        list(Case.unscoped.select_for_update().filter(pk=opened.case_id))
        record = Record.unscoped.select_for_update(of=("self",)).select_related("case").get(pk=opened.pk)
        self._must_cover(record.service_code)
        if record.deleted_at:
            raise RecordGone(record)
        if record.source not in OWN_SOURCES:
            raise NotOurs
        if self.version not in (ANY_VERSION, version_of(record.case, record)):
            raise Conflict(record.case, record)
        before, old = record_values(self.statistic, record), record.case
        case = self._case_after(old)
        broken = self._check(case, record)
        after = {name: self.values.get(name) or None for name in before}
        if {name: value or None for name, value in before.items()} == after:
            self._accept(record, broken)
            return Saved(record=record, created=False, changed=False)
        self._must_be_ours(case, record)
        self._may_take_number(old)
        met_before = self._elsewhere_of_old_number(old)
        merged = self._take_number(case)
        left = old if case != old else None
        if left:
            move(record, case)
        self._write_case(case)
        record.version += 1
        self._write_record(record, broken)
        self._finish(record, before, broken, merged, left)
        refresh(self.statistic, {left.pk, *met_before} if left else met_before, today=self.today)
        return Saved(record=record, created=False, left=left)

    def _check(self, case: Case | None, record: Record | None = None) -> list[Broken]:
        """The rules that are broken. Raises RulesBroken on errors, and on warnings that nobody has accepted."""
        values = as_asked(self.statistic, self.values, self.today, record)
        cpr, number = self.values.get("cpr") or "", record.pk if record else 0
        reader = Reader(self.statistic, self.today)
        self.circle = reader.circle(case.pk if case else None, cpr=cpr, municipality=self.scope.municipality)
        others = seen_by(self.scope, self.statistic, self.circle.beside(number))
        found = self.statistic.check(values, others, self.circle.elsewhere)
        broken = [each for each in found if each.rule.severity != INFO]
        known = {*self.accepted, *(accepted_before(record) if record else ())}
        open_ones = [each for each in broken if each.rule.severity == ERROR or warning_key(each, values) not in known]
        if open_ones:
            raise RulesBroken(open_ones)
        self._must_cover(self.values.get("service_code") or "")
        return broken

    def _must_cover(self, code: str) -> None:
        if not may_report_code(self.scope, self.statistic, code):
            raise OtherSection

    @property
    def _limited(self) -> bool:
        return bool(self.scope.limits("read", self.statistic.id))

    def _case_of_person(self) -> tuple[Case, bool]:
        """The person's case, and whether it had living records already that may be known of."""
        cpr, udl = self.values.get("cpr") or "", self.values.get("udl") or ""
        key = {"cpr": cpr} if cpr else {"udl": udl}
        case, created = Case.unscoped.select_for_update().get_or_create(
            statistic=self.statistic.id,
            municipality=self.scope.municipality,
            **key,
            defaults={"changed_at": timezone.now()},
        )
        joined = not created and case.all_records > 0
        if joined:
            kept = case_values(self.statistic, case)
            self.values |= {name: self.values.get(name) or value for name, value in kept.items()}
        known = Case.objects.within(self.scope, self.statistic.id).filter(pk=case.pk)
        return case, joined and (not self._limited or known.exists())

    def _may_take_number(self, case: Case) -> None:
        typed = {name: self.values.get(name) or "" for name in ("cpr", "udl")}
        if self._limited and typed != {"cpr": case.cpr, "udl": case.udl}:
            raise NumberFixed

    def _take_number(self, case: Case) -> list[int]:
        """Makes room for a corrected number; ids of cases that are now part of this one. Raises NumberTaken."""
        merged = make_room(case, self.values)
        if merged is None:
            raise NumberTaken
        return merged

    def _case_after(self, case: Case) -> Case:
        """The case that the record stands on afterwards: of a case that a system shares, it leaves for the person's,
        and what is known of that person stays."""
        if not leaves(case, self.values):
            return case
        self._may_take_number(case)
        found, _joined = self._case_of_person()
        self.values |= {name: value for name, value in case_values(self.statistic, found).items() if value}
        return found

    def _must_be_ours(self, case: Case, record: Record | None = None) -> None:
        """Raises CorrectedAtSource when something of the case that a system sent too is to be corrected."""
        fields = corrected(self.statistic, case, as_asked(self.statistic, self.values, self.today, record))
        systems = senders(case) if fields else []
        if systems:
            raise CorrectedAtSource(case, fields, [] if self._limited else systems)

    def _write_case(self, case: Case) -> None:
        before = case_values(self.statistic, case)
        put_case_values(self.statistic, case, self.values)
        if case_values(self.statistic, case) != before:
            case.version += 1
        case.changed_at = timezone.now()
        case.save(update_fields=["cpr", "udl", "sex", "birth_date", "extra", "version", "changed_at"])

    def _write_record(self, record: Record, broken: list[Broken]) -> None:
        put_record_values(self.statistic, record, self.values)
        record.severity = max((finding.rule.severity for finding in broken), default=0)
        record.changed_at = timezone.now()
        record.changed_by = self.scope.identity.name
        is_new = record.pk is None
        record.save()
        put_codes(self.statistic, record, self.values, is_new=is_new)

    def _elsewhere_of_old_number(self, case: Case) -> Set[int]:
        """The person's cases in other municipalities under a number that is about to be corrected."""
        if case.cpr == (self.values.get("cpr") or ""):
            return frozenset()
        return Reader(self.statistic, self.today).cases_elsewhere([case.pk])

    def _refresh(self, record: Record, broken: list[Broken]) -> None:
        """Brings the findings of the record, its case and its person up to date; its warnings were seen."""
        values = as_asked(self.statistic, self.values, self.today, record)
        acceptance = Acceptance(
            record=record.pk,
            rules={found.rule.id for found in broken},
            by=self.scope.identity.name,
            at=timezone.now(),
            reasons={rule: reason.strip()[:LONGEST_REASON] for rule, reason in self.reasons.items()},
            seen={warning_key(found, values) for found in broken} if self._limited else None,
        )
        refresh_circle(self.statistic, self.circle, acceptance, today=self.today)

    def _put(self, record: Record) -> None:
        values = as_asked(self.statistic, self.values, self.today, record)
        saved = StoredRecord(record.pk, record.case_id, record.severity, values)
        self.circle.put(saved, case_values(self.statistic, record.case))

    def _accept(self, record: Record, broken: list[Broken]) -> None:
        """Nothing is different, but warnings may be overruled for the first time."""
        known, values = accepted_before(record), as_asked(self.statistic, self.values, self.today, record)
        new = [found for found in broken if warning_key(found, values) not in known]
        self._refresh(record, broken)
        if new:
            self._tell(record, "accept", detail={"overruled": [found.rule.id for found in new]})

    def _finish(
        self, record: Record, before: Values, broken: list[Broken], merged: Sequence[int] = (), left: Case | None = None
    ) -> None:
        self._put(record)
        self._refresh(record, broken)
        Submission.unscoped.create(token=self.token, content=self.content, record=record)
        detail = {"overruled": [found.rule.id for found in broken], "merged": list(merged)}
        self._tell(
            record,
            "change" if before else "create",
            left,
            before=for_audit(self.statistic, before) or None,
            after=for_audit(self.statistic, self.values),
            detail={name: told for name, told in detail.items() if told},
        )

    def _tell(
        self, record: Record, action: str, left: Case | None = None, *, detail: dict[str, Any], **more: Any
    ) -> None:
        write_event(
            identity=self.scope.identity,
            action=action,
            municipality=self.scope.municipality,
            statistic=self.statistic.id,
            record=record.pk,
            cases=[record.case_id, *([left.pk] if left else ())],
            detail={**detail, **self.scope.on_behalf(self.statistic.id)},
            **more,
        )
