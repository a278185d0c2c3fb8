"""Key pairs and metadata of the tests' own, as somebody puts them into SAML_DIR."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
IDP = "https://idp.example"


@cache
def key(bits: int = 3072, number: int | str = 0) -> Any:
    """A private key, the same for the same number or name; 0 bits for one that is not RSA."""
    return rsa.generate_private_key(65537, bits) if bits else ec.generate_private_key(ec.SECP256R1())


def certificate(private: Any, *, now: datetime, days: float = 365, begins: float = -1) -> x509.Certificate:
    """A certificate of the key's own, from `begins` days on, until `days` from now; signed as those of OCES3 are."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Fiktivt certifikat")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now + timedelta(days=min(begins, days - 1)))
    padding = PSS(MGF1(SHA256()), 32) if isinstance(private, rsa.RSAPrivateKey) else None
    return made.not_valid_after(now + timedelta(days=days)).sign(private, SHA256(), rsa_padding=padding)


def write_pair(folder: Path, pair: str, private: Any, made: x509.Certificate) -> None:
    """Puts a pair into the folder, the key for its owner alone."""
    file = folder / f"{pair}.key"
    file.unlink(missing_ok=True)
    file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    file.chmod(0o400)
    (folder / f"{pair}.crt").write_bytes(made.public_bytes(Encoding.PEM))


def idp_metadata(*made: x509.Certificate, attributes: str = "", services: tuple[str, ...] | None = None) -> str:
    """Metadata of an identity provider that signs with these certificates."""
    keys = "".join(
        '<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>'
        f"{b64encode(each.public_bytes(Encoding.DER)).decode()}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
        for each in made
    )
    addresses = services or (
        f'<SingleLogoutService Binding="{REDIRECT}" Location="{IDP}/logout"/>',
        f'<SingleSignOnService Binding="{REDIRECT}" Location="{IDP}/login"/>',
    )
    return (
        f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{IDP}"{attributes}>'
        '<IDPSSODescriptor WantAuthnRequestsSigned="true" '
        'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f"{keys}{''.join(addresses)}</IDPSSODescriptor></EntityDescriptor>"
    )


def fill(folder: Path, now: datetime | None = None) -> None:
    """All that a log-in needs, in force for a year."""
    now = now or datetime.now(UTC)
    folder.mkdir(exist_ok=True)
    write_pair(folder, "current", key(), certificate(key(), now=now))
    (folder / "idp.xml").write_text(idp_metadata(certificate(key(3072, 1), now=now)), encoding="utf-8")
