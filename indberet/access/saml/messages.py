"""Unpacks SAML messages before any library sees them: of bounded size, and without what could make a parser do more."""

import re
import zlib
from base64 import b64decode

from lxml import etree

MOST = 256 * 1024
"""Bytes of XML. An answer with the privileges of every municipality is a third of it."""
_DECLARATION = re.compile(
    r"""<\?xml\s+version\s*=\s*["']1\.0["'](\s+encoding\s*=\s*["']utf-8["'])?(\s+standalone\s*=\s*["']\w+["'])?\s*\?>""",
    re.IGNORECASE,
)


class BadMessage(ValueError):
    """The message is not one that a well-meaning sender makes. `code` says why, for the log."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def from_post(text: str) -> str:
    """The XML of a form's field: base64. Raises BadMessage."""
    return _text(_from_base64(text))


def from_redirect(text: str) -> str:
    """The XML of a query's parameter: base64 of raw deflate. Raises BadMessage."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = inflate.decompress(_from_base64(text), MOST + 1)
    except zlib.error as wrong:
        raise BadMessage("not-deflated") from wrong
    return _text(inflated)


def parse(text: str, name: str) -> etree._Element:
    """The root element, which must have this name. Raises BadMessage."""
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as wrong:
        raise BadMessage("not-xml") from wrong
    if root.tag != name:
        raise BadMessage("other-message")
    return root


def text_of(element: etree._Element | None) -> str:
    """The text of an element, or '' when there is none."""
    return (element.text or "").strip() if element is not None else ""


def _from_base64(text: str) -> bytes:
    if len(text) > 2 * MOST:
        raise BadMessage("too-large")
    try:
        return b64decode(b"".join(text.encode("ascii").split()), validate=True)
    except ValueError as wrong:
        raise BadMessage("not-base64") from wrong


def _text(data: bytes) -> str:
    """The XML as text, without a declaration: then every parser reads the same letters."""
    if len(data) > MOST:
        raise BadMessage("too-large")
    try:
        text = data.decode("utf-8").removeprefix("\ufeff").strip()
    except UnicodeDecodeError as wrong:
        raise BadMessage("not-utf-8") from wrong
    text = _DECLARATION.sub("", text, count=1) if _DECLARATION.match(text) else text
    if "<!DOCTYPE" in text or "<!ENTITY" in text or "<?" in text or "\0" in text:
        raise BadMessage("dtd")
    return text
