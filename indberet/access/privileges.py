"""Reads privileges as MitID Erhverv sends them: OIO Basic Privilege Profile 1.2 and 1.1, XML in base64."""

import re
from base64 import b64decode
from codecs import BOM_UTF8
from dataclasses import dataclass

from lxml import etree

from .claims import Grant

MOST = 64 * 1024
"""Bytes of XML; those of every municipality's privileges fill about 30,000."""
NAMESPACES = (
    "{http://digst.dk/oiosaml/basic_privilege_profile}",  # 1.2
    "{http://itst.dk/oiosaml/basic_privilege_profile}",  # 1.1
)
_DECLARATION = re.compile(
    r"""<\?xml\s+version=["']1\.0["'](\s+encoding=["']utf-8["'])?(\s+standalone=["'](yes|no)["'])?\s*\?>""",
    re.IGNORECASE,
)
_OF_CVR = re.compile(r"urn:dk:gov:saml:cvrNumberIdentifier:([1-9][0-9]{7})", re.ASCII)
_ABOUT_THE_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}"


class BadPrivileges(ValueError):
    """The privileges are not what the profile allows, so none of them counts."""


@dataclass(frozen=True)
class Group:
    """A group of privileges as it was sent: for whom, what, and the names of what limits it."""

    scope: str
    uris: tuple[str, ...]
    constraints: tuple[str, ...]

    @property
    def grants(self) -> tuple[Grant, ...]:
        """Only a group for a CVR number, without constraints, grants anything: we can honour no other limit."""
        cvr = _OF_CVR.fullmatch(self.scope)
        return tuple(Grant(cvr=cvr[1], uri=uri) for uri in self.uris) if cvr and not self.constraints else ()


def grants(blob: str | bytes) -> tuple[Grant, ...]:
    """The privileges of an attribute `privilegesIntermediate`; an empty one has none. Raises BadPrivileges for whatever
    the profile does not describe (OIO BPP 1.2, sections 2-4), and then nothing is granted.
    """
    return tuple(grant for group in groups(blob) for grant in group.grants)


def groups(blob: str | bytes) -> tuple[Group, ...]:
    """Every group of such an attribute, also those that grant nothing. Raises BadPrivileges."""
    document = _document(blob)
    return tuple(map(_group, _elements(document))) if document else ()


def _document(blob: str | bytes) -> str:
    """The XML without its declaration: text without DTD, comment, CDATA or processing instruction."""
    if len(blob) > 2 * MOST:
        raise BadPrivileges("too large")
    try:
        packed = blob.encode("ascii") if isinstance(blob, str) else blob
        unpacked = b64decode(b"".join(packed.split()), validate=True)
        document = unpacked.removeprefix(BOM_UTF8).decode("utf-8").strip()
    except ValueError as wrong:
        raise BadPrivileges("not base64 of UTF-8") from wrong
    if len(unpacked) > MOST:
        raise BadPrivileges("too large")
    document = _DECLARATION.sub("", document, count=1) if _DECLARATION.match(document) else document
    if "<!" in document or "<?" in document or "\0" in document:
        raise BadPrivileges("not only elements")
    return document


def _elements(document: str) -> list[etree._Element]:
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(document.encode(), parser)
    except etree.XMLSyntaxError as wrong:
        raise BadPrivileges("not XML") from wrong
    namespace = root.tag.removesuffix("PrivilegeList")
    if namespace not in NAMESPACES or any(not name.startswith(_ABOUT_THE_SCHEMA) for name in map(str, root.attrib)):
        raise BadPrivileges("not a list of privileges")
    groups = _children(root)
    for group in groups:
        _expect(group, ("PrivilegeGroup",), namespace)
        for child in _children(group):
            _expect(child, ("Privilege", "Constraint"), namespace)
            if len(child) or not (child.text or "").strip():
                raise BadPrivileges("a privilege or constraint is no plain text")
    return groups


def _children(element: etree._Element) -> list[etree._Element]:
    """The elements in an element that holds nothing else."""
    if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
        raise BadPrivileges("text between elements")
    return list(element)


ATTRIBUTES = {"PrivilegeGroup": ["Scope"], "Privilege": [], "Constraint": ["Name"]}


def _expect(element: etree._Element, names: tuple[str, ...], namespace: str) -> None:
    """Raises unless the element is one of these, in no namespace or the root's, with its attributes and no others."""
    name = str(element.tag).removeprefix(namespace)
    if name not in names or list(element.attrib) != ATTRIBUTES[name]:
        raise BadPrivileges("an unexpected element or attribute")


def _group(element: etree._Element) -> Group:
    limits = [child for child in element if str(child.tag).endswith("Constraint")]
    return Group(
        scope=element.get("Scope", ""),
        uris=tuple((child.text or "").strip() for child in element if child not in limits),
        constraints=tuple(child.get("Name", "") for child in limits),
    )
