"""Keys with their certificates, by name, in the forms in which the tests need them; made once per run."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.access import certificates
from tests.access.certificates import certificate, key


@dataclass(frozen=True)
class Pair:
    """A key with its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @cached_property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @cached_property
    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @cached_property
    def in_metadata(self) -> str:
        return b64encode(self.certificate.public_bytes(Encoding.DER)).decode()


@lru_cache
def pair(name: str) -> Pair:
    """The pair of this name: the same whenever it is asked for."""
    private = key(number=name)
    return Pair(private, certificate(private, now=datetime.now(UTC)))


def write_pair(folder: Path, name: str, made: Pair) -> None:
    """Puts a pair where SAML_DIR has it."""
    certificates.write_pair(folder, name, made.key, made.certificate)
