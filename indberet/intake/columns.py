"""What JSON and CSV deliveries have in common: names of the delivery's own data, and of the records' columns."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from indberet.definition.fields import Codes
from indberet.definition.statistic import Statistic

from .lines import Envelope, Line, Problem, Text
from .masks import masked
from .refusal import Refused

KEY, ACTION = "id", "action"
NEEDED = ("statistic", "municipality", "test")
OWN = (*NEEDED, "period", "id", "system", "records")
SEVERAL = "|"
NUMBER = re.compile(r"\d{9,}")
"""What may be a person's number; as a JSON number it has lost its first zero."""
MOST_NAMES = 5
"""How many wrong names a refusal tells."""


class Columns:
    """The columns of a statistic's records: id, action, and the fields by name."""

    def __init__(self, statistic: Statistic) -> None:
        self.statistic = statistic
        self.names = (KEY, ACTION, *(found.name for found in statistic.fields))
        self._known = frozenset(self.names)
        self._several = {found.name for found in statistic.fields if isinstance(found, Codes)}

    def envelope(self, format: str, own: Mapping[str, Any], test: bool) -> Envelope:
        """The delivery's own data. Raises Refused when it is for another statistic."""
        texts = _own_texts(own)
        records = "" if own.get("records") is None else str(own["records"]).strip()
        if records and not re.fullmatch(r"[0-9]{1,9}", records):
            raise Refused("structure", line=1, expected="records: 0-999999999")
        if texts.get("statistic") != self.statistic.id:
            raise Refused("other_form", found=masked(texts.get("statistic", ""))[:40], expected=self.statistic.id)
        return Envelope(
            format=format,
            test=test,
            municipality=texts.get("municipality", ""),
            period=texts.get("period", "")[:20],
            key=texts.get("id", ""),
            sender=texts.get("system", "")[:80],
            records=int(records) if records else None,
            problems=() if records else (Problem("no_count", "records", line=1),),
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
                told = NUMBER.sub(lambda found: "#" * len(found[0]), json.dumps(value, ensure_ascii=False))
                line.problems.append(Problem("no_text", name, name, told, number))
        line.key, line.action = (str(texts.pop(name, "")).strip() for name in (KEY, ACTION))
        return line


def check_names(names: Sequence[str], needed: Sequence[str], known: Sequence[str], line: int) -> None:
    """Raises Refused when a needed name is missing, or when one is unknown or there twice."""
    if missing := ", ".join(name for name in needed if name not in names):
        raise Refused("structure", line=line, expected=missing)
    if unknown := [name for name in names if name not in known]:
        raise Refused("unknown_names", line=line, found=_told(unknown), expected=", ".join(known))
    if repeated := [name for name, count in Counter(names).items() if count > 1]:
        raise Refused("repeated_names", line=line, found=_told(repeated))


def _told(names: list[str]) -> str:
    """The first of some names in quotes, so that an empty one shows too."""
    return ", ".join(f"“{masked(name)[:40]}”" for name in names[:MOST_NAMES])


def _own_texts(own: Mapping[str, Any]) -> dict[str, str]:
    """What the delivery says of itself in texts. Raises Refused for another kind of value."""
    given = {name: value for name, value in own.items() if name not in ("test", "records") and value is not None}
    for name, value in given.items():
        if not isinstance(value, str):
            raise Refused("no_text", line=1, name=name)
    return {name: value.strip() for name, value in given.items()}


def _are_texts(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))
