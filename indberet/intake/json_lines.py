"""Reading JSON deliveries: one object a line, first the delivery's own data, then the records.

A line is read at a time, so memory is bounded whatever the file holds, and every finding has the line it stands in.
"""

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from indberet.definition.statistic import Statistic

from .columns import NEEDED, OWN, Columns, missing
from .lines import MOST_RECORD, Line
from .refusal import Refused


class JsonLines:
    """A JSON delivery whose first line has been read. Raises Refused when it is another file."""

    def __init__(self, file: IO[bytes], statistic: Statistic) -> None:
        self._file, self._columns = file, Columns(statistic)
        self._number = 0
        self._objects = self._read()
        own = next(self._objects, {})
        if lacking := missing(own, NEEDED):
            raise Refused("structure", line=1, expected=lacking)
        if not isinstance(own["test"], bool) or set(own) - set(OWN):
            raise Refused("structure", line=1, expected=f"{', '.join(OWN)}; test: true / false")
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
            found = json.loads(text.decode("utf-8"))
            if b"\\u" in text:
                json.dumps(found, ensure_ascii=False).encode("utf-8")  # half a character can be escaped, and not stored
        except UnicodeDecodeError:
            raise Refused("encoding", line=self._number) from None
        except (ValueError, RecursionError):  # neither may be chained: its text holds the line
            raise Refused("broken", line=self._number) from None
        if not isinstance(found, dict):
            raise Refused("structure", line=self._number, expected="{...}")
        return found
