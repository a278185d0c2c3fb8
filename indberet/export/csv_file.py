"""The CSV file: what Danish Excel opens right (UTF-8 with BOM, semicolon, CRLF, one heading row, above it at most a
title)."""

import codecs
import csv
import io
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from .cells import defused, kept
from .columns import Column, Kind
from .table import Chunk

REMEMBERED = 5000
"""Texts whose cell is remembered: codes and names come again and again."""


class CsvText:
    """Makes the bytes of a CSV file piece by piece."""

    def __init__(self, columns: Iterable[Column], title: str = "") -> None:
        self._columns = tuple(columns)
        self._title = title
        text: Callable[[str], str] = lru_cache(REMEMBERED)(kept)
        makers: dict[Kind, Callable[[Any], str]] = {
            "text": text,
            "label": lru_cache(REMEMBERED)(defused),
            "date": lambda value: value.isoformat() if value else "",
            "time": lambda value: value.isoformat(" ") if value else "",
            "number": lambda value: "" if value is None else str(value),
        }
        self._makers = [makers[column.kind] for column in self._columns]

    def head(self) -> bytes:
        """The byte order mark, the title if there is one, and the heading row."""
        title = [[defused(self._title)]] if self._title else []
        return codecs.BOM_UTF8 + _lines([*title, [defused(column.heading) for column in self._columns]])

    def body(self, chunk: Chunk) -> bytes:
        """Some rows."""
        return _lines(zip(*map(map, self._makers, chunk), strict=True))


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    lines = io.StringIO(newline="")
    csv.writer(lines, delimiter=";", lineterminator="\r\n").writerows(rows)
    return lines.getvalue().encode()
