"""Screenshots: of every step in var/screenshots, and those of the user guide where INDBERET_TEST_GUIDE says.

Pictures of the guide have a palette of at most 256 colours, which a page of text and a few colours does not show.
"""

import os
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path

from playwright.sync_api import FloatRect, Locator, Page

ROOT = Path(__file__).parents[2]
GUIDE = os.environ.get("INDBERET_TEST_GUIDE", "")
FOLDER = ROOT / "var" / "screenshots"
MOST_COLOURS, COMMON_COLOURS = 256, 192
MARGIN = 16  # pixels around a part of a page
MARK = "(element) => { element.style.outline = '4px solid #a800a8'; element.style.outlineOffset = '3px'; }"
UNMARK = "(element) => { element.style.outline = ''; element.style.outlineOffset = ''; }"
HEIGHT = "() => document.documentElement.scrollHeight"
UNSELECT = "() => document.activeElement.matches('input[type=text]') && document.activeElement.setSelectionRange(0, 0)"
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

Pixel = tuple[int, int, int]


class Pictures:
    """Takes pictures of one test, named after it; `chapter` names the chapter of the guide, if it is one."""

    def __init__(self, test: str, chapter: str = "") -> None:
        self.test, self.chapter = test, chapter

    @property
    def in_guide(self) -> bool:
        """Whether the pictures are for the user guide."""
        return bool(GUIDE and self.chapter)

    def take(self, page: Page, name: str, marked: Sequence[Locator], of: Sequence[Locator]) -> None:
        """Writes the picture of a step: of the whole page, or of the parts in `of`."""
        page.mouse.move(0, 0)  # nothing looks hovered over
        page.evaluate(UNSELECT)
        for locator in marked:
            locator.evaluate(MARK)
        data = _whole(page, of)
        for locator in marked:
            locator.evaluate(UNMARK)
        self.file(name).write_bytes(with_palette(data) if self.in_guide else data)

    def file(self, name: str) -> Path:
        """Where a picture goes."""
        file = Path(GUIDE, f"{self.chapter}-{name}.png") if self.in_guide else FOLDER / self.test / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        return file


def _whole(page: Page, of: Sequence[Locator]) -> bytes:
    """The whole page or parts of it, in a window so high that nothing lies over anything."""
    before = page.viewport_size
    assert before
    _set_height(page, before["width"], max(before["height"], page.evaluate(HEIGHT)))
    data = page.screenshot(animations="disabled", caret="hide", clip=_around(page, of) if of else None)
    _set_height(page, before["width"], before["height"])
    return data


def _around(page: Page, parts: Sequence[Locator]) -> FloatRect:
    """What lies around the parts, with a margin."""
    boxes = [box for part in parts if (box := part.bounding_box())]
    whole = page.viewport_size
    assert boxes
    assert whole
    left, top = (max(0, min(box[side] for box in boxes) - MARGIN) for side in ("x", "y"))
    right = min(whole["width"], max(box["x"] + box["width"] for box in boxes) + MARGIN)
    bottom = min(whole["height"], max(box["y"] + box["height"] for box in boxes) + MARGIN)
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def _set_height(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("(height) => innerHeight === height", arg=height)
    page.evaluate(DRAWN)


def with_palette(png: bytes) -> bytes:
    """The same picture with at most 256 colours; the others become the nearest of them."""
    width, height, rows = read_png(png)
    pixels = [list(zip(row[0::3], row[1::3], row[2::3], strict=True)) for row in rows]
    counts: Counter[Pixel] = Counter()
    for line in pixels:
        counts.update(line)
    palette = _palette(counts)
    index = {colour: number for number, colour in enumerate(palette)}
    for colour in counts.keys() - index.keys():
        index[colour] = min(range(len(palette)), key=lambda number: _distance(palette[number], colour))
    lines = (b"\0" + bytes(index[pixel] for pixel in line) for line in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    colours = b"".join(bytes(colour) for colour in palette)
    body = zlib.compress(b"".join(lines), 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, data) for name, data in ((b"IHDR", head), (b"PLTE", colours), (b"IDAT", body), (b"IEND", b""))
    )


def _palette(counts: Mapping[Pixel, int]) -> list[Pixel]:
    """The most common colours, and rare ones that are far from all of them, such as a single red star."""
    common = sorted(counts, key=lambda colour: (-counts[colour], colour))
    palette = common[:COMMON_COLOURS]
    far = {colour: min(_distance(colour, one) for one in palette) for colour in common[COMMON_COLOURS:]}
    while far and len(palette) < MOST_COLOURS:
        chosen = max(far, key=lambda colour: (far[colour], colour))
        palette.append(chosen)
        del far[chosen]
        far = {colour: min(distance, _distance(colour, chosen)) for colour, distance in far.items()}
    return palette


def read_png(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and the rows of RGB bytes of a screenshot (8 bits, RGB or RGBA)."""
    chunks = list(_chunks(png))
    width, height, depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    assert depth == 8
    assert kind in (2, 6)
    size = 3 if kind == 2 else 4
    raw = zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT"))
    stride = width * size
    before = bytes(stride)
    rows = []
    for start in range(0, height * (stride + 1), stride + 1):
        before = _unfiltered(raw[start], raw[start + 1 : start + 1 + stride], before, size)
        rows.append(before if size == 3 else bytes(value for at, value in enumerate(before) if at % 4 != 3))
    return width, height, rows


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _unfiltered(kind: int, row: bytes, above: bytes, size: int) -> bytes:
    """A row of pixels without PNG's filter."""
    if kind == 0:
        return row
    if kind == 1:
        channels = [bytes(value & 255 for value in accumulate(row[at::size])) for at in range(size)]
        return bytes(value for pixel in zip(*channels, strict=True) for value in pixel)
    if kind == 2:
        return bytes((value + up) & 255 for value, up in zip(row, above, strict=True))
    done = bytearray(size) + bytearray(len(row))
    corner = bytes(size) + above
    for at, value in enumerate(row):
        left, up = done[at], above[at]
        guess = (left + up) // 2 if kind == 3 else _paeth(left, up, corner[at])
        done[at + size] = (value + guess) & 255
    return bytes(done[size:])


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def _distance(one: Pixel, other: Pixel) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
