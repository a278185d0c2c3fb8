"""A statistic: everything the core needs to know about one data collection."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from .approval import ApprovalPlan
from .code_lists import Code as CodeRow
from .code_lists import CodeList
from .dates import show_date
from .errors import Unreadable
from .exchange import Exchange
from .field_rules import rules_of
from .fields import Code, Codes, Field
from .rules import INFO, Broken, NotARule, Rule, Scope
from .sections import Section, sections_on
from .tables import Table
from .texts import Texts
from .values import RecordValues, with_fields


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What the portal offers for this statistic."""

    digital_post: bool = False
    file_upload: bool = False
    person_without_cpr: bool = False


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Where the guide lets each button lead."""

    add_goes_on_with: Literal["service", "case"]
    close_leads_to: Literal["overview", "start"]
    edit_buttons: tuple[Literal["save", "save_next", "save_stop", "close"], ...]
    listings_link: Literal["see", "go"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Statistic:
    """A data collection. `id` stands in URLs and in the register, `prefix` begins its rule ids, `number` begins the
    numbers of its listings. `columns` are the fields listed in the overview, `hidden_columns` those hidden at first.
    Records of a case that are equal in the fields `service_key` are one service. `created_means` says what a field that
    is `dated_by` creation goes by: the record's start date or the day on which it was entered.
    """

    id: str
    number: int
    prefix: str
    folder: Path
    shared_folder: Path
    fields: tuple[Field, ...]
    own_rules: tuple[Rule, ...]
    not_rules: tuple[NotARule, ...] = ()
    code_lists: Mapping[str, CodeList]
    columns: tuple[str, ...]
    hidden_columns: tuple[str, ...] = ()
    record_date: str = "start"
    created_means: Literal["start", "entry"] = "start"
    service_key: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    contact_email: str
    contact_phone: str
    guide_url: str
    capabilities: Capabilities = dataclass_field(default_factory=Capabilities)
    flow: Flow
    exchange: Exchange = dataclass_field(default_factory=Exchange)
    approval: ApprovalPlan

    @cached_property
    def texts(self) -> Texts:
        """Its own texts, then the shared ones."""
        return Texts(self.folder, self.shared_folder)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that follow from the fields, then its own."""
        return tuple(rule for field in self.fields for rule in rules_of(field, self.prefix)) + self.own_rules

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<Statistic {self.id}>"

    @property
    def name(self) -> str:
        """The name in the portal and of the right to it."""
        return self.text("statistic.name")

    @property
    def report_name(self) -> str:
        """The name in the list of reports."""
        return self.text("statistic.report_name")

    def text(self, key: str, **params: object) -> str:
        """A text in the active language. Raises DefinitionError when there is none."""
        return self.texts.get(key, **params)

    def field(self, name: str) -> Field:
        """The field of that name. Raises KeyError."""
        return self._by_name[name]

    def has_field(self, name: str) -> bool:
        """Whether the statistic has a field of that name."""
        return name in self._by_name

    def label(self, name: str) -> str:
        """The field's label."""
        return self.text(f"fields.{name}.label")

    def codes_of(self, name: str) -> CodeList:
        """The code list of a code field. Raises KeyError for another field."""
        return self._lists[name]

    @cached_property
    def _lists(self) -> dict[str, CodeList]:
        """Code lists by the names of their fields; one that is missing is told by the start-up checks."""
        coded = [field for field in self.fields if isinstance(field, Code | Codes)]
        return {field.name: self.code_lists[field.code_list] for field in coded if field.code_list in self.code_lists}

    def offered(self, name: str, record: RecordValues) -> tuple[CodeRow, ...]:
        """The codes that may be chosen in field `name` on the record's date, groups included."""
        return self.codes_of(name).on(record.day_of(name))

    @cached_property
    def dated_by_entry(self) -> frozenset[str]:
        """Names of the fields whose codes are looked up on the day of entry."""
        if self.created_means == "start":
            return frozenset()
        return frozenset(field.name for field in self.fields if field.dated_by == "created")

    def sections_on(self, day: date) -> tuple[Section, ...]:
        """The sections of the law that are reported and approved on `day`, in the law's order, each with its codes."""
        return sections_on(self.codes_of("service_code"), day)

    def table(self, id: str) -> Table:
        """The report table of that id. Raises KeyError."""
        return {table.id: table for table in self.tables}[id]

    def values(
        self, values: Mapping[str, Any], today: date, *, entered: date | None = None, on: date | None = None
    ) -> RecordValues:
        """`values` as conditions and rules see them."""
        return self._record_values(self, values, today, entered=entered, on=on)

    @cached_property
    def _record_values(self) -> type[RecordValues]:
        return with_fields(self._by_name)

    def fields_for(self, record: RecordValues) -> tuple[Field, ...]:
        """The fields that this record has, by its date and its other values."""
        return tuple(field for field in self.fields if field.exists_on(record.date) and field.applies(record))

    def rules_on(self, day: date) -> tuple[Rule, ...]:
        """The rules in force for records of that date."""
        return tuple(rule for rule in self.rules if rule.applies_on(day))

    def _asked(self, day: date, scope: Scope, *, informing: bool = False) -> tuple[Rule, ...]:
        """The rules of a scope in force for records of that date: those that give findings, or that only inform."""
        key = bisect_right(self._rule_breaks, day), scope, informing
        if key not in self._asked_on:
            in_force = (rule for rule in self.rules_on(day) if rule.scope == scope)
            self._asked_on[key] = tuple(rule for rule in in_force if (rule.severity == INFO) == informing)
        return self._asked_on[key]

    @cached_property
    def _rule_breaks(self) -> list[date]:
        """The days on which rules come into force or go out of it, in order."""
        days = {rule.since for rule in self.rules if rule.since}
        days |= {rule.until + timedelta(days=1) for rule in self.rules if rule.until}
        return sorted(days)

    @cached_property
    def _asked_on(self) -> dict[tuple[int, Scope, bool], tuple[Rule, ...]]:
        return {}

    def broken(
        self, record: RecordValues, others: Sequence[RecordValues] = (), elsewhere: Sequence[RecordValues] = ()
    ) -> Iterator[tuple[Rule, tuple[RecordValues, ...]]]:
        """The rules that give findings: broken by the record alone, beside the `others` of its case (those are given
        along), or beside the person's records in other municipalities, `elsewhere` (of which nothing is given)."""
        for rule in self._asked(record.date, Scope.RECORD):
            if not rule.holds(record):
                yield rule, ()
        yield from self._broken_beside(record, Scope.CASE, others)
        for rule, _foreign in self._broken_beside(record, Scope.PERSON, elsewhere):
            yield rule, ()

    def _broken_beside(
        self, record: RecordValues, scope: Scope, others: Sequence[RecordValues]
    ) -> Iterator[tuple[Rule, tuple[RecordValues, ...]]]:
        if others:
            for rule in self._asked(record.date, scope):
                if beside := rule.broken_beside(record, others):
                    yield rule, beside

    def check(
        self, record: RecordValues, others: Sequence[RecordValues] = (), elsewhere: Sequence[RecordValues] = ()
    ) -> list[Broken]:
        """What `broken` finds, and what is only an information: worst first, with messages in the active language."""
        informing = (rule for rule in self._asked(record.date, Scope.RECORD, informing=True) if not rule.holds(record))
        broken = [*self.broken(record, others, elsewhere), *((rule, ()) for rule in informing)]
        found = [Broken(rule, self.message(rule, record, beside), beside) for rule, beside in broken]
        return sorted(found, key=lambda finding: -finding.rule.severity)

    def message(self, rule: Rule, record: RecordValues, others: Sequence[RecordValues] = ()) -> str:
        """What is said when `record` breaks `rule`, beside `others`; the first of these may be named as {other_...}.

        A field may have a text of its own under `fields.<name>.<kind>`, where kind is the message's last but one word.
        """
        name = rule.fields[0]
        kind = rule.message_key.split(".")[1]
        text = self.texts.find(f"fields.{name}.{kind}") or self.text(rule.message_key)
        shown = self._shown(record)
        value = shown[name]
        other = {f"other_{key}": text for key, text in self._shown(others[0]).items()} if others else {}
        own = {
            "label": self.label(name),
            "value": value,
            "periods": self.periods(name, value) if isinstance(self.field(name), Code) else "",
        }
        return text.format(**{**shown, **other, **own})

    def _shown(self, record: RecordValues) -> dict[str, str]:
        """The record's values as on screen, its period, and the day by which its codes are looked up."""
        shown = record.shown()
        dated = "start" if self.created_means == "start" else "entry"
        return {
            **shown,
            "period": f"{shown.get('start', '')}-{shown.get('end', '')}",
            "dated": self.text(f"dated.{dated}", start=show_date(record.date), entered=show_date(record.entered)),
        }

    def periods(self, name: str, code: str, show: Callable[[date | None], str] = show_date) -> str:
        """When a code of field `name` applies, in words."""
        rows = [row for row in self.codes_of(name).periods(code) if row.selectable]
        if not rows:
            return self.text("period.unknown")
        first, last = rows[0].since, rows[-1].until
        key = {(True, True): "both", (True, False): "since", (False, True): "until", (False, False): "always"}
        return self.text(f"period.{key[bool(first), bool(last)]}", since=show(first), until=show(last))

    def explain(self, unreadable: Unreadable) -> str:
        """What is said of a typed value that cannot be read."""
        return self.text(f"unreadable.{unreadable.key}", **unreadable.params)

    def rule_text(self, rule: Rule) -> str:
        """What the rule demands, in the active language."""
        return self.text(rule.text_key, label=self.label(rule.fields[0]))


def load_code_lists(folder: Path, names: Iterable[str]) -> dict[str, CodeList]:
    """The code lists `names` of a folder, by name. Raises DefinitionError."""
    return {name: CodeList.load(folder / f"{name}.csv") for name in names}
