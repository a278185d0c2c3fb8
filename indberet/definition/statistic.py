"""A statistic: everything the core needs to know about one data collection."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from .code_lists import Code as CodeRow
from .code_lists import CodeList
from .dates import show_date
from .errors import Unreadable
from .field_rules import rules_of
from .fields import Code, Codes, Field
from .rules import ERROR, Broken, Rule
from .texts import Texts
from .values import RecordValues


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
    """

    id: str
    number: int
    prefix: str
    folder: Path
    shared_folder: Path
    fields: tuple[Field, ...]
    own_rules: tuple[Rule, ...]
    code_lists: Mapping[str, CodeList]
    columns: tuple[str, ...]
    hidden_columns: tuple[str, ...] = ()
    record_date: str = "start"
    contact_email: str
    contact_phone: str
    guide_url: str
    capabilities: Capabilities = dataclass_field(default_factory=Capabilities)
    flow: Flow

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
        """The code list of a code field."""
        field = self._by_name[name]
        assert isinstance(field, Code | Codes), name
        return self.code_lists[field.code_list]

    def offered(self, name: str, record: RecordValues) -> tuple[CodeRow, ...]:
        """The codes that may be chosen in field `name` on the record's date, groups included."""
        return self.codes_of(name).on(record.date)

    def values(self, values: Mapping[str, Any], today: date) -> RecordValues:
        """`values` as conditions and rules see them."""
        return RecordValues(self, values, today)

    def fields_for(self, record: RecordValues) -> tuple[Field, ...]:
        """The fields that this record has, by its date and its other values."""
        return tuple(field for field in self.fields if field.exists_on(record.date) and field.applies(record))

    def rules_on(self, day: date) -> tuple[Rule, ...]:
        """The rules in force for records of that date."""
        return tuple(rule for rule in self.rules if rule.applies_on(day))

    def check(self, record: RecordValues) -> list[Broken]:
        """The rules that the record breaks, errors first, with messages in the active language."""
        broken = [rule for rule in self.rules_on(record.date) if not rule.holds(record)]
        if not broken:
            return []
        shown = record.shown()
        found = [Broken(rule, self.message(rule, shown)) for rule in broken]
        return sorted(found, key=lambda finding: finding.rule.severity != ERROR)

    def message(self, rule: Rule, shown: Mapping[str, str]) -> str:
        """What is said when `rule` is broken; `shown` are the record's values as shown on screen.

        A field may have a text of its own under `fields.<name>.<kind>`, where kind is the message's last but one word.
        """
        name = rule.fields[0]
        kind = rule.message_key.split(".")[1]
        text = self.texts.find(f"fields.{name}.{kind}") or self.text(rule.message_key)
        value = shown[name]
        return text.format(
            **{**shown, "label": self.label(name), "value": value, "periods": self._periods(name, value)}
        )

    def _periods(self, name: str, code: str) -> str:
        """When a code applies, in words; nothing for other fields."""
        if not isinstance(self.field(name), Code):
            return ""
        rows = [row for row in self.codes_of(name).periods(code) if row.selectable]
        if not rows:
            return self.text("period.unknown")
        first, last = rows[0].since, rows[-1].until
        key = {(True, True): "both", (True, False): "since", (False, True): "until", (False, False): "always"}
        return self.text(f"period.{key[bool(first), bool(last)]}", since=show_date(first), until=show_date(last))

    def explain(self, unreadable: Unreadable) -> str:
        """What is said of a typed value that cannot be read."""
        return self.text(f"unreadable.{unreadable.key}", **unreadable.params)

    def rule_text(self, rule: Rule) -> str:
        """What the rule demands, in the active language."""
        return self.text(rule.text_key, label=self.label(rule.fields[0]))


def load_code_lists(folder: Path, names: Iterable[str]) -> dict[str, CodeList]:
    """The code lists `names` of a folder, by name. Raises DefinitionError."""
    return {name: CodeList.load(folder / f"{name}.csv") for name in names}
