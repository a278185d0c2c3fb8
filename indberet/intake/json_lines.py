"""Reading JSON deliveries: one object a line, first the delivery's own data, then the records.

A line is read at a time, so memory is bounded whatever the file holds, and every finding has the line it stands in.
"""

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from indberet.definition.statistic import Statistic

from .columns import NEEDED, OWN, Columns, check_names
from .lines import MOST_RECORD, Line, check_characters
from .refusal import Refused


class JsonLines:
    """A JSON delivery whose first line has been read. Raises Refused when it is another file."""

    def __init__(self, file: IO[bytes], statistic: Statistic) -> None:
        self._file, self._columns = file, Columns(statistic)
        self._number = 0
        self._objects = self._read()
        own = next(self._objects, {})
        check_names(list(own), NEEDED, OWN, self._number)
        if not isinstance(own["test"], bool):
            raise Refused("structure", line=self._number, expected="test: true / false")
        self.envelope = self._columns.envelope("JSON", own, own["test"])

    def name_of(self, field: str) -> str:
        """The field's own name."""
        return field

    def lines(self) -> Iterator[Line]:
        """The records."""
        for found in self._objects:
            yield self._columns.line(self._number, found)

    def _read(self) -> Iterator[Mapping[str, Any]]:
        while text := self._file.readline(MOST_RECORD + 1):
            self._number += 1
            if len(text) > MOST_RECORD:
                raise Refused("record_too_large", line=self._number, most=MOST_RECORD // 1000)
            text = text.removeprefix(b"\xef\xbb\xbf") if self._number == 1 else text
            if text.strip():
                yield self._object(text)

    def _object(self, text: bytes) -> Mapping[str, Any]:
        try:
            found = json.loads(text.decode("utf-8"), object_pairs_hook=self._by_name)
            if b"\\" in text:
                self._check_escaped(found)
        except UnicodeDecodeError:
            raise Refused("encoding", line=self._number) from None
        except (ValueError, RecursionError):  # neither may be chained: its text holds the line
            raise Refused("broken", line=self._number) from None
        if not isinstance(found, dict):
            raise Refused("structure", line=self._number, expected="{...}")
        return found

    def _by_name(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Of two values of one name nobody knows which one counts. Raises Refused."""
        found = dict(pairs)
        if len(found) < len(pairs):
            check_names([name for name, _value in pairs], (), list(found), self._number)
        return found

    def _check_escaped(self, found: object) -> None:
        """All names and texts, at any depth: what cannot stand in a line can be escaped in it. Raises Refused."""
        if isinstance(found, str):
            check_characters(found, self._number)
        elif isinstance(found, dict):
            for name, value in found.items():
                check_characters(name, self._number)
                self._check_escaped(value)
        elif isinstance(found, list):
            for value in found:
                self._check_escaped(value)
