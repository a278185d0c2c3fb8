"""The form of a record, made from the definition on the record's date and filled with what was typed."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _

from indberet.definition.errors import Unreadable
from indberet.definition.fields import Codes, Field
from indberet.definition.rules import ERROR, INFO, Broken, Rule
from indberet.definition.statistic import Statistic
from indberet.definition.values import RecordValues

from .find import Beside
from .form_fields import ValueField, read
from .models import Record
from .reasons import Reason, read_reason
from .save import warning_key
from .told import Accepted, Problem, Stored, Warned, accepted_keys, note_of
from .values import as_asked

ACCEPTED = "accepted"
LooksBeside = Callable[[Mapping[str, Any]], Beside]


def alone(values: Mapping[str, Any]) -> Beside:
    """Nothing stands beside the record."""
    return Beside()


class RecordForm(forms.Form):
    """The fields that apply to this person, service and date. Fields of other services are parked: what was typed in
    them comes back when they apply again, and is not saved.

    `data` is what was posted, keys of warnings that were shown before among it; without it `values` (by field name)
    fill the form. `locked` are fields that show their value and cannot be changed, `stored` is the record that is
    corrected, and `beside` finds what stands beside it for the rules of case and person.
    """

    def __init__(
        self,
        statistic: Statistic,
        *,
        today: date,
        values: Mapping[str, Any] | None = None,
        data: QueryDict | None = None,
        locked: Iterable[str] = (),
        stored: Record | None = None,
        beside: LooksBeside = alone,
    ) -> None:
        self.statistic, self.today, self.stored, self.beside = statistic, today, stored, beside
        typed = dict(values or {})
        if data is not None:
            typed = {field.name: _lenient(field, data, today) for field in statistic.fields} | {
                name: typed[name] for name in locked
            }
        self.record: RecordValues = as_asked(statistic, typed, today, stored)
        self.asked = self.record
        self.applying = statistic.fields_for(self.record)
        self.before = accepted_keys(stored)
        self.seen = set(data.getlist(ACCEPTED) if data is not None else ())
        self.warned: list[Warned] = []
        self.accepted_loose: list[Accepted] = []
        self.found = Stored()
        self.around = Beside()
        self.locked = set(locked)
        super().__init__(data=data, initial=dict(values or {}))
        for field in self.applying:
            self.fields[field.name] = ValueField(statistic, field, self.record)
            self.fields[field.name].disabled = field.name in self.locked

    def show_as_typed(self) -> None:
        """Shows what was posted without judging it; warnings that were shown before stay with their reasons."""
        self._errors = ErrorDict()
        self._tell_mildly(self._broken(self.record.values))

    def show_findings(self) -> None:
        """Tells at once what the stored record breaks, before anything is typed."""
        self._errors, self.cleaned_data = ErrorDict(), {}
        broken = self._check(self.record)
        for found in broken:
            if found.rule.severity == ERROR:
                self.found.errors.append(self._stored_error(found))
        self.add_broken(broken)
        self.found.warnings += self.warnings()

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
        self.add_broken(found for found in self._broken(values) if not unread & set(found.rule.fields))
        return values

    def add_broken(self, broken: Iterable[Broken]) -> None:
        """Shows broken rules: errors at their field; warnings at theirs, with a reason unless accepted before."""
        for found in broken:
            if found.rule.severity != ERROR:
                self._tell_mildly([found], unseen=True)
            else:
                self._add_error(found)

    @property
    def is_ready(self) -> bool:
        """Whether it can be saved: no errors, no warning that has not been seen, no reason that cannot be kept."""
        return self.is_valid() and not self.has_open_warnings and not any(each.reason.error for each in self.warned)

    @property
    def has_open_warnings(self) -> bool:
        """Whether warnings are shown that nobody has seen before."""
        return any(each.is_open for each in self.warned)

    @property
    def accepted(self) -> set[str]:
        """Keys of the warnings that somebody accepted before, or has seen now."""
        return {*self.before, *self.seen}

    @property
    def shown_keys(self) -> list[str]:
        """Keys of all warnings accepted or shown, to be sent along with the form."""
        return sorted({*self.accepted, *(each.key for each in self.warned)})

    @property
    def reasons(self) -> dict[str, str]:
        """Why the shown warnings are overruled, by rule id."""
        return {each.rule: each.reason.text for each in self.warned}

    @property
    def loose(self) -> list[Warned]:
        """Warnings whose fields are not in the form."""
        placed = {each.key for field in self._value_fields() for each in field.warnings}
        return [each for each in self.warned if each.key not in placed]

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
        """Every error of what was sent, in the order of the fields."""
        if not self.is_bound:
            return []
        problems = [
            Problem(self._id(name), str(message)) for name in self.fields for message in self.errors.get(name, [])
        ]
        problems += [Problem(f"id_{each.typed_name}", each.reason.error) for each in self.warned if each.reason.error]
        return problems + [Problem("", str(message)) for message in self.non_field_errors()]

    def warnings(self) -> list[Problem]:
        """Every warning that waits for somebody to accept it, in the order of the fields."""
        placed = [
            Problem(self._id(field.definition.name), each.message)
            for field in self._value_fields()
            for each in field.warnings
        ]
        return placed + [Problem(each.id, each.message) for each in self.loose]

    def _broken(self, values: Mapping[str, Any]) -> list[Broken]:
        """What the record would break if it were saved as it stands: without what is parked."""
        names = {field.name for field in self.applying}
        kept = {name: value for name, value in values.items() if name in names}
        self.asked = as_asked(self.statistic, kept, self.today, self.stored)
        return self._check(self.asked)

    def _check(self, record: RecordValues) -> list[Broken]:
        self.around = self.beside(record.values)
        return self.statistic.check(record, self.around.others, self.around.elsewhere)

    def _tell_mildly(self, broken: Iterable[Broken], *, unseen: bool = False) -> None:
        """Informations, and warnings: accepted before, or to be overruled; those not shown before only if `unseen`."""
        for found in broken:
            place = self._place(found.rule)
            if found.rule.severity == ERROR:
                continue
            if found.rule.severity == INFO:
                if place and not place.disabled:
                    place.infos.append(found.message)
                continue
            key = warning_key(found, self.asked)
            if key in self.before:
                noted = Accepted(key, found.message, note_of(self.before[key]))
                (place.accepted if place else self.accepted_loose).append(noted)
            elif key in self.seen or unseen:
                self._add_warning(found, key, place)

    def _add_warning(self, found: Broken, key: str, place: ValueField | None) -> None:
        if any(each.key == key for each in self.warned):
            return
        rule = found.rule.id
        reason = read_reason(self.statistic, self.data, rule, self.today) if self.is_bound else Reason()
        warned = Warned(rule, key, found.message, key not in self.seen, reason)
        self.warned.append(warned)
        if place:
            place.warnings.append(warned)

    def _add_error(self, found: Broken) -> None:
        place = self._place(found.rule)
        self.add_error(place.definition.name if place else None, found.message)

    def _stored_error(self, found: Broken) -> Problem:
        """An error of the stored record; a value in a field that it does not have goes when it is saved."""
        place = self._place(found.rule)
        goes = not place and found.rule.id.endswith("-NOT-USED")
        message = " ".join((found.message, _("Det sker, når du gemmer."))) if goes else found.message
        return Problem(self._id(place.definition.name) if place else "", message)

    def _place(self, rule: Rule) -> ValueField | None:
        """The first of the rule's fields that is in the form."""
        found = (self.fields[name] for name in rule.fields if name in self.fields)
        return next((field for field in found if isinstance(field, ValueField)), None)

    def _value_fields(self) -> list[ValueField]:
        return [field for field in self.fields.values() if isinstance(field, ValueField)]

    def _id(self, name: str) -> str:
        """What a link to the field leads to."""
        return str(self[name].id_for_label or self[name].auto_id)


def _lenient(field: Field, data: QueryDict, today: date) -> Any:
    """The value, or the empty one when it cannot be read: enough to know which fields apply."""
    try:
        return read(field, data.getlist(field.name) if isinstance(field, Codes) else data.get(field.name), today)
    except Unreadable:
        return field.empty
