"""What the tests of rules across records do."""

from datetime import date

import pytest

from indberet.register.delete import delete_records
from indberet.register.findings import refresh
from indberet.register.models import Finding, Record
from indberet.register.save import RulesBroken, save_record, warning_key
from indberet.register.values import record_values
from tests.people import ADULTS, ANNA, CHILDREN, FITTING, TODAY, new_token, valid_values

MAY, JUNE, JULY = date(2025, 5, 31), date(2025, 6, 1), date(2025, 7, 1)
REASON = "Efter aftale med borgeren"
LONG_STAY = dict(zip(("offer_uuid", "service_uuid"), FITTING["1.8.1"], strict=True)) | {"service_code": "1.8.1"}


def refused(statistic=ADULTS, by=ANNA, **changes):
    """What stops a new record, by rule."""
    with pytest.raises(RulesBroken) as stopped:
        save_record(
            scope=by, statistic=statistic, values=valid_values(statistic, **changes), token=new_token(), today=TODAY
        )
    return {found.rule.id: found for found in stopped.value.broken}


def change(record, by=ANNA, accepted=(), **changes):
    """Saves the record with other values; of its warnings only those given are accepted."""
    stored = Record.unscoped.get(pk=record.pk)
    statistic = CHILDREN if stored.statistic == CHILDREN.id else ADULTS
    return save_record(
        scope=by,
        statistic=statistic,
        values={**record_values(statistic, stored), **changes},
        record=stored,
        token=new_token(),
        today=TODAY,
        accepted=accepted,
    )


def save_seen(statistic=ADULTS, by=ANNA, reason=REASON, **changes):
    """A new record whose warnings were seen and overruled for a reason."""
    values = valid_values(statistic, **changes)
    told = refused(statistic, by, **changes)
    return save_record(
        scope=by,
        statistic=statistic,
        values=values,
        token=new_token(),
        accepted={warning_key(found, statistic.values(values, TODAY)) for found in told.values()},
        reasons=dict.fromkeys(told, reason),
        today=TODAY,
    ).record


def deliver(record, **columns):
    """What a system delivers later: it is stored whatever it breaks, and then checked."""
    Record.unscoped.filter(pk=record.pk).update(source="system", **columns)
    refresh(ADULTS, [record.case_id], today=TODAY)


def delete(record, by=ANNA):
    return delete_records(scope=by, statistic=ADULTS, record_ids=[record.pk])


def rules_of(record):
    return sorted(Finding.unscoped.filter(record=record.pk).values_list("rule", flat=True))


def severity_of(record):
    return Record.unscoped.get(pk=record.pk).severity
