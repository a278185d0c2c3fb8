"""The certificates of the log-in, ours and the identity provider's: read from the files, held against the calendar."""

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from lxml import etree

from .point import Point, error, ok, warning

PAIRS = ("current", "next")
AHEAD = timedelta(days=60)
"""How long before the end of a certificate it is time to order the next: NemLog-in has to be told of it."""
MOST_BYTES = 2_000_000
NAMES = {"md": "urn:oasis:names:tc:SAML:2.0:metadata", "ds": "http://www.w3.org/2000/09/xmldsig#"}
SIGNING = ".//md:IDPSSODescriptor/md:KeyDescriptor[not(@use) or @use='signing']//ds:X509Certificate"
GOOD_BITS, LEAST_BITS = 3072, 2048


class NotMetadata(ValueError):
    """A file is not the metadata of an identity provider. The text says why."""


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A certificate and the file it was found in. `name` is that of its point."""

    name: str
    file: Path
    certificate: x509.Certificate

    @property
    def until(self) -> datetime:
        """The last moment of its validity."""
        return self.certificate.not_valid_after_utc

    @property
    def subject(self) -> str:
        """Whose it is, as the certificate says."""
        return self.certificate.subject.rfc4514_string()


def ours(folder: Path) -> Iterator[Certificate]:
    """Our certificates that can be read."""
    for pair in PAIRS:
        file = folder / f"{pair}.crt"
        try:
            yield Certificate(
                name=f"{pair}.crt", file=file, certificate=x509.load_pem_x509_certificate(file.read_bytes())
            )
        except (OSError, ValueError):
            continue


def theirs(folder: Path) -> Iterator[Certificate]:
    """The certificates that the identity provider signs with. Raises NotMetadata."""
    file = folder / "idp.xml"
    for number, text in enumerate(metadata(file).xpath(SIGNING, namespaces=NAMES), 1):
        try:
            found = x509.load_der_x509_certificate(b64decode(re.sub(r"\s", "", text.text or ""), validate=True))
        except ValueError as wrong:
            raise NotMetadata(f"signing certificate {number} in {file} cannot be read") from wrong
        yield Certificate(name=f"idp-certificate-{number}", file=file, certificate=found)


def metadata(file: Path) -> etree._Element:
    """The root of SAML metadata. Raises NotMetadata for a file that is missing, no XML, or has a DTD."""
    try:
        content = file.read_bytes()
        if len(content) > MOST_BYTES or b"<!DOCTYPE" in content:
            raise NotMetadata(f"{file} is larger than 2 MB or has a DTD")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        return etree.fromstring(content, parser)
    except OSError as wrong:
        raise NotMetadata(f"{file} cannot be read ({wrong.strerror})") from wrong
    except etree.XMLSyntaxError as wrong:
        raise NotMetadata(f"{file} is no XML (line {wrong.lineno})") from wrong


def ending(folder: Path, now: datetime) -> list[str]:
    """A line for each certificate that has ended or ends within 60 days, and one for metadata that cannot be read."""
    try:
        found = [*ours(folder), *theirs(folder)]
    except NotMetadata as wrong:
        return [str(wrong)]
    return [f"{each.name}: {when(each, now)}" for each in found if each.until < now + AHEAD]


def when(found: Certificate, now: datetime) -> str:
    """The day on which it ends, and how many days are left."""
    day = f"{found.until:%Y-%m-%d}"
    return f"ended on {day}" if found.until <= now else f"ends on {day}, in {(found.until - now).days} days"


def points(found: Iterable[Certificate], now: datetime, *, do: str, spare: bool = False) -> Iterator[Point]:
    """A point for each certificate: in force, for how long, and the size of its key. With `spare` one that has ended
    is no error while another is in force, for only then somebody may still log in. `do` is how to get a new one."""
    certificates = list(found)
    in_force = any(_in_force(each, now) for each in certificates)
    for each in certificates:
        if not _in_force(each, now):
            early = each.certificate.not_valid_before_utc > now
            said = f"begins on {each.certificate.not_valid_before_utc:%Y-%m-%d}" if early else when(each, now)
            judge = warning if spare and in_force else error
            yield judge(each.name, f"{each.subject} {said}", do)
        elif each.until < now + AHEAD:
            yield warning(each.name, f"{each.subject} {when(each, now)}", do)
        else:
            yield ok(each.name, f"{each.subject} {when(each, now)}")
        yield from _size(each)


def _in_force(found: Certificate, now: datetime) -> bool:
    return found.certificate.not_valid_before_utc <= now < found.until


def _size(found: Certificate) -> Iterator[Point]:
    key = found.certificate.public_key()
    bits = key.key_size if isinstance(key, RSAPublicKey) else 0
    name = f"{found.name}-key"
    if bits < LEAST_BITS:
        yield error(name, f"the key is {f'RSA of {bits} bits' if bits else 'not RSA'}", "Take one of RSA, 3072 bits.")
    elif bits < GOOD_BITS:
        yield warning(name, f"the key is RSA of {bits} bits", "Take one of 3072 bits, as OCES3 has, the next time.")
    else:
        yield ok(name, f"RSA of {bits} bits")
