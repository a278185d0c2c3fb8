"""Which format a file is in, told by its first bytes, never by its name."""

from typing import IO

from indberet.definition.statistic import Statistic

from .csv_file import CsvFile
from .json_lines import JsonLines
from .lines import CHUNK, Opened
from .refusal import Refused
from .xml_file import XmlFile

WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00", b"\x00{", b"{\x00")
"""How UTF-16 and UTF-32 begin."""
GZIP = b"\x1f\x8b"


def open_delivery(file: IO[bytes], statistic: Statistic) -> Opened:
    """Reads the beginning of a delivery. Raises Refused when the statistic does not take such files."""
    exchange = statistic.exchange
    head = file.read(CHUNK)
    file.seek(0)
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if not begins:
        raise Refused("empty")
    if head.startswith(WIDE):
        raise Refused("encoding", line=1)
    if head.startswith(GZIP):
        raise Refused("compressed")
    if begins == b"<" and exchange.xml:
        return XmlFile(file, exchange.xml)
    if begins == b"{" and exchange.by_field_name:
        return JsonLines(file, statistic)
    if exchange.by_field_name and begins not in (b"<", b"{", b"[") and b"statistic" in head.split(b"\n", 1)[0]:
        return CsvFile(file, statistic)
    raise Refused("format", formats=", ".join(exchange.formats))
