"""Records put straight into the register, also those that no form would let through, and a report of them."""

from datetime import UTC, date, datetime

from django.utils import timezone

from indberet.definition.cpr import birth_date
from indberet.definition.rules import Severity
from indberet.definition.values import OPEN_END
from indberet.register.models import Case, Finding, Record
from tests.people import ADULTS, ODENSE

DAY = date(2026, 11, 22)
SINCE = datetime(2026, 11, 21, 3, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PERSONS = ("0202800006", "0303750004", "0404900006", "0505600004")


def put_case(statistic=ADULTS, person=PERSONS[0], municipality=ODENSE, **values):
    """The person's case, made when it is not there."""
    key = {"udl": person} if not person.isdigit() or "udl" in values else {"cpr": person}
    values = {"birth_date": birth_date(person) if "cpr" in key else None, "changed_at": LONG_AGO, **values}
    case, _made = Case.unscoped.get_or_create(statistic=statistic.id, municipality=municipality, **key, defaults=values)
    return case


def put(start, end=None, code="1.8.2", *, statistic=ADULTS, person=PERSONS[0], municipality=ODENSE, **values):
    """A record as it might have come from anywhere, without a rule being asked."""
    case = put_case(statistic, person, municipality)
    values = {"created_at": LONG_AGO, "changed_at": LONG_AGO, "source": "system", **values}
    return Record.unscoped.create(
        statistic=statistic.id,
        municipality=municipality,
        case=case,
        service_code=code,
        start=start,
        end=end or OPEN_END,
        **values,
    )


def put_finding(record, rule, severity=Severity.ERROR, *, accepted=False):
    """What a recheck would have found."""
    Finding.unscoped.create(
        record=record,
        rule=rule,
        severity=severity,
        values_mark="x",
        accepted_at=timezone.now() if accepted else None,
    )
    record.severity = max(record.severity, severity)
    record.save(update_fields=["severity"])
