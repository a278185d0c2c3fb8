"""The identity provider's metadata, as somebody has put it in idp.xml."""

import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from lxml import etree

from indberet.access.saml.names import REDIRECT

from .certificates import NAMES, NotMetadata, metadata, points, theirs
from .point import Point, error, ok, warning

ANEW = "Fetch NemLog-in's metadata anew and look at it; see 'New metadata' in docs/operations/login.md."


def metadata_points(folder: Path) -> Iterator[Point]:
    """An error when idp.xml cannot be read as metadata, or anybody can write it: it says whom we trust."""
    try:
        metadata(folder / "idp.xml")
    except NotMetadata as wrong:
        yield error("idp.xml", str(wrong), ANEW)
    yield from _open_to_all(folder)


def _open_to_all(folder: Path) -> Iterator[Point]:
    for name, place in (("saml-dir-mode", folder), ("idp.xml-mode", folder / "idp.xml")):
        mode = stat.S_IMODE(place.stat().st_mode) if place.exists() else 0
        if mode & stat.S_IWOTH:
            yield error(name, f"{place} has mode {mode:04o}: anybody may change whom we trust", f"chmod o-w {place}")


def provider_points(folder: Path, now: datetime) -> Iterator[Point]:
    """Points on idp.xml: one identity provider, in force, with addresses and certificates."""
    file = folder / "idp.xml"
    yield from _open_to_all(folder)
    try:
        root = metadata(file)
        certificates = list(theirs(folder))
    except NotMetadata as wrong:
        yield error("idp.xml", str(wrong), ANEW)
        return
    described = root.findall(".//md:IDPSSODescriptor", NAMES) or root.findall("md:IDPSSODescriptor", NAMES)
    if len(described) != 1:
        yield error("idp.xml", f"{file} describes {len(described)} identity providers, expected one", ANEW)
        return
    entity = described[0].getparent()
    yield from _validity(root, now)
    yield ok("idp.xml", f"the identity provider is {entity.get('entityID')}")
    if described[0].get("WantAuthnRequestsSigned") != "true":
        do = "We sign nevertheless; check that this is the right metadata."
        yield warning("idp-requests", "it does not ask for signed requests", do)
    yield from _addresses(described[0])
    if not certificates:
        yield error("idp-certificate", f"{file} has no certificate to check signatures with", ANEW)
    yield from points(certificates, now, do=ANEW, spare=True)


def _validity(root: etree._Element, now: datetime) -> Iterator[Point]:
    until = root.get("validUntil", "")
    try:
        over = bool(until) and datetime.fromisoformat(until) <= now
    except (ValueError, TypeError):  # no time, or one without a zone
        over = True
    if over:
        yield error("idp-validity", f"idp.xml was valid until {until}", ANEW)


def _addresses(described: etree._Element) -> Iterator[Point]:
    for name, tag, what in (
        ("idp-log-in", "SingleSignOnService", "log-in"),
        ("idp-log-out", "SingleLogoutService", "single log-out"),
    ):
        found = described.xpath(f"md:{tag}[@Binding='{REDIRECT}']/@Location", namespaces=NAMES)
        if not found:
            yield error(name, f"idp.xml has no {what} by HTTP-Redirect", ANEW)
        elif not found[0].startswith("https://"):
            yield warning(name, f"{what} is at {found[0]}, without TLS", "Good for a trial on one machine only.")
        else:
            yield ok(name, f"{what} is at {found[0]}")
