"""Reading XML deliveries: hardened, in constant memory, each record held against the office's own schema.

A DOCTYPE is refused unread, so no entity is ever declared; nothing is fetched; libxml2's own limits on depth and size
stay in force; and a record may not be larger than MOST_RECORD.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO, Any

from lxml import etree

from indberet.definition.exchange import XmlFormat

from .lines import CHUNK, MOST_RECORD, Envelope, Line, Problem
from .refusal import Refused

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
NAMESPACED = re.compile(r"\{[^}]*\}")
FACETS = {
    "pattern": re.compile(r"the pattern '(.*)'\.$", re.DOTALL),
    "minLength": re.compile(r"minimum length of '(\d+)'"),
    "maxLength": re.compile(r"maximum length of '(\d+)'"),
    "type": re.compile(r"the (?:atomic|local atomic) type '([^']*)'"),
}
EXPECTED = re.compile(r"Expected is (?:one of )?\(\s*(.*?)\s*\)")


class XmlFile:
    """An XML delivery whose own data has been read. Raises Refused when it is another file."""

    def __init__(self, file: IO[bytes], format: XmlFormat) -> None:
        self._file, self._format = file, format
        self._here, self._there = f"{{{format.namespace}}}", f"{{{format.envelope_namespace}}}"
        self._names = {self._here + each.name: each for each in format.elements}
        self._kept = {self._here + each.name: each for each in format.kept}
        self._own = {each.field: each.name for each in format.elements}
        self._called = {**self._own, "id": format.key, "action": format.action}
        self._parser = etree.XMLPullParser(events=("start", "end"), tag=self._tags(), **SAFE)
        self._events = self._read()
        self._line = 1
        self.envelope = self._envelope()

    def name_of(self, field: str) -> str:
        """The element of a field, or of "id" and "action"."""
        return self._called.get(field, field)

    def lines(self) -> Iterator[Line]:
        """The records, each checked by the office's schema."""
        schema = _schema(self._format.schema)
        record, collection = self._here + self._format.record, self._here + self._format.collection
        around = (collection, self._here + self._format.root)
        for event, found in self._events:
            if event == "start" or found.tag in around:
                continue
            parent = found.getparent()
            if found.tag != record or parent is None or parent.tag != collection:
                raise Refused("structure", line=found.sourceline or self._line, expected=self._format.record)
            yield self._record(found, schema)
            self._line = found.sourceline or self._line
            found.clear()
            while (before := found.getprevious()) is not None:
                if before.tag != record:
                    raise Refused("structure", line=self._line, expected=self._format.record)
                parent.remove(before)

    def _tags(self) -> tuple[str, ...]:
        names = (self._format.root, self._format.metadata, self._format.collection, self._format.record)
        return tuple(self._here + name for name in names)

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
        self._close()
        yield from self._parser.read_events()

    def _too_large(self) -> Refused:
        return Refused("record_too_large", line=self._line, most=MOST_RECORD // 1000)

    def _feed(self, chunk: bytes) -> None:
        try:
            self._parser.feed(chunk)
        except etree.XMLSyntaxError as wrong:
            raise self._broken(wrong) from None

    def _close(self) -> None:
        try:
            self._parser.close()
        except etree.XMLSyntaxError as wrong:
            raise self._broken(wrong) from None

    def _broken(self, wrong: etree.XMLSyntaxError) -> Refused:
        bad_bytes = etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_INVALID_CHAR
        return Refused("encoding") if wrong.code in bad_bytes else Refused("broken", line=wrong.lineno or self._line)

    # The delivery's own data

    def _envelope(self) -> Envelope:
        metadata = self._metadata()
        form = self._text(metadata, "Envelope/FormID")
        if form not in (self._format.form, self._format.test_form):
            raise Refused("other_form", found=form[:15], expected=f"{self._format.form}, {self._format.test_form}")
        system = f".//{self._here}SystemStructure/{self._here}"
        sender = [metadata.findtext(f"{system}{name}") or "" for name in ("SystemName", "SystemVersion")]
        envelope = Envelope(
            format=self._format.form,
            test=form == self._format.test_form,
            municipality=self._text(metadata, "Envelope/Entity/EntityID"),
            period=self._text(metadata, "Envelope/Period")[:20],
            key=self._text(metadata, "Envelope/RefID"),
            sender=" ".join(sender).strip()[:80],
            problems=tuple(_problems(metadata, _schema(self._format.metadata_schema))),
        )
        metadata.clear()
        return envelope

    def _metadata(self) -> Any:
        """The element with the delivery's own data, which comes before the records."""
        root = self._here + self._format.root
        first = next(self._events, None)
        if first is None or first[1].tag != root or first[1].getparent() is not None:
            raise self._other_root()
        for event, found in self._events:
            if found.tag == self._here + self._format.metadata and event == "end":
                return found
            if found.tag != self._here + self._format.metadata:
                break
        raise Refused("structure", line=self._line, expected=self._format.metadata)

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
        found = NAMESPACED.sub("", str(first[1].tag))[:60]
        return Refused("other_root", found=found, expected=self._format.root, namespace=self._format.namespace)

    def _text(self, metadata: Any, path: str) -> str:
        return (metadata.findtext("/".join(self._there + name for name in path.split("/"))) or "").strip()

    # A record

    def _record(self, found: Any, schema: Any) -> Line:
        format = self._format
        line = Line(number=found.sourceline or 0, key="", action="", texts={})
        for each in found:
            text = (each.text or "").strip()
            if element := self._names.get(each.tag):
                line.texts[element.field] = text
            elif kept := self._kept.get(each.tag):
                line.kept.setdefault(kept.owner, {})[kept.key] = text[:256]
            elif each.tag == self._here + format.key:
                line.key = text
            elif each.tag == self._here + format.action:
                line.action = text
        self._translate(line)
        if not schema.validate(found):
            line.problems += self._schema_problems(found, schema)
        return line

    def _translate(self, line: Line) -> None:
        """Texts that stand for codes; and nothing that the record tells in another way too."""
        for element in self._format.elements:
            text = line.texts.get(element.field)
            if text and element.not_beside and line.texts.get(element.not_beside):
                del line.texts[element.field]
            elif text and element.values:
                line.texts[element.field] = element.values.get(str(text), str(text))

    def _schema_problems(self, found: Any, schema: Any) -> Iterator[Problem]:
        fields = {name: field for field, name in self._own.items()}
        for problem in _problems(found, schema):
            field = fields.get(problem.name, "")
            yield Problem(problem.code, problem.name, field, problem.value, problem.line, problem.params)


def _refuse_unsafe(before: bytes, chunk: bytes) -> None:
    """Raises Refused unless the beginning of the file is UTF-8, by its first bytes and by what it says, without a
    DOCTYPE; `before` is the chunk before, in which a word may begin."""
    if not before:
        declared = DECLARED.match(chunk.removeprefix(b"\xef\xbb\xbf"))
        if declared and declared[1].upper() not in (b"UTF-8", b"UTF8", b"US-ASCII"):
            raise Refused("encoding")
    together = before + chunk
    if b"<!DOCTYPE" in together or b"<!ENTITY" in together:
        raise Refused("doctype")


@cache
def _schema(path: Path) -> Any:
    return etree.XMLSchema(etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True)))


def _problems(element: Any, schema: Any) -> Iterator[Problem]:
    """Where an element does not follow its schema; libxml2 tells the same thing in up to two ways, once is enough."""
    schema.validate(element)
    seen = set()
    for error in schema.error_log:
        tag = error.message.split("'")[1]
        name = NAMESPACED.sub("", tag)
        if name in seen:
            continue
        seen.add(name)
        found = next((each.text or "" for each in element.iter(tag)), "")
        facet, expected = _expected(error.message)
        yield Problem(f"schema_{facet}", name, value=found.strip(), line=error.line, params={"expected": expected})


def _expected(message: str) -> tuple[str, str]:
    """The kind of breach, and what the schema expected: its words without the value, which may be a person's."""
    for facet, pattern in FACETS.items():
        if found := pattern.search(message):
            return facet, found[1]
    expected = EXPECTED.search(message)
    return "structure", NAMESPACED.sub("", expected[1]) if expected else ""
