"""Keys and certificates like those of OCES3: RSA-3072 and a certificate signed with RSASSA-PSS; made once per run."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


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
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(key, SHA256(), rsa_padding=PSS(MGF1(SHA256()), 32))
    )
    return Pair(key, certificate)


def write_pair(folder: Path, name: str, made: Pair) -> None:
    """Puts a pair where SAML_DIR has it."""
    (folder / f"{name}.key").write_bytes(made.key_pem)
    (folder / f"{name}.crt").write_bytes(made.certificate_pem)
