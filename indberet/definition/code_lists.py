"""Code lists: one CSV row per code and period, with properties, source and certainty."""

import csv
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from django.utils.translation import get_language

from .errors import DefinitionError

COLUMNS = ("code", "label_da", "label_en", "since", "until", "parent", "selectable", "certainty", "source", "note")


class Certainty(StrEnum):
    """How sure a code, field or rule is; see the statistic's sources."""

    CONFIRMED = "CONFIRMED"
    INFERRED = "INFERRED"
    INVENTED = "INVENTED"


@dataclass(frozen=True, slots=True)
class Code:
    """One code in one period. `since` and `until` are inclusive; None is open."""

    code: str
    labels: Mapping[str, str]
    since: date | None = None
    until: date | None = None
    parent: str = ""
    selectable: bool = True
    certainty: Certainty = Certainty.CONFIRMED
    source: str = ""
    note: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name in the active language."""
        return self.labels.get((get_language() or "da")[:2]) or self.labels.get("da", self.code)

    @property
    def invented(self) -> bool:
        """True for placeholders of ours that no source confirms; they never leave the system in a delivery."""
        return self.certainty == Certainty.INVENTED

    def has(self, name: str) -> bool:
        """Whether the flag `name` is set."""
        return self.properties.get(name) == "yes"

    def get(self, name: str) -> str:
        """The property `name`, or an empty string."""
        return self.properties.get(name, "")

    def applies_on(self, day: date) -> bool:
        """Whether `day` lies in the code's period."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def __bool__(self) -> bool:
        return bool(self.code)


NO_CODE = Code(code="", labels={})


class CodeList:
    """All codes of a list in all periods, in the order of the file."""

    def __init__(self, name: str, rows: Iterable[Code]) -> None:
        self.name = name
        self.rows = tuple(rows)
        self._by_code: dict[str, list[Code]] = {}
        for row in self.rows:
            self._by_code.setdefault(row.code, []).append(row)
        self._on: dict[int, tuple[Code, ...]] = {}

    @classmethod
    def load(cls, path: Path) -> "CodeList":
        """The list in `path`. Raises DefinitionError naming file, line and value."""
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            missing = set(COLUMNS) - set(reader.fieldnames or ())
            if missing:
                raise DefinitionError(f"{path.name}: column {', '.join(sorted(missing))} is missing")
            return cls(path.stem, [_code(row, f"{path.name}:{line}") for line, row in enumerate(reader, 2)])

    def find(self, code: str, day: date) -> Code:
        """The code as it is on `day`, or NO_CODE."""
        for row in self._by_code.get(code, ()):
            if row.applies_on(day):
                return row
        return NO_CODE

    def known(self, code: str) -> Code:
        """The code in its latest period, or NO_CODE: for showing what stands in an old record."""
        rows = self._by_code.get(code)
        return rows[-1] if rows else NO_CODE

    def periods(self, code: str) -> tuple[Code, ...]:
        """All periods of a code, in the order of the file."""
        return tuple(self._by_code.get(code, ()))

    def on(self, day: date) -> tuple[Code, ...]:
        """The codes that apply on `day`."""
        place = bisect_right(self.breaks, day)
        if place not in self._on:
            self._on[place] = tuple(row for row in self.rows if row.applies_on(day))
        return self._on[place]

    def path(self, code: Code, day: date) -> tuple[Code, ...]:
        """The groups above a code, outermost first."""
        above: list[Code] = []
        parent = self.find(code.parent, day) if code.parent else NO_CODE
        while parent and parent not in above:
            above.insert(0, parent)
            parent = self.find(parent.parent, day) if parent.parent else NO_CODE
        return tuple(above)

    @cached_property
    def breaks(self) -> list[date]:
        """The days on which the list changes, in order."""
        days = {row.since for row in self.rows if row.since}
        days |= {row.until + timedelta(days=1) for row in self.rows if row.until}
        return sorted(days)


def _code(row: Mapping[str, str], where: str) -> Code:
    try:
        return Code(
            code=row["code"],
            labels={"da": row["label_da"], "en": row["label_en"]},
            since=_day(row["since"]),
            until=_day(row["until"]),
            parent=row["parent"],
            selectable=_flag(row["selectable"]),
            certainty=Certainty(row["certainty"]),
            source=row["source"],
            note=row["note"],
            properties={name: value for name, value in row.items() if name not in COLUMNS and value},
        )
    except (ValueError, TypeError) as wrong:
        raise DefinitionError(f"{where}: {wrong}") from wrong


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _flag(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(f"selectable is '{text}', expected yes or no")
    return text == "yes"
