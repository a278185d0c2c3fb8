"""How a statistic's data comes from other systems: which formats, and what their elements and columns mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cached_property
from typing import Literal

Action = Literal["new", "change", "withdraw"]
Kind = Literal["text", "digits", "number", "day", "moment", "cpr", "email"]

ID, ACTION = "id", "action"
"""In place of a field's name: what the sender calls the record, and what is to be done with it."""


@dataclass(frozen=True, slots=True)
class Form:
    """How an element's text is written: `least` to `most` characters (0: as many as one likes), or so many digits.

    Around a number, day or moment white space does not count; anywhere else it is part of the text.
    """

    kind: Kind
    least: int = 0
    most: int = 0


def text(least: int, most: int = 0) -> Form:
    """Any text from `least` to `most` characters; without `most` as long as one likes."""
    return Form("text", least, most)


def digits(count: int) -> Form:
    """So many digits, and nothing around them."""
    return Form("digits", count, count)


def number(count: int) -> Form:
    """So many digits."""
    return Form("number", count, count)


DAY = Form("day")
"""A day as XML writes it, ÅÅÅÅ-MM-DD, with or without a time zone."""
MOMENT = Form("moment")
"""A moment as XML writes it, ÅÅÅÅ-MM-DDTtt:mm:ss, with or without parts of a second and a time zone."""
CPR = Form("cpr")
"""Ten digits of which the first four are a day of a month, in some year; or 0000000000, which is nobody's."""
EMAIL = Form("email")


@dataclass(frozen=True, kw_only=True)
class Element:
    """An element with a text, and the field that the text is for ('' when it is only held against its form).

    An element that is `needed` must be there; one that stands `instead_of` another takes its place. `values` turns what
    a file may say into the field's codes. An element is passed over when the record also has a value in field
    `not_beside`. With an `owner` the text is stored beside the fields of case or record, with `field` as key, and not
    shown.
    """

    name: str
    form: Form
    field: str = ""
    needed: bool = False
    instead_of: str = ""
    values: Mapping[str, str] = dataclass_field(default_factory=dict)
    not_beside: str = ""
    owner: Literal["", "case", "record"] = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """An element that holds others, `inside`, in their order; of `several` there may be any number. `namespace` is its
    own and that of what it holds, unless they have another; '' is that of what holds it."""

    name: str
    inside: tuple["Element | Group", ...]
    needed: bool = True
    several: bool = False
    namespace: str = ""


@dataclass(frozen=True, kw_only=True)
class XmlFormat:
    """An XML format: `root` holds the delivery's own data (`metadata`), then a `collection` of records (`record`).

    `form` and `test_form` are the form ids of a delivery and of one that is only to be checked. Of the delivery's own
    data the fields are "form", "municipality", "period", "key" (its id), "system" and "version".
    """

    form: str
    test_form: str
    namespace: str
    envelope_namespace: str
    root: str
    metadata: Group
    collection: str
    record: Group
    actions: Mapping[str, Action]

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        """The elements of a record, in their order."""
        return tuple(each for each in self.record.inside if isinstance(each, Element))

    def name_of(self, field: str) -> str:
        """The element of a field of the statistic, or of ID and ACTION; the name itself when there is none."""
        return next((each.name for each in self.elements if each.field == field and not each.owner), field)


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """The formats in which deliveries of a statistic may come: its XML format, and JSON and CSV with the fields' own
    names (docs/deliveries.md)."""

    xml: XmlFormat | None = None
    by_field_name: bool = False

    @property
    def formats(self) -> tuple[str, ...]:
        """The names of the formats."""
        xml = (self.xml.form,) if self.xml else ()
        return (*xml, "JSON", "CSV") if self.by_field_name else xml
