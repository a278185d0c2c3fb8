"""How a statistic's data comes from other systems: which formats, and what their elements and columns mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from pathlib import Path
from typing import Literal

Action = Literal["new", "change", "withdraw"]


@dataclass(frozen=True, kw_only=True)
class Element:
    """An element of a record and the field that its text is for.

    `values` turns what a file may say into the field's codes. An element is passed over when the record also has a
    value in field `not_beside`.
    """

    name: str
    field: str
    values: Mapping[str, str] = dataclass_field(default_factory=dict)
    not_beside: str = ""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An element that is stored beside the fields of case or record, under `key`, and not shown."""

    name: str
    key: str
    owner: Literal["case", "record"]


@dataclass(frozen=True, kw_only=True)
class XmlFormat:
    """An XML format: `root` holds the delivery's own data (`metadata`), then a `collection` of records (`record`).

    `form` and `test_form` are the form ids of a delivery and of one that is only to be checked. `key` and `action` name
    the elements with the course's id and with what is done to it. `schema` and `metadata_schema` are the office's
    schemas of one record and of the delivery's own data.
    """

    form: str
    test_form: str
    namespace: str
    envelope_namespace: str
    root: str
    metadata: str
    collection: str
    record: str
    key: str
    action: str
    actions: Mapping[str, Action]
    elements: tuple[Element, ...]
    kept: tuple[Kept, ...] = ()
    schema: Path
    metadata_schema: Path


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
