"""What a delivery or an import hands to the register, and what became of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from indberet.definition.exchange import Action
from indberet.definition.values import RecordValues

from .findings import Found
from .models import Source

AT_A_TIME = 5_000
"""Lines that are checked and written together; those of one person always are."""

Did = Literal["new", "changed", "withdrawn", "unchanged"]
Note = Literal["", "known", "unknown", "not_there"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Who sends: a system of the municipality, or the predecessor; `by` is shown as who changed the record."""

    source: Source
    system: str
    by: str
    delivery: int | None = None


@dataclass(slots=True)
class Incoming:
    """One record as it was sent, in a `line` of the file and `place` among its records. `key` is its id at the sender;
    `values` are by field name, of case and record; `kept` is stored beside the fields of "case" and "record" and not
    shown. `below` is how many lines below the record's own a field stands, where the file tells it."""

    place: int
    line: int
    key: str
    action: Action
    values: dict[str, Any]
    kept: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    created_at: datetime | None = None
    created_by: str = ""
    below: Mapping[str, int] = field(default_factory=dict)

    @property
    def person(self) -> str:
        """The person's CPR or UDL number; '' when the sender does not know it."""
        return self.values.get("cpr") or self.values.get("udl") or ""

    def line_of(self, name: str) -> int:
        """The line in which a field stands, or "id" or "action"; the record's own when it is not there."""
        return self.line + self.below.get(name, 0)


@dataclass(slots=True)
class Outcome:
    """What became of a record that came in, and the rules that it breaks as it stands now.

    `note` says where the action did not fit: new although "known", changed although "unknown", withdrawn although
    "not_there".
    """

    incoming: Incoming
    did: Did
    note: Note = ""
    record: int | None = None
    values: RecordValues | None = None
    found: Sequence[Found] = ()


def batches(lines: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    """The lines by person, some at a time, a person's together; those of nobody known come last, as many at a time."""
    batch: list[Incoming] = []
    ordered = sorted(lines, key=lambda line: (not (person := line.person), person, line.place))
    for _person, group in groupby(ordered, key=lambda line: line.person or line.place):
        batch += group
        if len(batch) >= AT_A_TIME:
            yield batch
            batch = []
    if batch:
        yield batch
