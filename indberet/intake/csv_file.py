"""Reading CSV deliveries: semicolons, UTF-8. First the delivery's own data (names, then values), then the records'
columns, then a row per record."""

import codecs
import csv
from collections.abc import Iterator
from typing import IO

from indberet.definition.statistic import Statistic

from .columns import ACTION, KEY, NEEDED, OWN, Columns, check_names
from .lines import MOST_RECORD, Line, check_characters
from .refusal import Refused

YES_OR_NO = {"yes": True, "no": False}


class CsvRows:
    """Rows with their line numbers, in bounded memory. Raises Refused."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._since = file, 0
        self.number = 0
        self._rows = csv.reader(self._texts(), delimiter=";", strict=True)

    def __iter__(self) -> Iterator[list[str]]:
        while True:
            try:
                row = next(self._rows)
            except StopIteration:
                return
            except csv.Error:
                raise Refused("broken", line=self.number) from None
            self._since = 0
            if any(text.strip() for text in row):
                yield row

    def _texts(self) -> Iterator[str]:
        while text := self._file.readline(MOST_RECORD + 1):
            self.number += 1
            self._since += len(text)
            if self._since > MOST_RECORD:
                raise Refused("record_too_large", line=self.number, most=MOST_RECORD // 1000)
            if not text.endswith(b"\n"):  # the last row is whole, or nobody knows what is missing
                raise Refused("broken", line=self.number)
            text = text.removeprefix(codecs.BOM_UTF8) if self.number == 1 else text
            try:
                found = text.decode("utf-8")
            except UnicodeDecodeError:
                raise Refused("encoding", line=self.number) from None
            check_characters(found, self.number)
            yield found


def names_in(row: list[str], needed: tuple[str, ...], known: tuple[str, ...], line: int) -> list[str]:
    """The names of columns; empty ones at the end come from a spreadsheet and do not count. Raises Refused."""
    names = [name.strip() for name in row]
    while names and not names[-1]:
        names.pop()
    check_names(names, needed, known, line)
    return names


def by_name(names: list[str], row: list[str], line: int) -> dict[str, str]:
    """A row's values by the names of their columns; values without a name may only be empty. Raises Refused."""
    if len(row) < len(names) or any(text.strip() for text in row[len(names) :]):
        raise Refused("columns", line=line, found=len(row), expected=len(names))
    return dict(zip(names, row, strict=False))


class CsvFile:
    """A CSV delivery whose first rows have been read. Raises Refused when it is another file."""

    def __init__(self, file: IO[bytes], statistic: Statistic) -> None:
        self._rows, self._columns = CsvRows(file), Columns(statistic)
        self._each = iter(self._rows)
        names = self._names(NEEDED, OWN)
        own = by_name(names, self._next(";".join(names)), self._rows.number)
        test = YES_OR_NO.get(own.get("test", ""))
        if test is None:
            raise Refused("structure", line=self._rows.number, expected="test: yes / no")
        self.envelope = self._columns.envelope("CSV", own, test)
        self._header = self._names((KEY, ACTION), self._columns.names)

    def name_of(self, field: str) -> str:
        """The field's own name."""
        return field

    def lines(self) -> Iterator[Line]:
        """The records."""
        for row in self._each:
            number = self._rows.number
            yield self._columns.line(number, by_name(self._header, row, number))

    def _names(self, needed: tuple[str, ...], known: tuple[str, ...]) -> list[str]:
        return names_in(self._next(";".join(needed)), needed, known, self._rows.number)

    def _next(self, expected: str) -> list[str]:
        row = next(self._each, None)
        if row is None:
            raise Refused("structure", line=self._rows.number, expected=expected)
        return row
