"""The keyed fingerprints of the trail."""

import hashlib
import hmac

from django.conf import settings


def fingerprint(text: bytes) -> bytes:
    """A fingerprint that nobody without the trail's key can make (HMAC-SHA256)."""
    return hmac.digest(settings.AUDIT_KEY.encode(), text, hashlib.sha256)


def pseudonym(identifier: str) -> str:
    """A keyed fingerprint of a CPR or UDL number: the same number gives the same one, and nobody can read it back."""
    return fingerprint(identifier.encode()).hex()[:24] if identifier else ""
