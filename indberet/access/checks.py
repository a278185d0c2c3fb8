"""Start-up checks of log-in: what must be set, installed and in place before anybody can log in by SAML."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.http.request import validate_host


@register()
def check_saml(**kwargs: Any) -> list[CheckMessage]:
    """Settings, files and the program xmlsec1; nothing where LOGIN is not `saml`."""
    return [*_settings(), *_files(), *_program()] if settings.LOGIN == "saml" else []


@register(deploy=True)
def check_saml_files(**kwargs: Any) -> list[CheckMessage]:
    """Whether keys and metadata can be used together. It loads pysaml2, so it is for deployment only."""
    if settings.LOGIN != "saml" or check_saml():
        return []
    from .saml.config import NotConnected, load

    try:
        load(settings.SAML_DIR)
    except NotConnected as wrong:
        return [Error(str(wrong), id="indberet.E035")]
    return []


def _settings() -> Iterator[CheckMessage]:
    address = urlsplit(settings.PUBLIC_URL)
    if not settings.SAML_ENTITY_ID:
        yield Error(
            "INDBERET_SAML_ENTITY_ID is not set, and INDBERET_LOGIN is 'saml': the identity provider knows us by it.",
            id="indberet.E030",
        )
    if not address.hostname:
        yield Error(
            "INDBERET_PUBLIC_URL is not set, and INDBERET_LOGIN is 'saml': the identity provider sends browsers there.",
            id="indberet.E031",
        )
        return
    if address.scheme != "https" and not settings.DEMO:
        yield Error(f"INDBERET_PUBLIC_URL is '{settings.PUBLIC_URL}', expected https://.", id="indberet.E031")
    if not validate_host(address.hostname, settings.ALLOWED_HOSTS):
        yield Error(
            f"INDBERET_PUBLIC_URL names the host '{address.hostname}', which INDBERET_ALLOWED_HOSTS refuses.",
            id="indberet.E032",
        )


def _files() -> Iterator[CheckMessage]:
    wanted = {
        "idp.xml": "the identity provider's metadata",
        "current.key": "our private key",
        "current.crt": "the certificate of our key",
    }
    for name, about in wanted.items():
        if _mode(settings.SAML_DIR / name) is None:
            yield Error(f"{settings.SAML_DIR / name} is missing: {about}.", id="indberet.E033")
    for name in ("current.key", "next.key"):
        file = settings.SAML_DIR / name
        if (_mode(file) or 0) & 0o007:
            yield Warning(f"{file} can be read by every user of the machine: chmod 400 {file}", id="indberet.W036")


def _mode(file: Path) -> int | None:
    """Who may do what with the file; None when it is not there for us."""
    try:
        return file.stat().st_mode
    except OSError:
        return None


def _program() -> Iterator[CheckMessage]:
    from .saml.config import xmlsec

    if not xmlsec():
        yield Error(
            "The program xmlsec1 is not installed; it reads what the identity provider encrypts.", id="indberet.E034"
        )
