"""The form of a record, made from the definition on the record's date and filled with what was typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from indberet.definition.errors import Unreadable
from indberet.definition.fields import Codes, Field
from indberet.definition.rules import WARNING, Broken
from indberet.definition.statistic import Statistic
from indberet.definition.values import RecordValues

from .form_fields import ValueField, read
from .save import warning_key

ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of the summary at the top; `field_id` is what it links to, or empty."""

    field_id: str
    message: str


class RecordForm(forms.Form):
    """The fields that apply to this person, service and date. Fields of other services are parked: what was typed in
    them comes back when they apply again, and is not saved.

    `data` is what was posted, keys of warnings that were shown before among it; without it `values` (by field name)
    fill the form. `locked` are fields that show their value and cannot be changed, `accepted` warnings (by key) that
    somebody accepted when the record was saved.
    """

    def __init__(
        self,
        statistic: Statistic,
        *,
        today: date,
        values: Mapping[str, Any] | None = None,
        data: QueryDict | None = None,
        locked: Iterable[str] = (),
        accepted: Iterable[str] = (),
    ) -> None:
        self.statistic = statistic
        self.today = today
        typed = dict(values or {})
        if data is not None:
            typed = {field.name: _lenient(field, data, today) for field in statistic.fields} | {
                name: typed[name] for name in locked
            }
        self.record: RecordValues = statistic.values(typed, today)
        self.applying = statistic.fields_for(self.record)
        self.accepted = {*accepted, *(data.getlist(ACCEPTED) if data is not None else ())}
        self.warned: list[str] = []
        self.locked = set(locked)
        super().__init__(data=data, initial=dict(values or {}))
        for field in self.applying:
            self.fields[field.name] = ValueField(statistic, field, self.record)
            self.fields[field.name].disabled = field.name in self.locked

    def show_as_typed(self) -> None:
        """Shows what was posted without judging it."""
        self._errors = ErrorDict()

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """The value as it is typed into the field."""
        value = super().get_initial_for_field(field, field_name)
        if value is None:
            return None
        return field.definition.typed(value) if isinstance(field, ValueField) else value

    def clean(self) -> dict[str, Any]:
        """Reads all, then asks the rules, so that every mistake is told at once."""
        values: dict[str, Any] = self.cleaned_data
        values |= {name: self.record.values.get(name) for name in self.locked}
        unread = set(self.errors)
        broken = self.statistic.check(self.statistic.values({**self.record.values, **values}, self.today))
        self.add_broken([found for found in broken if not unread & set(found.rule.fields)])
        return values

    def add_broken(self, broken: Iterable[Broken]) -> None:
        """Shows broken rules: errors at their field; warnings at theirs, unless accepted before."""
        for found in broken:
            name = found.field if found.field in self.fields else None
            if found.rule.severity != WARNING:
                if name is None and found.rule.id.endswith("-NOT-USED"):
                    continue  # parked, and so not saved
                self.add_error(name, found.message)
                continue
            key = warning_key(self.statistic, found, self.record.values)
            self.warned.append(key)
            if name and key not in self.accepted:
                self.fields[name].warnings.append(found.message)  # type: ignore[attr-defined]

    @property
    def has_open_warnings(self) -> bool:
        """Whether warnings are shown that nobody has accepted."""
        return any(field.warnings for field in self.fields.values() if isinstance(field, ValueField))

    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """(key, legend, fields) in the order of the definition."""
        found: dict[str, list[forms.BoundField]] = {}
        for field in self.applying:
            found.setdefault(field.group, []).append(self[field.name])
        return [(key, self.statistic.text(f"groups.{key}"), fields) for key, fields in found.items()]

    def parked(self) -> list[tuple[str, str]]:
        """(name, typed) of fields that do not apply now."""
        if not self.is_bound:
            return []
        names = [field.name for field in self.statistic.fields if field not in self.applying]
        return [(name, text) for name in names for text in self.data.getlist(name) if text]  # type: ignore[attr-defined]

    def summary(self) -> list[Problem]:
        """Every error in the order of the fields."""
        problems = [
            Problem(str(self[name].id_for_label or self[name].auto_id), str(message))
            for name in self.fields
            for message in self.errors.get(name, [])
        ]
        return problems + [Problem("", str(message)) for message in self.non_field_errors()]

    def warnings(self) -> list[Problem]:
        """Every warning that waits for somebody to accept it."""
        return [
            Problem(str(self[name].id_for_label or self[name].auto_id), message)
            for name, field in self.fields.items()
            for message in getattr(field, "warnings", ())
        ]


def _lenient(field: Field, data: QueryDict, today: date) -> Any:
    """The value, or the empty one when it cannot be read: enough to know which fields apply."""
    try:
        return read(field, data.getlist(field.name) if isinstance(field, Codes) else data.get(field.name), today)
    except Unreadable:
        return field.empty
