"""The portal's own side: settings, cookies, database, clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.http.request import validate_host

from indberet.access.models import Handshake
from indberet.definition.registry import municipalities

from .point import Point, error, ok, warning

REQUIRED = {
    "saml": ("PUBLIC_URL", "SAML_ENTITY_ID"),
    "oidc": ("PUBLIC_URL", "OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"),
}
MOST_APART = timedelta(seconds=30)
SKEW = timedelta(seconds=180)
NTP = "Let both machines keep their clocks by NTP."
SETTINGS = "Set it; docs/operations/settings.md tells of what."


def portal_points(now: datetime) -> Iterator[Point]:
    """Points on the settings and on what stands beside the portal."""
    yield from settings_points()
    yield from _demo()
    yield from _cookies()
    yield from _database(now)


def settings_points() -> Iterator[Point]:
    """Points on what has to be set. A demo may do without TLS."""
    yield from _settings()
    yield from _public_url()
    yield from _organisations()


def _settings() -> Iterator[Point]:
    how = settings.LOGIN
    if how not in REQUIRED:
        do = "Set INDBERET_LOGIN=saml (NemLog-in) or oidc."
        yield error("settings", f"INDBERET_LOGIN is '{how}', so nobody can log in", do)
        return
    missing = [name for name in REQUIRED[how] if not getattr(settings, name)]
    for name in missing:
        yield error("settings", f"INDBERET_{name} is empty", SETTINGS)
    if not missing:
        yield ok("settings", f"INDBERET_LOGIN is {how}, and what it needs is set")


def _public_url() -> Iterator[Point]:
    address = settings.PUBLIC_URL
    host = urlsplit(address).hostname or ""
    if not address:
        return
    if not address.startswith("https://") and not settings.DEMO:
        yield error("public-url", f"INDBERET_PUBLIC_URL is {address}, without TLS", "Use the address with https://.")
    elif not validate_host(host, settings.ALLOWED_HOSTS):
        yield error("public-url", f"{host} is not in INDBERET_ALLOWED_HOSTS", "Add it, or every answer is refused.")
    else:
        yield ok("public-url", f"browsers come to {address}")


def _organisations() -> Iterator[Point]:
    for cvr, code in settings.FICTITIOUS_CVR.items():
        row = municipalities().known(code)
        if row.code != code or row.get("kind") != "municipality":
            said = f"INDBERET_FICTITIOUS_CVR says {cvr} is {code}, which is no municipality"
            yield error("organisations", said, "Name a municipality's three digits, such as 461.")


def _demo() -> Iterator[Point]:
    if settings.DEMO or settings.TEST_LOGIN:
        said = "INDBERET_DEMO is on: a key of its own making, cookies without TLS, fictitious data"
        yield error("test-log-in", said, "Leave INDBERET_DEMO and INDBERET_TEST_LOGIN out where real persons log in.")
    else:
        yield ok("test-log-in", "production settings; there is no test log-in")


def _cookies() -> Iterator[Point]:
    """The session's cookie is Lax: with Strict the way back from the identity provider ends in a circle."""
    wrong = [
        name
        for name, secure in (
            (settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE),
            (settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE),
            (settings.LOGIN_COOKIE_NAME, True),
        )
        if not (name.startswith("__Host-") and secure)
    ]
    if wrong:
        said = f"not bound to this host and TLS: {', '.join(wrong)}"
        yield error("cookies", said, "Their names begin with __Host- where INDBERET_DEMO is off.")
    elif settings.SESSION_COOKIE_SAMESITE != "Lax" or not settings.SESSION_COOKIE_HTTPONLY:
        yield error("cookies", "the session's cookie is not HttpOnly and SameSite=Lax", "Take settings.py as released.")
    else:
        yield ok("cookies", "bound to this host and TLS; the session's is HttpOnly and SameSite=Lax")


def _database(now: datetime) -> Iterator[Point]:
    try:
        connection.ensure_connection()
    except DatabaseError as wrong:
        do = "Start it, or correct INDBERET_DATABASE_URL."
        yield error("database", f"the database does not answer ({type(wrong).__name__})", do)
        return
    try:
        Handshake.objects.exists()
        theirs = _database_time()
    except DatabaseError as wrong:
        yield error("database", f"the tables of log-ins cannot be read ({type(wrong).__name__})", "indberet migrate")
        return
    yield ok("database", "the tables of log-ins are there")
    yield clock_point("clock", "the database's clock", theirs, now)


def clock_point(name: str, whose: str, theirs: datetime, now: datetime) -> Point:
    """How far a clock is from ours. Answers are refused that are more than three minutes off."""
    apart = abs(theirs - now)
    said = f"{whose} is {apart.total_seconds():.0f} seconds from this machine's"
    if apart > SKEW:
        return error(name, said, NTP)
    return warning(name, said, NTP) if apart > MOST_APART else ok(name, said)


def _database_time() -> datetime:
    if connection.vendor != "postgresql":
        return datetime.now(UTC)  # SQLite has no clock but the machine's
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found
