"""What the overview shows: columns with sorting and filters, rows, chips, paging."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from indberet.access.delegation import told
from indberet.definition.approval import Delegation
from indberet.definition.code_lists import CodeList
from indberet.definition.dates import show_date
from indberet.definition.fields import Code
from indberet.definition.rules import Rule
from indberet.definition.values import OPEN_END

from .filters import severity_words
from .find import Page, findings_of
from .form_fields import UUID_LENGTH
from .listing import Listing, column_label, view_labels
from .messages import person
from .models import Case, Finding, Record, Source
from .row_html import Cell, Row, rows_html
from .view_state import PAGE_SIZES, ViewState


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its two heading rows."""

    name: str
    label: str
    sort: str
    filter: str
    filter_error: str
    hint: str
    choices: tuple[str, ...]
    hidden: bool
    can_hide: bool


@dataclass(kw_only=True)
class Overview:
    """The overview of one page of a listing. `may_report` is whether a record of it opens as a form for this user;
    `hidden` names columns that the user hides, `focus` the row come from. With `limits`, some sections only are shown,
    and not the view that counts a case's services."""

    listing: Listing
    state: ViewState
    page: Page
    may_report: bool
    hidden: frozenset[str]
    focus: int = 0
    limits: tuple[Delegation, ...] = ()
    today: date = field(default_factory=timezone.localdate)

    @cached_property
    def columns(self) -> list[Column]:
        """All columns of the view, hidden ones too."""
        return [self._column(name) for name in self.listing.columns(self.state.view)]

    @cached_property
    def shown_columns(self) -> list[Column]:
        """The columns that are not hidden."""
        return [column for column in self.columns if not column.hidden]

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of the page."""
        return list(self._rows())

    @property
    def rows_html(self) -> SafeString:
        """The rows as the table holds them."""
        return rows_html(self.rows)

    @property
    def chips(self) -> list[dict[str, str]]:
        """The active filters, to be removed one by one."""
        return [{"name": name, "label": f"{self._label(name)}: {text}"} for name, text in self.state.filters.items()]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.page.total // self.state.page_size)

    @property
    def first_number(self) -> int:
        """The number of the first row shown, from 1."""
        return (self.state.page - 1) * self.state.page_size + 1 if self.page.rows else 0

    @property
    def last_number(self) -> int:
        """The number of the last row shown."""
        return self.first_number + len(self.page.rows) - 1 if self.page.rows else 0

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before."""
        return self.state.page > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after."""
        return self.last_number < self.page.total

    @property
    def empty_state(self) -> str:
        """Why there are no rows: none yet, or none that match."""
        if self.page.total:
            return ""
        return "filtered" if self.state.filters else "none"

    @property
    def page_sizes(self) -> tuple[int, ...]:
        """What may be chosen."""
        return PAGE_SIZES

    @property
    def can_copy(self) -> bool:
        """Whether records can be copied with another Ydelses-UUID."""
        return self.listing.statistic.has_field("service_uuid")

    @property
    def limits_told(self) -> list[str]:
        """Who acts for the municipality with which sections, when that is all that is shown."""
        return [told(row) for row in self.limits]

    @property
    def views(self) -> list[dict[str, Any]]:
        """The three views of the guides."""
        labels = view_labels()
        if self.limits:
            del labels["cases"]
        return [{"key": key, "label": label, "current": key == self.state.view} for key, label in labels.items()]

    def _column(self, name: str) -> Column:
        descending = "descending" if self.state.descending else "ascending"
        return Column(
            name=name,
            label=self._label(name),
            sort=descending if self.state.sort == name else "none",
            filter=self.state.filters.get(name, ""),
            filter_error=self.page.bad_filters.get(name, ""),
            hint=self._hint(name),
            choices=severity_words(self.listing.statistic) if name == "severity" else (),
            hidden=name in self.hidden,
            can_hide=name != "cpr",
        )

    def _label(self, name: str) -> str:
        return column_label(self.listing.statistic, name)

    def _hint(self, name: str) -> str:
        if name in ("start", "end", "changed_at"):
            return _("fx 02.2025")
        return {"severity": _("fejl/advarsel"), "count": _("fx 2"), "source": _("fx fagsystem")}.get(name, "")

    def _rows(self) -> Iterator[Row]:
        if self.state.view == "cases":
            yield from (self._case_row(case) for case in self.page.rows if isinstance(case, Case))
            return
        cells = _CellMaker(self)
        before = 0
        ticked = set(self.state.ticked)
        for record in self.page.rows:
            if isinstance(record, Record):
                yield self._record_row(record, cells, first=record.case_id != before, ticked=record.pk in ticked)
                before = record.case_id

    def _record_row(self, record: Record, cells: "_CellMaker", *, first: bool, ticked: bool) -> Row:
        return Row(
            id=record.pk,
            case_id=record.case_id,
            label=f"{record.service_code} {person(record.case)}",
            cells=cells.of(record),
            ticked=ticked,
            first_of_person=first,
            ended=record.end < self.today,
            editable=self.may_report and record.is_own,
            edit_url=self.record_url(record),
            focus=record.pk == self.focus,
        )

    def record_url(self, record: Record) -> str:
        """The record's own page, as the listing opens it."""
        return f"{self._records_url}{record.pk}/{'view/' if self.listing.read_only else ''}"

    @cached_property
    def _records_url(self) -> str:
        return reverse("record_new", args=[self.listing.statistic]).removesuffix("new/")

    def _case_row(self, case: Case) -> Row:
        changed = f"{timezone.localtime(case.changed_at):%d.%m.%Y %H.%M}"
        count = getattr(case, self.listing.counter)
        texts = {"cpr": person(case) if case.cpr else "", "udl": case.udl, "count": str(count), "changed_at": changed}
        return Row(
            id=case.pk,
            case_id=case.pk,
            label=person(case),
            cells=tuple(Cell(column.name, column.label, texts[column.name]) for column in self.shown_columns),
            ticked=case.pk in self.state.ticked,
            first_of_person=True,
            ended=False,
            editable=self.may_report,
            edit_url="",
            focus=case.pk == self.focus,
        )


class _CellMaker:
    """Makes the cells of many records; what is the same for all rows is looked up once."""

    def __init__(self, overview: Overview) -> None:
        statistic = overview.listing.statistic
        self.overview = overview
        self.columns = [(column.name, column.label) for column in overview.shown_columns]
        self.lists: dict[str, CodeList] = {
            name: statistic.codes_of(name)
            for name, _label in self.columns
            if statistic.has_field(name) and isinstance(statistic.field(name), Code)
        }
        self.severities = {0: "", 1: _("Advarsel"), 2: _("Fejl")}
        self.sources = {
            Source.MANUAL.value: _("Indtastet"),
            Source.SYSTEM.value: _("Fagsystem"),
            Source.LEGACY.value: _("Overført"),
        }
        self.names: dict[tuple[str, str, date], tuple[str, str]] = {}
        self.findings: dict[int, list[Finding]] = {}
        if "severity" in dict(self.columns):
            for finding in findings_of(row for row in overview.page.rows if isinstance(row, Record)):
                self.findings.setdefault(finding.record_id, []).append(finding)
        self.rules: dict[str, Rule] = {rule.id: rule for rule in statistic.rules} if self.findings else {}
        self.fields: dict[str, str] = {}

    def of(self, record: Record) -> tuple[Cell, ...]:
        """The cells of a record in the order of the columns."""
        return tuple(
            self._status(record, label) if name == "severity" else Cell(name, label, *self._texts(record, name))
            for name, label in self.columns
        )

    def _status(self, record: Record, label: str) -> Cell:
        """The severity; with findings the field of the first, how many more there are, and the way to it."""
        found = self.findings.get(record.pk, [])
        first = self.rules.get(found[0].rule) if found else None
        secondary = self._field(first.fields[0]) if first else ""
        if first and len(found) > 1:
            secondary += f" +{len(found) - 1}"
        url = f"{self.overview.record_url(record)}{self._anchor(record, first)}"
        return Cell("severity", label, self.severities[record.severity], secondary, record.severity, url)

    def _anchor(self, record: Record, rule: Rule | None) -> str:
        """Where on the record's page the finding of a rule stands; a value that is not used has no field there."""
        if rule is None:
            return ""
        if not (self.overview.may_report and record.is_own):
            return f"#finding-{rule.id}"
        return "#findings" if rule.id.endswith("-NOT-USED") else f"#id_{rule.fields[0]}"

    def _field(self, name: str) -> str:
        if name not in self.fields:
            self.fields[name] = column_label(self.overview.listing.statistic, name)
        return self.fields[name]

    def _texts(self, record: Record, name: str) -> tuple[str, str]:
        if name == "cpr":
            return (person(record.case) if record.case.cpr else ""), ""
        if name == "udl":
            return record.case.udl, ""
        value = getattr(record, name)
        if name in self.lists:
            return self._code(name, value, record.start) if value else ("", "")
        if name in ("start", "end"):
            return ("" if value == OPEN_END else show_date(value)), ""
        if name == "changed_at":
            return f"{timezone.localtime(value):%d.%m.%Y}", ""
        return (self.sources[value], record.source_system) if name == "source" else (value, "")

    def _code(self, name: str, code: str, day: date) -> tuple[str, str]:
        key = (name, code, day)
        if key not in self.names:
            row = self.lists[name].find(code, day) or self.lists[name].known(code)
            is_uuid = len(code) == UUID_LENGTH
            self.names[key] = ((row.label or code) if is_uuid else code, "" if is_uuid else row.label)
        return self.names[key]
