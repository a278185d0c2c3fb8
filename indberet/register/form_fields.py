"""Form fields made from the fields of a statistic: widget, choices and reading come from the definition."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext as _

from indberet.definition import code_lists, fields
from indberet.definition.errors import Unreadable
from indberet.definition.statistic import Statistic
from indberet.definition.values import RecordValues, never

from .announced import coming_mark, ending_mark, field_marks
from .told import Accepted, Warned

FEW_CODES = 4
Option = tuple[str, str, dict[str, str]]
UUID_LENGTH = 36


class DateInput(forms.TextInput):
    """A text field for a date, with a picker beside it where scripts run."""

    template_name = "django/forms/widgets/date.html"


class CodeSelect(forms.Select):
    """One code of a list; searchable by code, section and name where scripts run."""

    template_name = "register/widgets/code_select.html"


@dataclass(frozen=True, slots=True)
class Node:
    """A row of a tree of codes: a group, or a code that can be ticked. `shown_code` is empty for UUIDs."""

    depth: int
    code: str
    shown_code: str
    label: str
    path: str
    selectable: bool
    checked: bool
    mark: str
    input_id: str
    name: str


class CodeTree(forms.CheckboxSelectMultiple):
    """Any number of codes of a list, shown as the tree they stand in."""

    template_name = "register/widgets/code_tree.html"
    rows: Sequence[tuple[code_lists.Code, tuple[code_lists.Code, ...]]] = ()
    announced: Mapping[str, str] = {}
    ending: Mapping[str, str] = {}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = set(value or ())
        id = context["widget"]["attrs"].get("id", name)
        context["widget"]["nodes"] = [
            Node(
                depth=len(path),
                code=row.code,
                shown_code=shown_code(row),
                label=row.label,
                path=" › ".join(group.label for group in path),
                selectable=row.selectable,
                checked=row.code in chosen,
                mark=self._mark(row, chosen),
                input_id=f"{id}_{number}",
                name=name,
            )
            for number, (row, path) in enumerate(self.rows)
        ]
        return context

    def _mark(self, row: code_lists.Code, chosen: set[str]) -> str:
        """Every mark of the code; that it ends is told of chosen ones only."""
        ending = self.ending.get(row.code, "") if row.code in chosen else ""
        return ", ".join(filter(None, (mark_of(row), self.announced.get(row.code, ""), ending)))


class ValueBoundField(forms.BoundField):
    """Tells a screen reader also why the field must be filled in, how sure it is, and what is told of its value."""

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        field = self.field
        assert isinstance(field, ValueField)
        parts = (("why", field.why), ("marks", field.marks), ("notes", field.accepted), ("info", field.infos))
        more = [f"{self.auto_id}_{name}" for name, shown in parts if shown]
        more += [warning.id for warning in field.warnings]
        return " ".join([*(described or "").split(), *more]) or None


class ValueField(forms.Field):
    """A field of the definition as a form field.

    `required` is for showing: whether it is filled in when it must be is for the rules to say. `why` tells why the
    field must be filled in, `optional_note` stands at a voluntary field's label, `marks` are shown too. Of its value
    tell `warnings` to be overruled, those `accepted` before, and `infos`. `signature` changes when its shape does.
    """

    bound_field_class = ValueBoundField

    def __init__(self, statistic: Statistic, field: fields.Field, record: RecordValues) -> None:
        self.statistic = statistic
        self.definition = field
        self.today = record.today
        is_required = field.required(record)
        super().__init__(
            label=statistic.label(field.name),
            help_text=statistic.texts.find(f"fields.{field.name}.help") or "",
            widget=_widget(statistic, field, record),
        )
        self.required = is_required
        self.refreshes = field.steers
        self.why = _why(statistic, field, record) if is_required else ""
        self.optional_note = statistic.texts.find(f"fields.{field.name}.optional") or ""
        self.marks = _marks(statistic, field, record)
        self.warnings: list[Warned] = []
        self.accepted: list[Accepted] = []
        self.infos: list[str] = []
        self.shape = f"{self.label}{is_required}{self.why}{self.marks}{record.date if _has_list(field) else ''}"

    @property
    def signature(self) -> str:
        """Equal for two renderings that look the same but for the value and the reasons."""
        told = [each.key for each in self.warnings] + [each.key for each in self.accepted]
        return hashlib.sha256(f"{self.shape}{told}{self.infos}".encode()).hexdigest()[:12]

    def prepare_value(self, value: Any) -> Any:
        """A stored value as it is typed; what was typed stays as it was."""
        if isinstance(value, str | list) or value is None:
            return value
        return self.definition.typed(value)

    def clean(self, value: Any) -> Any:
        """The value that was typed. Raises ValidationError saying what was expected."""
        try:
            return read(self.definition, value, self.today)
        except Unreadable as unreadable:
            raise ValidationError(self.statistic.explain(unreadable)) from unreadable


def read(field: fields.Field, typed: Any, today: date) -> Any:
    """The value of what a form field holds. Raises Unreadable."""
    if isinstance(field, fields.Codes):
        return field.read_all(list(typed or ()))
    return field.read(typed or "", today)


def shown_code(row: code_lists.Code) -> str:
    """The code as people know it; a UUID is not shown beside its name."""
    return "" if len(row.code) == UUID_LENGTH else row.code


def mark_of(row: code_lists.Code) -> str:
    """The mark of a code that no source confirms."""
    return _("foreløbig kode") if row.invented else ""


def code_label(row: code_lists.Code) -> str:
    """Code, section and name on one line."""
    return " ".join(
        part for part in (shown_code(row), row.get("section") if shown_code(row) else "", row.label) if part
    )


def _has_list(field: fields.Field) -> bool:
    return isinstance(field, fields.Code | fields.Codes)


def _widget(statistic: Statistic, field: fields.Field, record: RecordValues) -> forms.Widget:
    if isinstance(field, fields.Codes):
        return _tree_widget(statistic, field, record)
    if isinstance(field, fields.Code):
        return _code_widget(statistic, field, record)
    if isinstance(field, fields.Date):
        return DateInput()
    attrs = {"autocomplete": "off"}
    if isinstance(field, fields.PersonNumber | fields.Digits):
        attrs["inputmode"] = "numeric"
    return forms.TextInput(attrs=attrs)


def _tree_widget(statistic: Statistic, field: fields.Codes, record: RecordValues) -> CodeTree:
    tree = CodeTree()
    codes, offered = statistic.codes_of(field.name), statistic.offered(field.name, record)
    tree.rows = [(row, codes.path(row, record.date)) for row in _tree_order(offered)]
    tree.announced = {row.code: coming_mark(codes, row.code, record.today) for row in offered}
    tree.ending = {row.code: ending_mark(codes, row, record.today) for row in offered}
    return tree


def _code_widget(statistic: Statistic, field: fields.Code, record: RecordValues) -> forms.Widget:
    offered = [row for row in statistic.offered(field.name, record) if row.selectable]
    if len(offered) <= FEW_CODES:
        return forms.RadioSelect(choices=[(row.code, row.label) for row in offered])
    chosen = record.values.get(field.name)

    def options() -> list[Option]:
        known = list(_options(statistic, field, record))
        if chosen and chosen not in {row.code for row in offered}:
            known.insert(0, (chosen, _not_offered(statistic, field, chosen), {}))
        return known

    return _Select(options)


class _Select(CodeSelect):
    """A CodeSelect whose options carry what they are searched by. They are made when they are shown: a form that is
    saved needs none, and long lists take longer than the saving."""

    def __init__(self, options: Callable[[], list[Option]]) -> None:
        self._make = options
        super().__init__(choices=CallableChoiceIterator(self._choices))

    def _choices(self) -> list[tuple[str, str]]:
        return [("", ""), *((code, label) for code, label, _attrs in self.known)]

    @cached_property
    def known(self) -> list[Option]:
        """(code, label, attributes) of each."""
        return self._make()

    @cached_property
    def attrs_by_code(self) -> dict[str, dict[str, str]]:
        """The attributes of each option."""
        return {code: attrs for code, _label, attrs in self.known}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"].update(self.attrs_by_code.get(str(value), {}))
        return option


def _options(statistic: Statistic, field: fields.Code, record: RecordValues) -> Iterator[Option]:
    codes = statistic.codes_of(field.name)
    for row in _tree_order(statistic.offered(field.name, record)):
        if row.selectable:
            path = " › ".join(group.label for group in codes.path(row, record.date))
            mark = ", ".join(filter(None, (mark_of(row), coming_mark(codes, row.code, record.today))))
            attrs = {
                "data-search": f"{row.code} {row.get('section')} {row.label}",
                "data-path": path,
                "data-mark": mark,
            }
            label = f"{code_label(row)} ({mark})" if mark else code_label(row)
            yield row.code, label, {name: value for name, value in attrs.items() if value}


def _tree_order(rows: Sequence[code_lists.Code]) -> Iterator[code_lists.Code]:
    """Each group before what it holds; siblings in the order of the list."""
    below: dict[str, list[code_lists.Code]] = {}
    codes = {row.code for row in rows}
    for row in rows:
        below.setdefault(row.parent if row.parent in codes else "", []).append(row)

    def walk(parent: str) -> Iterator[code_lists.Code]:
        for row in below.get(parent, ()):
            yield row
            yield from walk(row.code)

    return walk("")


def _not_offered(statistic: Statistic, field: fields.Code, code: str) -> str:
    row = statistic.codes_of(field.name).known(code)
    return _("%(code)s (gælder ikke på startdatoen)") % {"code": code_label(row) if row else code}


def _why(statistic: Statistic, field: fields.Field, record: RecordValues) -> str:
    """Why a field that only some records have must be filled in."""
    key = statistic.texts.find(f"fields.{field.name}.why")
    if key is None or field.required is never:
        return ""
    return key.format(**record.shown())


def _marks(statistic: Statistic, field: fields.Field, record: RecordValues) -> list[str]:
    marks = []
    if field.certainty == code_lists.Certainty.INVENTED:
        marks.append(_("Indberets eget felt; ikke bekræftet af en kilde"))
    if isinstance(field, fields.Code) and record.code(field.name).invented:
        marks.append(_("Koden er foreløbig: Indberets egen, ikke bekræftet af en kilde"))
    return marks + field_marks(statistic, field, record)
