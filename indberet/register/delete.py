"""Deleting hides records for 30 days, restoring brings them back, purging removes them for good."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from indberet.access.identity import Identity
from indberet.access.scope import Scope
from indberet.audit.log import pseudonym, write_event
from indberet.definition.statistic import Statistic

from .findings import refresh
from .models import OWN_SOURCES, Case, Record, Submission
from .one_case import count_records
from .persons import hold_cases, share_municipalities
from .purged import remember

KEPT_FOR = timedelta(days=30)
PURGE = Identity(subject="command", name="indberet purge", organisation="", cvr="", source="operator")


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """What was deleted together: numbers of records, and of cases that lost their last record."""

    id: uuid.UUID
    records: int
    cases: int


def deletable(*, scope: Scope, statistic: Statistic, record_ids: Iterable[int]) -> QuerySet[Record]:
    """The living records among `record_ids` that were entered here. Raises NoPrivilege."""
    rows = Record.objects.within(scope, statistic.id, "report")
    return rows.filter(pk__in=list(record_ids), deleted_at=None, source__in=OWN_SOURCES)


def delete_records(*, scope: Scope, statistic: Statistic, record_ids: Iterable[int]) -> Deletion:
    """Hides the records, so that they can be restored together. Those already gone are passed over."""
    with transaction.atomic():
        share_municipalities(statistic, [scope.municipality])
        records = _held(statistic, deletable(scope=scope, statistic=statistic, record_ids=record_ids))
        id = uuid.uuid4()
        Record.unscoped.filter(pk__in=[record.pk for record in records]).update(
            deleted_at=timezone.now(), deleted_by=scope.identity.name, deletion=id
        )
        _count(records, -1)
        _refresh(statistic, records)
        _tell(scope, statistic, "delete", records, id)
        cases = {record.case_id for record in records}
        left = Record.objects.within(scope, statistic.id).filter(case__in=cases, deleted_at=None)
        kept = set(left.filter(source__in=OWN_SOURCES).values_list("case_id", flat=True))
        return Deletion(id=id, records=len(records), cases=len(cases - kept))


def restore_records(*, scope: Scope, statistic: Statistic, deletion: uuid.UUID) -> int:
    """Brings back what one deletion hid, as far as it is not purged; the number of records. Raises NoPrivilege."""
    within = Record.objects.within(scope, statistic.id, "report")
    with transaction.atomic():
        share_municipalities(statistic, [scope.municipality])
        hidden = within.filter(deletion=deletion, source__in=OWN_SOURCES)
        records = _held(statistic, hidden.exclude(deleted_at=None))
        Record.unscoped.filter(pk__in=[record.pk for record in records]).update(
            deleted_at=None, deleted_by="", deletion=None
        )
        _count(records, 1)
        _refresh(statistic, records)
        if records:
            _tell(scope, statistic, "restore", records, deletion)
        return len(records)


def purge(*, now: datetime) -> int:
    """Removes records deleted more than 30 days before `now`, cases left without any, and old form tokens. The
    predecessor's records stay known, so that they are not copied again."""
    limit = now - KEPT_FOR
    with transaction.atomic():
        old = Record.unscoped.filter(deleted_at__lt=limit)
        remember(old)
        removed, _ = old.delete()
        _forget(Case.unscoped.filter(records=None, all_records=0, changed_at__lt=limit))
        Submission.unscoped.filter(at__lt=limit).delete()
        return removed


def _forget(cases: QuerySet[Case]) -> None:
    """Removes the cases. The trail keeps which pseudonym they had, so that the persons' look-ups can be told still."""
    gone: dict[tuple[str, str], dict[str, list[int]]] = {}
    for pk, statistic, municipality, cpr, udl in cases.values_list("pk", "statistic", "municipality", "cpr", "udl"):
        of = gone.setdefault((statistic, municipality), {})
        of.setdefault(pseudonym(cpr or udl), []).append(pk)
    for (statistic, municipality), persons in sorted(gone.items()):
        ids = sorted(pk for pks in persons.values() for pk in pks)
        Case.unscoped.filter(pk__in=ids).delete()
        write_event(
            identity=PURGE,
            action="purge",
            municipality=municipality,
            statistic=statistic,
            cases=ids,
            detail={"persons": persons},
        )


def _held(statistic: Statistic, rows: QuerySet[Record]) -> list[Record]:
    """The records, once nobody else saves about the same persons."""
    hold_cases(statistic, set(rows.values_list("case", flat=True)))
    return list(rows.select_for_update().order_by("pk"))


def _count(records: list[Record], sign: int) -> None:
    by_case = Counter(record.case_id for record in records)
    for case in Case.unscoped.filter(pk__in=by_case):
        count_records(case, own=sign * by_case[case.pk], all=sign * by_case[case.pk])


def _refresh(statistic: Statistic, records: list[Record]) -> None:
    """What is left, or came back, may keep or break rules together with the others."""
    refresh(statistic, {record.case_id for record in records}, today=timezone.localdate())


def _tell(scope: Scope, statistic: Statistic, action: str, records: list[Record], deletion: uuid.UUID) -> None:
    write_event(
        identity=scope.identity,
        action=action,
        municipality=scope.municipality,
        statistic=statistic.id,
        cases=sorted({record.case_id for record in records}),
        detail={
            "deletion": str(deletion),
            "records": [record.pk for record in records],
            **scope.on_behalf(statistic.id),
        },
    )
