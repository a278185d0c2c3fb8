"""The user guide and its pictures belong together, and a picture with a palette shows the same."""

import re
import struct
import zlib

import pytest

from .pictures import ROOT, read_png, with_palette

GUIDE = ROOT / "docs" / "guide"
LARGEST = 100_000  # bytes of one picture
PICTURE = re.compile(r"!\[(?P<text>[^\]]*)\]\((?P<path>[^)]+)\)")


def pages():
    return sorted(GUIDE.glob("*.md"))


def shown():
    """(text, file) of every picture in the guide."""
    found = [match for page in pages() for match in PICTURE.finditer(page.read_text(encoding="utf-8"))]
    return [(match["text"], GUIDE / match["path"]) for match in found]


def test_every_picture_is_there_and_every_one_there_is_shown():
    assert {path for _text, path in shown()} == set((GUIDE / "pictures").glob("*.png"))


def test_every_picture_has_a_text_and_is_small():
    assert shown()
    for text, path in shown():
        assert len(text) > 10, path
        assert path.stat().st_size < LARGEST, path


def picture(width, rows):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    body = b"".join(bytes([0]) + bytes(value for pixel in row for value in pixel) for row in rows)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def colours(png):
    """The rows of a picture with a palette, as RGB."""
    width, height = struct.unpack(">II", png[16:24])
    at, palette, body = 8, b"", b""
    while at < len(png):
        length, name = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        data = png[at + 8 : at + 8 + length]
        palette, body = (data, body) if name == b"PLTE" else (palette, body + data if name == b"IDAT" else body)
        at += length + 12
    raw = zlib.decompress(body)
    lines = [raw[line * (width + 1) + 1 : (line + 1) * (width + 1)] for line in range(height)]
    return [[tuple(palette[3 * index : 3 * index + 3]) for index in line] for line in lines]


def test_few_colours_stay_as_they_are():
    rows = [[(255, 255, 255), (0, 0, 0)], [(200, 0, 0), (1, 2, 3)]]
    assert colours(with_palette(picture(2, rows))) == rows


def test_of_many_colours_a_rare_but_different_one_survives():
    rows = [[(grey, grey, (grey + shade) % 256) for grey in range(256)] for shade in range(4)]
    rows[0][0] = (255, 0, 0)
    assert colours(with_palette(picture(256, rows)))[0][0] == (255, 0, 0)


@pytest.mark.parametrize("kind", [0, 1, 2, 3, 4])
def test_every_filter_of_png_is_undone(kind):
    plain = [bytes((line * 40 + at * 7) % 256 for at in range(9)) for line in range(3)]
    filtered, before = b"", bytes(9)
    for row in plain:
        left, corner = bytes(3) + row[:-3], bytes(3) + before[:-3]
        guess = [guessed(kind, *around) for around in zip(left, before, corner, strict=True)]
        filtered += bytes([kind]) + bytes((value - hint) % 256 for value, hint in zip(row, guess, strict=True))
        before = row
    png = picture(3, [[(0, 0, 0)] * 3] * 3)
    start, end = png.index(b"IDAT") - 4, png.index(b"IEND") - 4
    data = zlib.compress(filtered)
    body = struct.pack(">I", len(data)) + b"IDAT" + data + struct.pack(">I", zlib.crc32(b"IDAT" + data))
    assert read_png(png[:start] + body + png[end:]) == (3, 3, plain)


def guessed(kind, left, up, corner):
    """PNG's five ways to guess a byte from its neighbours."""
    near = min((left, up, corner), key=lambda value: abs(left + up - corner - value))
    return (0, left, up, (left + up) // 2, near)[kind]
