"""A page of the records behind a figure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from indberet.access.paths import whole_number
from indberet.definition.cpr import show_cpr
from indberet.definition.dates import show_date
from indberet.definition.tables import Measure
from indberet.definition.values import OPEN_END
from indberet.register.models import Record, Source

from .behind import PAGE_SIZE, Behind
from .explain import Explanations, explanations
from .view import Seen
from .words import Words, shown


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a record breaks: its id, what was found, whether it is an error, and whether it was overruled."""

    rule: str
    text: str
    level: int
    accepted: bool


@dataclass(frozen=True, slots=True)
class ListRow:
    """A record in the list."""

    id: int
    person: str
    code: str
    name: str
    start: str
    end: str
    source: str
    broken: tuple[Broken, ...]
    url: str


class ListPage:
    """What the page shows: the figure now, that of the kept report when it is of another day, and a page of records."""

    def __init__(self, seen: Seen, behind: Behind, asked: str) -> None:
        self._seen, self._behind = seen, behind
        self._statistic = behind.layout.statistic
        self.words = Words(behind.layout)
        self.cell = behind.cell
        self.pages = max(1, -(-len(behind.ids) // PAGE_SIZE))
        self.number = min(max(whole_number(asked), 1), self.pages)

    @property
    def row(self) -> str:
        """The row's name."""
        return self.words.row(self.cell.row)

    @property
    def column(self) -> str:
        """The column's name."""
        return self.words.column(self.cell.column)

    @property
    def measure(self) -> str:
        """What is counted."""
        return self.words.measure(self.cell.measure)

    @property
    def records(self) -> int:
        """How many records there are."""
        return len(self._behind.ids)

    @property
    def figure(self) -> str:
        """The figure as it is now."""
        return self._shown(self._behind.number)

    @property
    def kept_figure(self) -> str:
        """The figure of the kept report, when there is one."""
        if not self._seen.frozen:
            return ""
        table = self._seen.figures.tables.get(self._behind.layout.table.id)
        return self._shown(table.value(self.cell.measure, self.cell.row, self.cell.column)) if table else ""

    @cached_property
    def labels(self) -> dict[str, str]:
        """The headings in the statistic's own words; persons may have another number than CPR."""
        labels = {name: self._statistic.label(name) for name in ("cpr", "service_code", "start", "end")}
        if self._statistic.capabilities.person_without_cpr:
            labels["cpr"] = f"{labels['cpr']} / {self._statistic.label('udl')}"
        return labels

    @cached_property
    def rows(self) -> list[ListRow]:
        """The records of this page; looking at them leaves an event."""
        return list(self._rows())

    @property
    def file_url(self) -> dict[str, str]:
        """Where the CPR list is made, by format."""
        args = [self._statistic, self._behind.layout.table.id]
        return {format: reverse("report_cell_file", args=[*args, format]) for format in ("csv", "xlsx")}

    @property
    def is_full_time(self) -> bool:
        """Whether the figure is no count."""
        return self.cell.measure == Measure.FULL_TIME

    def _shown(self, value: int) -> str:
        return shown(value, self.cell.measure, self._behind.column)

    def _rows(self) -> Iterator[ListRow]:
        sources = {
            Source.MANUAL.value: _("Indtastet"),
            Source.SYSTEM.value: _("Fagsystem"),
            Source.LEGACY.value: _("Overført fra tidligere løsning"),
        }
        codes = self._statistic.codes_of("service_code")
        records = self._behind.page(self.number)
        told = explanations(self._statistic, {record.case_id for record in records if record.severity})
        for record in records:
            yield ListRow(
                id=record.pk,
                person=show_cpr(record.case.cpr) or record.case.udl,
                code=record.service_code,
                name=(codes.find(record.service_code, record.start) or codes.known(record.service_code)).label,
                start=show_date(record.start),
                end="" if record.end == OPEN_END else show_date(record.end),
                source=sources[record.source],
                broken=tuple(self._broken(record, told)),
                url=reverse("record_edit", args=[self._statistic, record.pk]),
            )

    def _broken(self, record: Record, told: Explanations) -> Iterator[Broken]:
        """What was found; what today's rules no longer find is told by what the rule demands."""
        rules = self._behind.layout.rules
        for finding in sorted(record.findings.all(), key=lambda found: (-found.severity, found.rule)):
            if not self._behind.rules or finding.rule in self._behind.rules:
                rule = rules.get(finding.rule)
                text = told.get((record.pk, finding.rule)) or (self._statistic.rule_text(rule) if rule else "")
                yield Broken(finding.rule, text, finding.severity, finding.accepted_at is not None)
