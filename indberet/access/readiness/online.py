"""What is asked of other machines, only when `--online` is given: the identity provider's clock, and discovery."""

import ssl
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from django.conf import settings

from .point import Point, error, ok, warning
from .portal import clock_point

PATIENCE = 10  # seconds
OPEN = "Open the way from this machine to it, or check the address."


def provider_clock(address: str, now: datetime) -> Iterator[Point]:
    """How far the identity provider's clock is from ours, by the Date of its answer. `now` is when it was asked."""
    host = urlsplit(address).netloc
    if not address.startswith(("https://", "http://")):
        return
    try:
        with urlopen(Request(address, method="HEAD"), timeout=PATIENCE) as answer:  # noqa: S310 - http(s), see above
            date = answer.headers.get("Date")
    except HTTPError as refused:  # it answers, that is enough
        date = refused.headers.get("Date")
    except (URLError, HTTPException, OSError, ssl.SSLError) as wrong:
        do = "Browsers must reach it, this machine need not: then leave --online out."
        yield warning("idp-clock", f"{host} does not answer this machine ({type(wrong).__name__})", do)
        return
    try:
        theirs = parsedate_to_datetime(date or "")
    except ValueError:
        yield warning("idp-clock", f"{host} does not tell the time", "Compare the clocks by hand.")
        return
    yield clock_point("idp-clock", f"the clock of {host}", theirs, now)


def discovery() -> Iterator[Point]:
    """Whether the provider of OpenID Connect publishes what a log-in needs."""
    from indberet.access.claims import Refused
    from indberet.access.oidc.provider import discover
    from indberet.access.oidc.token import ALGORITHMS

    try:
        found = discover(settings.OIDC_ISSUER)
    except Refused as wrong:
        said = f"{settings.OIDC_ISSUER}: {wrong.detail.get('code', wrong.reason)}"
        yield error("discovery", said, OPEN)
        return
    yield ok("discovery", f"{found.issuer} sends persons to {found.authorize}")
    kinds = {str(key.get("kty")) for key in found.keys.get("keys", [])}
    if kinds & {"RSA", "EC"}:
        yield ok("discovery-keys", f"keys of the kinds {', '.join(sorted(kinds))}")
    else:
        do = f"It must sign ID tokens by one of {', '.join(ALGORITHMS)}."
        yield error("discovery-keys", "it publishes no RSA or EC key", do)
