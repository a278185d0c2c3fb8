"""Makes cases with their records, codes and findings, ready to be stored."""

import math
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count

from indberet.definition.fields import Codes
from indberet.definition.rules import Rule
from indberet.register.models import OWN_SOURCES, Case, Finding, Record, RecordCode, Source
from indberet.register.values import mark_of, put_case_values, put_record_values

from .cpr_numbers import Numbers
from .names import PREDECESSOR, SYSTEM
from .office import Office
from .services import YEAR, ServiceMaker, Values
from .weighted import one_of

MOST_SERVICES = 15
WITHOUT_CPR = 0.03
LEGACY_UNTIL = timedelta(days=400)  # what is older was entered in the predecessor
DELETED = 0.015  # of what was entered here, within the last weeks


@dataclass
class Ids:
    """The next ids; one for the whole data set."""

    cases: Iterator[int] = field(default_factory=lambda: count(1))
    records: Iterator[int] = field(default_factory=lambda: count(1))


@dataclass
class Made:
    """A case with all that belongs to it."""

    case: Case
    records: list[Record] = field(default_factory=list)
    codes: list[RecordCode] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class History:
    """Where the records of a service came from, who made them and when; `deletion` if they were deleted."""

    source: Source
    created_at: datetime
    changed_at: datetime
    by: str
    deleted_at: datetime | None
    deletion: uuid.UUID | None


class CaseMaker:
    """Makes the cases of one municipality and statistic."""

    def __init__(self, office: Office, numbers: Numbers, ids: Ids) -> None:
        self._office = office
        self._random = office.random
        self._numbers = numbers
        self._ids = ids
        self._services = ServiceMaker(office)
        self._today = office.now.date()
        self._named = [found for found in office.statistic.fields if isinstance(found, Codes)]
        self._rules: dict[date, tuple[Rule, ...]] = {}

    def cases(self, records: int) -> Iterator[Made]:
        """Cases with exactly so many records in all."""
        while records > 0:
            made = self._case(records)
            records -= len(made.records)
            yield made

    def _case(self, most: int) -> Made:
        first = self._services.first_start()
        born = self._born(first)
        case = Case(
            id=next(self._ids.cases), statistic=self._office.statistic.id, municipality=self._office.municipality
        )
        person = self._person(case, born)
        made = Made(case)
        for number, start in enumerate(self._starts(first, born)):
            history = self._history(start)
            found = self._services.records(
                person, born, start, first=number == 0, by_hand=history.source in OWN_SOURCES
            )
            for values in found:
                if len(made.records) < most:
                    self._add(made, values, history)
        put_case_values(self._office.statistic, case, person)
        self._count(made)
        return made

    def _starts(self, first: date, born: date) -> list[date]:
        """Start dates of a person's services; those at which the person has become too old are left out."""
        more, mean = 0, self._office.hints.services_per_person
        while more < MOST_SERVICES and self._random.random() > 1 / mean:
            more += 1
        last = born + timedelta(days=int((self._office.hints.oldest + 1) * YEAR) - 1)
        later = sorted(self._services.later_start(first) for _each in range(more))
        return [first, *(start for start in later if start <= last)]

    def _born(self, first: date) -> date:
        """A birth date for somebody whose first service starts on `first`; never 1 January."""
        youngest, oldest = self._office.hints.age_groups.pick(self._random)
        years = youngest + self._random.random() * (oldest - youngest + 0.97)
        born = first - timedelta(days=math.ceil(years * YEAR))
        return born - timedelta(days=1) if (born.day, born.month) == (1, 1) else born

    def _person(self, case: Case, born: date) -> Values:
        """The person's number: CPR, or UDL with birth date and sex where the statistic knows persons without CPR."""
        if self._office.statistic.capabilities.person_without_cpr and self._random.random() < WITHOUT_CPR:
            return {"udl": f"UDL-{case.municipality}-{case.pk:06d}", "birth_date": born}
        return {"cpr": self._numbers.next(born)}

    def _history(self, start: date) -> History:
        created = self._office_hour(start + timedelta(days=int(self._random.expovariate(1 / 25))))
        changed = self._office_hour(created.date() + timedelta(days=int(self._random.expovariate(1 / 120))))
        changed = max(created, changed)
        if self._random.random() >= self._office.portion.by_hand:
            return History(Source.SYSTEM, created, changed, SYSTEM, None, None)
        if self._office.now - created > LEGACY_UNTIL:
            return History(Source.LEGACY, created, changed, PREDECESSOR, None, None)
        by = one_of(self._office.reporters, self._random)
        if self._random.random() >= DELETED:
            return History(Source.MANUAL, created, changed, by, None, None)
        deleted = max(changed, self._office_hour(self._today - timedelta(days=int(self._random.random() * 28))))
        return History(
            Source.MANUAL, created, changed, by, deleted, uuid.UUID(int=self._random.getrandbits(128), version=4)
        )

    def _office_hour(self, day: date) -> datetime:
        """A time between 8 and 16 on that day, not in the future."""
        minutes = int(self._random.random() * 8 * 60)
        moment = datetime.combine(day, time(8 + minutes // 60, minutes % 60), self._office.now.tzinfo)
        return min(moment, self._office.now)

    def _add(self, made: Made, values: Values, history: History) -> None:
        record = Record(
            id=next(self._ids.records),
            statistic=made.case.statistic,
            municipality=made.case.municipality,
            case_id=made.case.pk,
            source=history.source.value,
            version=1 if history.changed_at == history.created_at else 2,
            created_at=history.created_at,
            created_by=history.by,
            changed_at=history.changed_at,
            changed_by=history.by,
            deleted_at=history.deleted_at,
            deleted_by=history.by if history.deleted_at else "",
            deletion=history.deletion,
        )
        put_record_values(self._office.statistic, record, values)
        made.records.append(record)
        self._add_codes(made, record, values)
        self._add_findings(made, record, values)

    def _add_codes(self, made: Made, record: Record, values: Values) -> None:
        for named in self._named:
            for position, code in enumerate(values[named.name]):
                made.codes.append(RecordCode(record_id=record.pk, field=named.name, code=code, position=position))

    def _add_findings(self, made: Made, record: Record, values: Values) -> None:
        """The rules that the record breaks; warnings of what was entered here were accepted."""
        statistic = self._office.statistic
        found = statistic.values(values, self._today)
        accepted = record.source == Source.MANUAL
        for rule in self._rules_on(found.date):
            if rule.holds(found):
                continue
            record.severity = max(record.severity, rule.severity)
            made.findings.append(
                Finding(
                    record_id=record.pk,
                    rule=rule.id,
                    severity=rule.severity,
                    values_mark=mark_of(statistic, rule.fields, values),
                    accepted_at=record.changed_at if accepted else None,
                    accepted_by=record.changed_by if accepted else "",
                )
            )

    def _rules_on(self, day: date) -> tuple[Rule, ...]:
        """The rules in force for records of that date, found once."""
        if day not in self._rules:
            self._rules[day] = self._office.statistic.rules_on(day)
        return self._rules[day]

    def _count(self, made: Made) -> None:
        living = [record for record in made.records if record.deleted_at is None]
        made.case.all_records = len(living)
        made.case.own_records = sum(record.is_own for record in living)
        made.case.created_at = min(record.created_at for record in made.records)
        made.case.changed_at = max(record.changed_at for record in made.records)
