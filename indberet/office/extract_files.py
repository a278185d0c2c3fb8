"""The files of an extract: CSV and Parquet with the same columns, written a chunk at a time and named when whole."""

import csv
import hashlib
import os
from collections.abc import Sequence
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

FORMATS = ("csv", "parquet")
BLOCK = 1024 * 1024
Kind = Literal["text", "date", "time", "number"]
Values = Sequence[Any]


class File(Protocol):
    """A file that grows by chunks: lists of the columns' values, None for what is empty."""

    def add(self, columns: Sequence[Values]) -> None:
        """Writes some rows."""

    def close(self) -> None:
        """Ends the file."""


class CsvFile:
    """UTF-8, commas, LF, a heading row with the columns' names, ISO dates and times; empty cells for nothing. It is for
    programs: cells are as stored, not defused for a spreadsheet."""

    def __init__(self, path: Path, names: Sequence[str], kinds: Sequence[Kind]) -> None:
        self._file = TextIOWrapper(_private(path), encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(names)

    def add(self, columns: Sequence[Values]) -> None:
        """Writes some rows."""
        self._writer.writerows(zip(*([_iso(value) for value in column] for column in columns), strict=True))

    def close(self) -> None:
        """Ends the file."""
        self._file.close()


class ParquetFile:
    """A row group for each chunk, compressed. The library is loaded only here: it is large."""

    def __init__(self, path: Path, names: Sequence[str], kinds: Sequence[Kind]) -> None:
        import pyarrow as arrow
        from pyarrow import parquet

        types = {
            "text": arrow.string(),
            "date": arrow.date32(),
            "time": arrow.timestamp("us", tz="UTC"),
            "number": arrow.int64(),
        }
        self._arrow = arrow
        self._schema = arrow.schema([(name, types[kind]) for name, kind in zip(names, kinds, strict=True)])
        self._file = _private(path)
        self._writer = parquet.ParquetWriter(self._file, self._schema, compression="zstd")

    def add(self, columns: Sequence[Values]) -> None:
        """Writes some rows."""
        arrays = [self._arrow.array(values, field.type) for values, field in zip(columns, self._schema, strict=True)]
        self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        """Ends the file."""
        self._writer.close()
        self._file.close()


MAKERS: dict[str, type[CsvFile] | type[ParquetFile]] = {"csv": CsvFile, "parquet": ParquetFile}


def sha256_of(path: Path) -> str:
    """The checksum of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _private(path: Path) -> BinaryIO:
    """A new file that only its owner can read; FileExistsError when it is there."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _iso(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return "" if value is None else value
