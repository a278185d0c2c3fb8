"""What readers of all formats give: the delivery's own data, and its records line by line, as text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Protocol

from .refusal import Refused

MOST_RECORD = 1_000_000
"""Bytes that a record may take; more between two of them is something else than a delivery."""
CHUNK = 65_536
IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML forbids, and so no format of ours has: the database could not keep them all."""

Text = str | list[str]

NOBODY = "0000000000"
"""A CPR number that says that the sender knows none."""


OF_WRITING = frozenset(
    f"element_{what}"
    for what in ("text", "length", "long", "digits", "day", "cpr", "empty", "choice", "missing", "missing_one")
)
"""What is told of how a value is written, or that it is not there; only told where nothing graver is of the same."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot be read: `code` names its texts, `name` the element or column, `field` what it is for.
    `params` fill the texts."""

    code: str
    name: str = ""
    field: str = ""
    value: str = ""
    line: int = 0
    params: Mapping[str, Any] = dataclass_field(default_factory=dict)

    @property
    def is_unread(self) -> bool:
        """Whether there was a value that could not be read."""
        return self.code == "no_text" or self.code.startswith("unreadable_")


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What the delivery says of itself. `key` is its id, '' if it has none; `records` is how many it says to have;
    `problems` are not grave."""

    format: str
    test: bool
    municipality: str
    period: str = ""
    key: str = ""
    sender: str = ""
    records: int | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Line:
    """A record as it stands in the file: its id and action at the sender, and texts by field name. `kept` goes to
    "case" and "record" beside the fields. A file may have all its records in one line, or a record in several: then
    `below` is how many lines below `number` a field stands, or "id" or "action"."""

    number: int
    key: str
    action: str
    texts: dict[str, Text]
    kept: dict[str, dict[str, str]] = dataclass_field(default_factory=dict)
    problems: list[Problem] = dataclass_field(default_factory=list)
    below: Mapping[str, int] = dataclass_field(default_factory=dict)

    def line_of(self, field: str) -> int:
        """The line in which a field stands; the record's own when it is not there."""
        return self.number + self.below.get(field, 0)


class Opened(Protocol):
    """A delivery whose beginning has been read."""

    envelope: Envelope

    def lines(self) -> Iterator[Line]:
        """The records in the order of the file. Raises Refused when the file does not go on as it began."""

    def name_of(self, field: str) -> str:
        """What the field is called in this format."""


def check_characters(text: str, line: int) -> None:
    """Raises Refused when a character of the text is impossible."""
    if found := IMPOSSIBLE.search(text):
        raise Refused("character", line=line, found=f"U+{ord(found[0]):04X}")
