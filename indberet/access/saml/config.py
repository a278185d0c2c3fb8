"""The service provider as pysaml2 knows it: read from the settings and SAML_DIR, kept until a file there changes.

SAML_DIR holds `idp.xml`, the identity provider's metadata that somebody has looked at, and our key pairs: `current`,
which signs and decrypts, and `next`, which decrypts as well while keys are changed. pysaml2 is slow to import and to
load metadata, so neither happens before somebody logs in, and metadata is loaded once for each change.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import structlog
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.urls import reverse

from .names import POST, PROFESSIONAL, REDIRECT, RSA_SHA256, SHA256, SUBSTANTIAL

log = structlog.get_logger(__name__)
SKEW = 180
"""Seconds that clocks may differ; OIOSAML [OIO-GE-01] asks for 3 to 5 minutes."""
PAIRS = ("current", "next")
FILES = ("idp.xml", *(f"{pair}.{end}" for pair in PAIRS for end in ("key", "crt")))


class NotConnected(Exception):
    """There is no usable metadata or key, so nobody can log in. The text says what is wrong and names the file."""


@dataclass(frozen=True, kw_only=True)
class ServiceProvider:
    """Us, and the one identity provider we trust. Addresses are absolute; `certificates` are ours, current first."""

    entity_id: str
    acs: str
    slo: str
    idp: str
    sign_in: str
    sign_out: str
    """Where log-out is answered and asked for; '' when the identity provider has no single log-out by redirect."""
    sign_out_answers: str
    idp_keys: tuple[RSAPublicKey, ...]
    certificates: tuple[x509.Certificate, ...]
    client: Any
    """pysaml2's Saml2Client."""


@dataclass
class _Kept:
    """The last good service provider, and what the files were when it was last tried."""

    stamp: object = None
    good_for: object = None
    good: ServiceProvider | None = None
    wrong: str = ""


_kept, _lock = _Kept(), Lock()


def service_provider() -> ServiceProvider:
    """The service provider of the files as they are now. When a changed file is no good, the last good copy stays in
    use and an error is logged once. Raises NotConnected when there is no good copy.
    """
    who = (settings.SAML_DIR, settings.SAML_ENTITY_ID, settings.PUBLIC_URL)
    with _lock:
        stamp = (who, xmlsec(), _stamp(settings.SAML_DIR))
        if stamp != _kept.stamp:
            _try(stamp, who)
        if _kept.good is None or _kept.good_for != who:
            raise NotConnected(_kept.wrong)
        return _kept.good


def _try(stamp: object, who: object) -> None:
    _kept.stamp, _kept.wrong = stamp, ""
    try:
        _kept.good, _kept.good_for = load(settings.SAML_DIR), who
    except NotConnected as wrong:
        _kept.wrong = str(wrong)
        kept = _kept.good is not None and _kept.good_for == who
        log.error("saml_files_refused", why=_kept.wrong, last_good_copy_in_use=kept)


def load(folder: Path) -> ServiceProvider:
    """The service provider of a folder's files. Raises NotConnected."""
    for name in ("SAML_ENTITY_ID", "PUBLIC_URL"):
        if not getattr(settings, name):
            raise NotConnected(f"INDBERET_{name} is not set.")
    if not xmlsec():
        raise NotConnected("The program xmlsec1 is not installed.")
    pairs = [folder / pair for pair in PAIRS if pair == "current" or _any(folder, pair)]
    certificates = tuple(_certificate(pair) for pair in pairs)
    acs, slo = public_url("saml_acs"), public_url("saml_slo")
    from saml2.client import Saml2Client
    from saml2.config import SPConfig

    from .crypto import Crypto

    try:
        client = Saml2Client(config=SPConfig().load(_dictionary(folder, [str(pair) for pair in pairs], acs, slo)))
        client.sec.crypto = Crypto(xmlsec())
        return ServiceProvider(
            entity_id=settings.SAML_ENTITY_ID,
            acs=acs,
            slo=slo,
            certificates=certificates,
            client=client,
            **_identity_provider(client.metadata, folder / "idp.xml"),
        )
    except NotConnected:
        raise
    except Exception as wrong:  # pysaml2 raises whatever its parsers raise
        raise NotConnected(f"{folder / 'idp.xml'} cannot be used: {type(wrong).__name__}.") from wrong


def public_url(name: str) -> str:
    """The absolute address of a view as the identity provider knows it."""
    return f"{settings.PUBLIC_URL}{reverse(name)}"


def xmlsec() -> str:
    """The path of the program xmlsec1, or '' when it is not installed."""
    return shutil.which("xmlsec1") or ""


def _dictionary(folder: Path, pairs: list[str], acs: str, slo: str) -> dict[str, Any]:
    return {
        "entityid": settings.SAML_ENTITY_ID,
        "xmlsec_binary": xmlsec(),
        "key_file": f"{pairs[0]}.key",
        "cert_file": f"{pairs[0]}.crt",
        "encryption_keypairs": [{"key_file": f"{pair}.key", "cert_file": f"{pair}.crt"} for pair in pairs],
        "metadata": {"local": [str(folder / "idp.xml")]},
        "only_use_keys_in_metadata": True,
        "allow_unknown_attributes": False,
        "accepted_time_diff": SKEW,
        "signing_algorithm": RSA_SHA256,
        "digest_algorithm": SHA256,
        "delete_tmpfiles": True,
        "service": {
            "sp": {
                "endpoints": {
                    "assertion_consumer_service": [(acs, POST)],
                    "single_logout_service": [(slo, REDIRECT)],
                },
                "want_assertions_signed": True,
                "want_response_signed": False,
                "authn_requests_signed": True,
                "logout_requests_signed": True,
                "logout_responses_signed": True,
                "allow_unsolicited": False,
                "requested_authn_context": {
                    "authn_context_class_ref": [SUBSTANTIAL, PROFESSIONAL],
                    "comparison": "minimum",
                },
            }
        },
    }


def _identity_provider(metadata: Any, file: Path) -> dict[str, Any]:
    """The one identity provider in the metadata: its name, addresses and signing keys."""
    found = list(metadata.with_descriptor("idpsso"))
    if len(found) != 1:
        raise NotConnected(f"{file} names {len(found)} identity providers whose metadata is in force, expected one.")
    idp = found[0]
    keys = [_public_key(text) for _name, text in metadata.certs(idp, "idpsso", "signing")]
    sign_in = _services(metadata.single_sign_on_service, idp)
    if not keys or not sign_in:
        raise NotConnected(f"{file} lacks a signing certificate or a log-in by HTTP-Redirect.")
    sign_out = (_services(metadata.single_logout_service, idp, "idpsso") or [{}])[0]
    return {
        "idp": idp,
        "idp_keys": tuple(keys),
        "sign_in": sign_in[0]["location"],
        "sign_out": sign_out.get("location", ""),
        "sign_out_answers": sign_out.get("response_location") or sign_out.get("location", ""),
    }


def _services(ask: Any, idp: str, typ: str = "idpsso") -> list[dict[str, Any]]:
    from saml2.s_utils import UnsupportedBinding

    try:
        return list(ask(idp, REDIRECT, typ))
    except UnsupportedBinding:
        return []


def _public_key(text: str) -> RSAPublicKey:
    certificate = x509.load_pem_x509_certificate(
        f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----".encode()
    )
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise NotConnected("idp.xml has a signing certificate whose key is not RSA.")
    return key


def _certificate(pair: Path) -> x509.Certificate:
    """The certificate of a key pair. Raises NotConnected unless key and certificate belong together."""
    key_file, certificate_file = pair.with_suffix(".key"), pair.with_suffix(".crt")
    try:
        key = load_pem_private_key(key_file.read_bytes(), password=None)
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as wrong:
        raise NotConnected(
            f"{key_file} and {certificate_file} cannot be read as a key without password and its certificate (PEM): "
            f"{type(wrong).__name__}."
        ) from wrong
    if not isinstance(key, RSAPrivateKey) or key.public_key() != certificate.public_key():
        raise NotConnected(f"{certificate_file} does not belong to {key_file}, or the key is not RSA.")
    return certificate


def _any(folder: Path, pair: str) -> bool:
    return any(_stamp_of(folder / f"{pair}.{end}") for end in ("key", "crt"))


def _stamp(folder: Path) -> tuple[tuple[int, int, int] | None, ...]:
    return tuple(_stamp_of(folder / name) for name in FILES)


def _stamp_of(file: Path) -> tuple[int, int, int] | None:
    try:
        state = file.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_ctime_ns, state.st_size
