"""What JSON and CSV deliveries have in common: names of the delivery's own data, and of the records' columns."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from indberet.definition.fields import Codes
from indberet.definition.statistic import Statistic

from .lines import Envelope, Line, Problem, Text
from .refusal import Refused

KEY, ACTION = "id", "action"
NEEDED = ("statistic", "municipality", "test")
OWN = (*NEEDED, "period", "id", "system", "records")
SEVERAL = "|"


class Columns:
    """The columns of a statistic's records: id, action, and the fields by name."""

    def __init__(self, statistic: Statistic) -> None:
        self.statistic = statistic
        self.names = (KEY, ACTION, *(found.name for found in statistic.fields))
        self._known = frozenset(self.names)
        self._several = {found.name for found in statistic.fields if isinstance(found, Codes)}

    def envelope(self, format: str, own: Mapping[str, Any], test: bool) -> Envelope:
        """The delivery's own data. Raises Refused when it is for another statistic."""
        texts = {name: value.strip() for name, value in own.items() if isinstance(value, str)}
        records = str(own.get("records") or "")
        if records and not re.fullmatch(r"[0-9]{1,9}", records):
            raise Refused("structure", line=1, expected="records: 0-999999999")
        if texts.get("statistic") != self.statistic.id:
            raise Refused("other_form", found=texts.get("statistic", "")[:40], expected=self.statistic.id)
        return Envelope(
            format=format,
            test=test,
            municipality=texts.get("municipality", ""),
            period=texts.get("period", "")[:20],
            key=texts.get("id", ""),
            sender=texts.get("system", "")[:80],
            records=int(records) if records else None,
        )

    def line(self, number: int, found: Mapping[str, Any]) -> Line:
        """A record. What is no text (or list of texts, where there may be several) is told and left out."""
        texts: dict[str, Text] = {}
        line = Line(number=number, key="", action="", texts=texts)
        for name, value in found.items():
            if name not in self._known:
                line.problems.append(Problem("unknown_name", name=str(name)[:60], line=number))
            elif value is None or value in ("", []):
                continue
            elif name in self._several and _are_texts(value):
                texts[name] = value.split(SEVERAL) if isinstance(value, str) else value
            elif isinstance(value, str):
                texts[name] = value
            else:
                line.problems.append(Problem("no_text", name, name, line=number))
        line.key, line.action = (str(texts.pop(name, "")).strip() for name in (KEY, ACTION))
        return line


def missing(names: Iterable[str], needed: Iterable[str]) -> str:
    """The needed names that are not there, with commas between."""
    return ", ".join(name for name in needed if name not in set(names))


def _are_texts(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))
