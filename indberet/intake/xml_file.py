"""Reading XML deliveries: hardened, in constant memory, each record held against what its format says.

A DOCTYPE is refused unread, so no entity is ever declared; nothing is fetched; libxml2's own limits on depth and size
stay in force; and a record may not be larger than MOST_RECORD. What stands outside the records and the delivery's own
data, and does not belong there, has the file refused: nothing is passed over.
"""

import re
from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from indberet.definition.exchange import ACTION, ID, XmlFormat

from .elements import Checker, strange_attributes
from .lines import CHUNK, MOST_RECORD, Envelope, Line, Problem
from .masks import masked
from .refusal import Refused
from .shapes import split
from .written import WHITE

SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
    "collect_ids": False,
}
DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
BAD_BYTES = (etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_UNKNOWN_ENCODING)
CHARACTER = re.compile(r"\bvalue (\d{1,7})\b")
LONGEST_NAME = 60


class XmlFile:
    """An XML delivery whose own data has been read. Raises Refused when it is another file."""

    def __init__(self, file: IO[bytes], format: XmlFormat) -> None:
        self._file, self._format = file, format
        self._root, self._metadata, self._collection, self._record = (
            f"{{{format.namespace}}}{name}"
            for name in (format.root, format.metadata.name, format.collection, format.record.name)
        )
        self._checker = Checker(format.record, format.namespace)
        self._kept = tuple(each for each in format.elements if each.owner)
        self._translated = tuple(each for each in format.elements if each.not_beside or each.values)
        tags = (self._root, self._metadata, self._collection, self._record)
        self._parser = etree.XMLPullParser(events=("start", "end"), tag=tags, **SAFE)
        self._events = self._read()
        self._line = 1
        self.envelope = self._envelope()

    def name_of(self, field: str) -> str:
        """The element of a field, or of "id" and "action"."""
        return self._format.name_of(field)

    def lines(self) -> Iterator[Line]:
        """The records, each held against its format. Raises Refused for whatever else the file holds."""
        for event, found in self._events:
            tag = found.tag
            if tag == self._record:
                if event == "start":
                    continue
                if found.getparent().tag != self._collection:
                    raise self._foreign(found, self._format.record.name)
                yield self._line_of(found)
                self._line = found.sourceline
                found.clear(keep_tail=True)
                self._throw_away_before(found)
            elif event == "start" or tag == self._metadata:
                raise self._foreign(found, self._format.record.name)
            elif tag == self._collection:
                self._hold(found, {self._record}, self._format.record.name)
            else:
                self._hold(found, {self._metadata, self._collection}, self._format.collection)

    def _throw_away_before(self, found: Any) -> None:
        """The records before this one, so that the tree does not grow."""
        while (before := found.getprevious()) is not None:
            if before.tag != self._record:
                raise self._foreign(before, self._format.record.name)
            self._refuse_text(before, before.tail)
            before.getparent().remove(before)

    def _hold(self, found: Any, tags: set[str], expected: str) -> None:
        """Raises Refused unless the element holds elements of those names only, and no text."""
        self._refuse_text(found, found.text)
        for child in found:
            if child.tag not in tags:
                raise self._foreign(child, expected)
            self._refuse_text(child, child.tail)

    def _refuse_text(self, after: Any, text: str | None) -> None:
        if text and text.strip(WHITE):
            raise Refused("stray_text", line=after.sourceline)

    def _foreign(self, found: Any, expected: str) -> Refused:
        namespace, name = split(found.tag)
        told = _shown(name)
        if name == expected and namespace != self._format.namespace:
            told += f" ({masked(namespace)[:100]})"
        return Refused("foreign", line=found.sourceline, found=told, expected=expected)

    # The file

    def _read(self) -> Iterator[tuple[str, Any]]:
        """The events of root, metadata, collection and records. Raises Refused."""
        begun, before, since = False, b"", 0
        while chunk := self._file.read(CHUNK):
            if not begun:
                _refuse_unsafe(before, chunk)
                before = chunk
            self._feed(chunk)
            since += len(chunk)
            for event in self._parser.read_events():
                begun, since = True, 0
                yield event
            if since > MOST_RECORD:
                raise self._too_large() if begun else self._other_root()
        try:
            self._parser.close()
        except etree.XMLSyntaxError as wrong:
            raise self._broken(wrong) from None
        yield from self._parser.read_events()

    def _too_large(self) -> Refused:
        return Refused("record_too_large", line=self._line, most=MOST_RECORD // 1000)

    def _feed(self, chunk: bytes) -> None:
        """Raises Refused also for what libxml2 only notes, such as an entity that nobody declared."""
        try:
            self._parser.feed(chunk)
        except etree.XMLSyntaxError as wrong:
            raise self._broken(wrong) from None
        for error in self._parser.feed_error_log:
            if error.level >= etree.ErrorLevels.ERROR:
                raise Refused("broken", line=error.line)

    def _broken(self, wrong: etree.XMLSyntaxError) -> Refused:
        line = wrong.lineno or self._line
        if wrong.code in BAD_BYTES:
            return Refused("encoding", line=line)
        if wrong.code == etree.ErrorTypes.ERR_INVALID_CHAR:
            found = CHARACTER.search(wrong.msg)
            return Refused("character", line=line, found=f"U+{int(found[1]):04X}" if found else "")
        return Refused("broken", line=line)

    # The delivery's own data

    def _envelope(self) -> Envelope:
        format = self._format
        metadata, problems = self._begin()
        read = Checker(format.metadata, format.namespace).read(metadata)
        form = read.texts.get("form", "")
        if form not in (format.form, format.test_form):
            raise Refused("other_form", found=_shown(form), expected=f"{format.form}, {format.test_form}")
        metadata.clear(keep_tail=True)
        return Envelope(
            format=format.form,
            test=form == format.test_form,
            municipality=read.texts.get("municipality", ""),
            period=read.texts.get("period", "")[:20],
            key=read.texts.get("key", ""),
            sender=" ".join(read.texts.get(name, "") for name in ("system", "version")).strip()[:80],
            problems=(*problems, *read.problems),
        )

    def _begin(self) -> tuple[Any, list[Problem]]:
        """The element with the delivery's own data, which comes before the records; and what is wrong around it."""
        format = self._format
        first = next(self._events, None)
        if first is None or first[1].tag != self._root or first[1].getparent() is not None:
            raise self._other_root()
        problems = list(strange_attributes(first[1], format.root))
        self._next("start", self._metadata, format.metadata.name)
        metadata = self._next("end", self._metadata, format.metadata.name)
        collection = self._next("start", self._collection, format.collection)
        return metadata, problems + list(strange_attributes(collection, format.collection))

    def _next(self, event: str, tag: str, expected: str) -> Any:
        """The element of the next event, which must be that one within the root. Raises Refused."""
        found = next(self._events, None)
        if found is None or found[1].tag == self._root:
            raise Refused("structure", line=self._line, expected=expected)
        if found[0] != event or found[1].tag != tag or found[1].getparent().tag != self._root:
            raise self._foreign(found[1], expected)
        self._line = found[1].sourceline
        return found[1]

    def _other_root(self) -> Refused:
        """What the root is instead."""
        self._file.seek(0)
        parser = etree.XMLPullParser(events=("start",), **SAFE)
        try:
            parser.feed(self._file.read(CHUNK))
        except etree.XMLSyntaxError as wrong:
            return self._broken(wrong)
        first = next(iter(parser.read_events()), None)
        if first is None:
            return Refused("broken", line=1)
        namespace, name = map(_shown, split(first[1].tag))
        own = {"expected": self._format.root, "namespace": self._format.namespace}
        return Refused("other_root", found=name, own=namespace, **own)

    # A record

    def _line_of(self, found: Any) -> Line:
        read = self._checker.read(found)
        texts: dict[str, Any] = read.texts
        key, action = texts.pop(ID, ""), texts.pop(ACTION, "")
        kept: dict[str, dict[str, str]] = {}
        for each in self._kept:
            if each.field in texts:
                kept.setdefault(each.owner, {})[each.field] = texts.pop(each.field)[:256]
        self._translate(texts)
        return Line(found.sourceline, key, action, texts, kept, read.problems, read.lines)

    def _translate(self, texts: dict[str, Any]) -> None:
        """Texts that stand for codes; and nothing that the record tells in another way too."""
        for element in self._translated:
            text = texts.get(element.field)
            if text and element.not_beside and texts.get(element.not_beside):
                del texts[element.field]
            elif text and element.values:
                texts[element.field] = element.values.get(text, text)


def _shown(name: str) -> str:
    return masked(name)[:LONGEST_NAME]


def _refuse_unsafe(before: bytes, chunk: bytes) -> None:
    """Raises Refused unless the beginning of the file is UTF-8, by its first bytes and by what it says, without a
    DOCTYPE; `before` is the chunk before, in which a word may begin."""
    if not before:
        declared = DECLARED.match(chunk.removeprefix(b"\xef\xbb\xbf"))
        if declared and declared[1].upper() not in (b"UTF-8", b"UTF8", b"US-ASCII"):
            raise Refused("encoding", line=1)
    together = before + chunk
    if b"<!DOCTYPE" in together or b"<!ENTITY" in together:
        raise Refused("doctype")
