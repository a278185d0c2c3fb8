"""The records behind what stands beside a section: those that are counted, and those that were written since a report,
of the own municipality or, section by section, of one that it acts for."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from indberet.access.scope import Scope
from indberet.audit.log import write_event
from indberet.definition.cpr import show_cpr
from indberet.definition.periods import Period
from indberet.definition.rules import ERROR
from indberet.definition.sections import section_of
from indberet.definition.statistic import Statistic
from indberet.definition.values import OPEN_END
from indberet.register.models import ALIVE, Record
from indberet.report.entries import touching

from .desk import latest_report
from .models import Approval
from .written import COUNTS, records_written

ORDER = ("case__cpr", "case__udl", "case_id", "start", "id")
PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked at: a section of a municipality's data in the round of a year; `what` is services, errors,
    received, corrected or deleted, the last three since the report of an approval (its number), or since the latest."""

    municipality: str
    section: str
    what: str
    approval: int = 0


@dataclass(frozen=True, kw_only=True)
class Row:
    """A record in the list; an open end is None."""

    record: Record
    person: str
    name: str
    end: date | None


@dataclass(frozen=True, kw_only=True)
class SectionRecords:
    """The records that `scope` may see of them. Raises NoPrivilege."""

    scope: Scope
    statistic: Statistic
    asked: Asked
    period: Period
    after: datetime | None
    today: date

    @property
    def title(self) -> str:
        """What is listed."""
        since = _("siden rapporten")
        texts = {
            "services": _("poster i perioden"),
            "errors": _("poster med fejl"),
            "received": f"{_('nye poster')} {since}",
            "corrected": f"{_('rettede poster')} {since}",
            "deleted": f"{_('slettede poster')} {since}",
        }
        return texts[self.asked.what]

    @property
    def labels(self) -> dict[str, str]:
        """The headings in the statistic's own words; persons may have another number than CPR."""
        labels = {name: self.statistic.label(name) for name in ("cpr", "service_code", "start", "end")}
        if self.statistic.capabilities.person_without_cpr:
            labels["cpr"] = f"{labels['cpr']} / {self.statistic.label('udl')}"
        return labels

    @property
    def count(self) -> int:
        """How many there are."""
        return self._found.count()

    @property
    def pages(self) -> int:
        """How many pages they fill, one at least."""
        return max(1, -(-self.count // PAGE_SIZE))

    def page(self, number: int) -> list[Row]:
        """The records of a page, counted from 1. It leaves an event."""
        first = (number - 1) * PAGE_SIZE
        records = list(self._found.select_related("case")[first : first + PAGE_SIZE])
        write_event(
            identity=self.scope.identity,
            action="list",
            municipality=self.scope.municipality,
            statistic=self.statistic.id,
            cases=sorted({record.case_id for record in records}),
            detail={
                "view": "approval",
                "section": self.asked.section,
                "what": self.asked.what,
                "page": number,
                **self.scope.on_behalf(self.statistic.id),
            },
        )
        return [self._row(record) for record in records]

    @cached_property
    def _found(self) -> "QuerySet[Record]":
        rows = Record.objects.within(self.scope, self.statistic.id)
        codes = codes_under(self.statistic, self.asked.section, self.today)
        return rows.filter(touching(self.period), self._wanted(), service_code__in=codes).order_by(*ORDER)

    def _wanted(self) -> Q:
        if self.after is not None:
            return records_written(self.asked.what, self.after)
        return ALIVE & Q(severity=ERROR) if self.asked.what == "errors" else ALIVE

    def _row(self, record: Record) -> Row:
        codes = self.statistic.codes_of("service_code")
        return Row(
            record=record,
            person=show_cpr(record.case.cpr) or record.case.udl,
            name=(codes.find(record.service_code, record.start) or codes.known(record.service_code)).label,
            end=None if record.end == OPEN_END else record.end,
        )


def section_records(scope: Scope, statistic: Statistic, year: int, asked: Asked, today: date) -> SectionRecords:
    """What is asked for, if the person may see it: the own municipality's, or a section of another one that the own one
    acts for. Raises LookupError for anything else, and where there is no such round, report or approval."""
    other = Scope(identity=scope.identity, municipality=asked.municipality)
    if not other.may_some("read", statistic.id):
        raise LookupError(asked.municipality)
    codes, seen = codes_under(statistic, asked.section, today), other.service_codes("read", statistic.id)
    if not codes or (seen is not None and not codes <= seen):
        raise LookupError(asked.section)
    period, after = _since(statistic, year, asked, today)
    return SectionRecords(scope=other, statistic=statistic, asked=asked, period=period, after=after, today=today)


def codes_under(statistic: Statistic, section: str, day: date) -> frozenset[str]:
    """The service codes that stand under a section on a day."""
    codes = statistic.codes_of("service_code")
    return frozenset(row.code for row in codes.rows if row.selectable and section_of(codes, row.code, day) == section)


def _since(statistic: Statistic, year: int, asked: Asked, today: date) -> tuple[Period, datetime | None]:
    """The period, and the moment from which changes count."""
    round = statistic.approval.round(year, today)
    period = statistic.approval.period(year, round.through)
    if asked.what not in COUNTS:
        if asked.what not in ("services", "errors"):
            raise LookupError(asked.what)
        return period, None
    if asked.approval:
        given = Approval.unscoped.filter(statistic=statistic.id, municipality=asked.municipality, year=year)
        found = given.filter(pk=asked.approval).first()
        if found is None:
            raise LookupError(asked.approval)
        return statistic.approval.period(year, found.through), found.report_made_at
    report = latest_report(statistic, asked.municipality)
    if report is None:
        raise LookupError(asked.municipality)
    return period, report.made_at
