"""All points of a check, in the order in which they are put right."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from indberet.access.saml.names import REDIRECT

from . import keys
from .certificates import NAMES, NotMetadata, metadata, ours, points
from .online import discovery, provider_clock
from .point import Point, error
from .portal import portal_points, settings_points
from .provider import metadata_points, provider_points
from .published import published_points
from .rights import rights_points

RENEW = "Order the next one and change keys as docs/operations/login.md says under 'New keys'."


def check(*, online: bool = False, sample: Path | None = None) -> list[Point]:
    """Looks at what a log-in needs. `online` asks other machines as well; `sample` is a file of privileges."""
    now = timezone.now()
    found = [*portal_points(now)]
    if settings.LOGIN == "saml":
        found += _saml(now, online=online)
    if settings.LOGIN == "oidc":
        found += _oidc(online=online)
    return [*found, *rights_points(sample)]


def at_start() -> list[Point]:
    """The errors in settings and files that show without a database, another program or the network. A certificate
    that has ended is none of them: whoever is logged in goes on working."""
    found = [*settings_points()]
    if settings.LOGIN == "saml":
        folder = Path(settings.SAML_DIR)
        found += [*keys.points(folder, trial=False), *metadata_points(folder)]
    return [point for point in found if point.state == "error"]


def _saml(now: datetime, *, online: bool) -> Iterator[Point]:
    folder = Path(settings.SAML_DIR)
    yield from keys.points(folder)
    yield from points(ours(folder), now, do=RENEW)
    yield from provider_points(folder, now)
    if settings.PUBLIC_URL and settings.SAML_ENTITY_ID:
        yield from published_points()
    if online:
        yield from _clock(folder)


def _clock(folder: Path) -> Iterator[Point]:
    try:
        root = metadata(folder / "idp.xml")
    except NotMetadata:
        return
    address = root.xpath(f"string(.//md:SingleSignOnService[@Binding='{REDIRECT}']/@Location)", namespaces=NAMES)
    yield from provider_clock(str(address), timezone.now())


def _oidc(*, online: bool) -> Iterator[Point]:
    if settings.OIDC_ISSUER and not settings.OIDC_ISSUER.startswith("https://"):
        yield error("issuer", f"{settings.OIDC_ISSUER} is without TLS", "Use a provider with https://.")
    if online and settings.OIDC_ISSUER:
        yield from discovery()
