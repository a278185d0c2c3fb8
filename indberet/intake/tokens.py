"""Tokens of sending systems. A token is shown once, when it is made; afterwards only its SHA-256 is known, which is
enough for 256 random bits."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from indberet.access.identity import Identity
from indberet.audit.log import write_event
from indberet.definition.statistic import Statistic

from .models import DeliveryToken

PREFIX = "indberet_"
SHOWN = len(PREFIX) + 3
LONGEST_LIFE = 730
"""Days."""


class BadToken(Exception):
    """A token that may not send; `code` says why, as far as its holder may know."""

    def __init__(self, code: str, wait: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.wait = wait


def create_token(
    *, statistic: Statistic, municipality: str, system: str, days: int, test: bool
) -> tuple[str, DeliveryToken]:
    """A new token, to be shown once, and what is kept of it. It expires after so many days."""
    secret, now = PREFIX + secrets.token_urlsafe(32), timezone.now()
    with transaction.atomic():
        token = DeliveryToken.unscoped.create(
            statistic=statistic.id,
            municipality=municipality,
            system=system,
            test=test,
            digest=digest_of(secret),
            prefix=secret[:SHOWN],
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        _tell(token, "token_create")
    return secret, token


def revoke_token(token: DeliveryToken) -> None:
    """Ends a token now."""
    with transaction.atomic():
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        _tell(token, "token_revoke")


def token_of(header: str, statistic: Statistic) -> DeliveryToken:
    """The token in an Authorization header. Raises BadToken."""
    scheme, _space, secret = header.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise BadToken("no_token")
    token = DeliveryToken.unscoped.filter(digest=digest_of(secret.strip())).first()
    if token is None:
        raise BadToken("unknown_token")
    if token.revoked_at:
        raise BadToken("revoked_token")
    if token.expires_at <= timezone.now():
        raise BadToken("expired_token")
    if token.statistic != statistic.id:
        raise BadToken("other_statistic")
    return token


def use(token: DeliveryToken) -> None:
    """Counts a delivery that is about to come. Raises BadToken when there were too many within the hour."""
    now = timezone.now()
    with transaction.atomic():
        held = DeliveryToken.unscoped.select_for_update().get(pk=token.pk)
        if held.hour is None or now - held.hour >= timedelta(hours=1):
            held.hour, held.used_in_hour = now, 0
        if held.used_in_hour >= settings.DELIVERIES_PER_HOUR:
            raise BadToken("too_many", wait=_seconds_left(held.hour, now))
        held.used_in_hour += 1
        held.last_used_at = now
        held.save(update_fields=["hour", "used_in_hour", "last_used_at"])


def identity_of(token: DeliveryToken) -> Identity:
    """Who is named in the trail: the system, by its token."""
    return Identity(
        subject=f"token:{token.pk}:{token.prefix}", name=token.system, organisation="", cvr="", source="system"
    )


def digest_of(secret: str) -> str:
    """The fingerprint that is kept of a token."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _seconds_left(hour: datetime, now: datetime) -> int:
    return max(1, int((hour + timedelta(hours=1) - now).total_seconds()))


def _tell(token: DeliveryToken, action: str) -> None:
    identity = Identity(subject="command", name="indberet delivery-token", organisation="", cvr="", source="operator")
    detail = {
        "token": token.prefix,
        "system": token.system,
        "expires": token.expires_at.isoformat(),
        "test": token.test,
    }
    write_event(
        identity=identity, action=action, municipality=token.municipality, statistic=token.statistic, detail=detail
    )
