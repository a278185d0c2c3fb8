"""Makes cases with their records, codes and findings, ready to be stored."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

from indberet.definition.dates import years_after
from indberet.definition.fields import Codes
from indberet.definition.rules import ERROR, INFO, WARNING, Severity
from indberet.register.findings import Found
from indberet.register.models import Case, Finding, Record, RecordCode, Source
from indberet.register.reasons import READY
from indberet.register.values import put_case_values, put_record_values

from .beside import Draft, Findings, Judge
from .cpr_numbers import Numbers
from .history import Histories
from .office import Office
from .services import YEAR, ServiceMaker, Values
from .weighted import one_of

ONE_DAY = timedelta(days=1)
MOST_SERVICES = 15
WITHOUT_CPR = 0.03
TOO_YOUNG = 0.004  # a year younger than the statistic asks for
UNUSUAL, CARELESS = 0.05, 0.1  # of the cases: services warn beside each other; those from systems even clash
TWICE, ELSEWHERE = 0.15, 0.2  # of the careless ones: a service is delivered twice; another municipality delivers all
REASONS = list(READY.values())[:-1]


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


class CaseMaker:
    """Makes the cases of one municipality and statistic. `neighbours` are codes of municipalities whose systems may
    deliver the same person by mistake."""

    def __init__(self, office: Office, numbers: Numbers, ids: Ids, neighbours: Sequence[str] = ()) -> None:
        self._office = office
        self._random = office.random
        self._numbers = numbers
        self._ids = ids
        self._neighbours = list(neighbours)
        self._services = ServiceMaker(office)
        self._histories = Histories(office)
        self._judge = Judge(office)
        self._named = [found for found in office.statistic.fields if isinstance(found, Codes)]

    def cases(self, records: int) -> Iterator[Made]:
        """Cases with exactly so many records in all."""
        while records > 0:
            for made in self._of_person(records):
                records -= len(made.records)
                yield made

    def _of_person(self, most: int) -> Iterator[Made]:
        """A person's case; seldom one in another municipality too."""
        first = self._services.first_start()
        born = self._born(first)
        number = next(self._ids.cases)
        person = self._person(number, born)
        tolerated = self._tolerated()
        drafts = self._drafts(person, born, first, tolerated)[:most]
        careless = tolerated == ERROR and not any(draft.history.is_by_hand for draft in drafts)
        gone = [draft for draft in drafts if draft.history.deleted_at]
        living = [draft for draft in drafts if not draft.history.deleted_at]
        if careless and len(drafts) < most and self._random.random() < TWICE:
            living.append(living[-1])
        living, found = self._judge.tidied(living, tolerated if careless else min(tolerated, WARNING))
        if careless and self._is_elsewhere(person) and 2 * len(living) <= most:
            found = self._judge.findings(living, elsewhere=living)
            other = one_of(self._neighbours, self._random)
            yield self._made(next(self._ids.cases), other, person, living, found)
        yield self._made(number, self._office.municipality, person, living, found, gone)

    def _drafts(self, person: Values, born: date, first: date, tolerated: Severity) -> list[Draft]:
        """The records of a person's services; a service that still runs is not given again in a tidy case."""
        drafts: list[Draft] = []
        for number, start in enumerate(self._starts(first, born)):
            running = [draft.asked for draft in drafts if draft.asked.end is None or draft.asked.end >= start]
            history = self._histories.of(start)
            services = self._services.records(
                person,
                born,
                start,
                first=number == 0,
                by_hand=history.is_by_hand,
                had=[] if tolerated else [record.service_code for record in running],
            )
            drafts += [self._judge.draft(values, history, number) for values in services]
        return drafts

    def _tolerated(self) -> Severity:
        """What may be broken beside each other: mostly nothing, and errors never by what was entered by hand."""
        luck = self._random.random()
        return ERROR if luck < CARELESS else WARNING if luck < CARELESS + UNUSUAL else INFO

    def _is_elsewhere(self, person: Values) -> bool:
        return bool(self._neighbours and person.get("cpr")) and self._random.random() < ELSEWHERE

    def _starts(self, first: date, born: date) -> list[date]:
        """Start dates of a person's services; those at which the person has become too old are left out."""
        more, mean = 0, self._office.hints.services_per_person
        while more < MOST_SERVICES and self._random.random() > 1 / mean:
            more += 1
        too_old = years_after(born, self._office.hints.oldest + 1)
        later = sorted(self._services.later_start(first) for _each in range(more))
        return [first, *(start for start in later if start < too_old)]

    def _born(self, first: date) -> date:
        """A birth date for somebody whose first service starts on `first`; never 1 January."""
        hints = self._office.hints
        youngest, oldest = hints.age_groups.pick(self._random)
        years = youngest + self._random.random() * (oldest - youngest + 0.97)
        if hints.youngest and self._random.random() < TOO_YOUNG:
            years = hints.youngest - self._random.random()
        born = first - timedelta(days=math.ceil(years * YEAR))
        return born - ONE_DAY if (born.day, born.month) == (1, 1) else born

    def _person(self, number: int, born: date) -> Values:
        """The person's number: CPR, or UDL with birth date and sex where the statistic knows persons without CPR."""
        if self._office.statistic.capabilities.person_without_cpr and self._random.random() < WITHOUT_CPR:
            return {"udl": f"UDL-{self._office.municipality}-{number:06d}", "birth_date": born}
        return {"cpr": self._numbers.next(born)}

    def _made(
        self,
        number: int,
        municipality: str,
        person: Values,
        living: list[Draft],
        found: Findings,
        gone: Sequence[Draft] = (),
    ) -> Made:
        made = Made(Case(id=number, statistic=self._office.statistic.id, municipality=municipality))
        put_case_values(self._office.statistic, made.case, person)
        for draft, broken in zip(living, found, strict=True):
            self._add(made, draft, broken)
        for draft in gone:
            self._add(made, draft, [])
        _count(made)
        return made

    def _add(self, made: Made, draft: Draft, broken: list[Found]) -> None:
        history = draft.history
        record = Record(
            id=next(self._ids.records),
            statistic=made.case.statistic,
            municipality=made.case.municipality,
            case_id=made.case.pk,
            source=history.source.value,
            severity=max((each.rule.severity for each in broken), default=0),
            source_system=history.by if history.source == Source.SYSTEM else "",
            version=1 if history.changed_at == history.created_at else 2,
            created_at=history.created_at,
            created_by=history.by,
            changed_at=history.changed_at,
            changed_by=history.by,
            deleted_at=history.deleted_at,
            deleted_by=history.by if history.deleted_at else "",
            deletion=history.deletion,
        )
        put_record_values(self._office.statistic, record, draft.values)
        made.records.append(record)
        for named in self._named:
            for position, code in enumerate(draft.values[named.name]):
                made.codes.append(RecordCode(record_id=record.pk, field=named.name, code=code, position=position))
        made.findings += [self._finding(record, each) for each in broken]

    def _finding(self, record: Record, found: Found) -> Finding:
        """A stored finding; the warnings of what was entered here were accepted, each with a reason."""
        accepted = record.source == Source.MANUAL
        return Finding(
            record_id=record.pk,
            rule=found.rule.id,
            severity=found.rule.severity,
            values_mark=found.mark,
            accepted_at=record.changed_at if accepted else None,
            accepted_by=record.changed_by if accepted else "",
            reason=one_of(REASONS, self._random) if accepted else "",
        )


def _count(made: Made) -> None:
    living = [record for record in made.records if record.deleted_at is None]
    made.case.all_records = len(living)
    made.case.own_records = sum(record.is_own for record in living)
    made.case.created_at = min(record.created_at for record in made.records)
    made.case.changed_at = max(record.changed_at for record in made.records)
