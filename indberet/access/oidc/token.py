"""From an ID token to Claims: what must hold for it to be believed, and what MitID Erhverv's claims are called in it.

The names are those of Signaturgruppen's broker for MitID Erhverv. Brokers do not pass on the rights of MitID Erhverv;
`privileges` is a claim of our own naming, with the same content as the attribute of OIOSAML.
"""

import re
from collections.abc import Mapping
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from indberet.access.claims import Claims, Refused
from indberet.access.privileges import BadPrivileges, grants

from .provider import Provider

ALGORITHMS = ("RS256", "PS256", "ES256")
SKEW = 180  # seconds that clocks may differ, as in SAML
PREFIX = "https://data.gov.dk/concept/core/nsis/"
CVR = re.compile(r"[1-9][0-9]{7}", re.ASCII)
PERSON = "nemlogin.persistent_professional_id"


class UnknownKey(Exception):
    """The token is signed by a key that the provider did not publish when it was asked."""


def verified(token: str, found: Provider, *, client: str, nonce: str, access_token: str) -> dict[str, Any]:
    """The claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7). Raises Refused: `expired` when it is too old,
    `answer` when it is anything else than it must be; and UnknownKey.
    """
    expected = {
        "iss": {"essential": True, "value": found.issuer},
        "aud": {"essential": True, "value": client},
        "nonce": {"essential": True, "value": nonce},
    }
    try:
        keys = KeySet.import_key_set(found.keys)  # type: ignore[arg-type]
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        parts = jwt.decode(token, key=keys, registry=registry)
        known = {"nonce": nonce, "client_id": client, "access_token": access_token}
        claims = CodeIDToken(parts.claims, parts.header, expected, known)
        claims.validate(leeway=SKEW)
    except ExpiredTokenError as wrong:
        raise Refused("expired", code="id-token") from wrong
    except InvalidKeyIdError as wrong:
        raise UnknownKey from wrong
    except (JoseError, ValueError, TypeError, KeyError) as wrong:
        raise Refused("answer", code=f"id-token-{getattr(wrong, 'error', '') or type(wrong).__name__}"[:60]) from wrong
    return dict(claims)


def claims_of(told: Mapping[str, Any]) -> Claims:
    """What verified claims say of an employee. Raises Refused: `private` for a private person, `answer` when something
    is missing or malformed. The level is judged by `identify`.
    """
    if told.get("identity_type") != "professional":
        raise Refused("private", code="identity-type")
    cvr, person = _text(told, "nemlogin.cvr"), _text(told, PERSON)
    if not CVR.fullmatch(cvr) or not person:
        raise Refused("answer", code="no-cvr-or-person")
    try:
        granted = grants(_text(told, "privileges"))
    except BadPrivileges as wrong:
        raise Refused("answer", code="privileges", cvr=cvr) from wrong
    return Claims(
        issuer=_text(told, "iss"),
        person=person.removeprefix("urn:uuid:"),
        name=_text(told, "nemlogin.name"),
        cvr=cvr,
        organisation=_text(told, "nemlogin.org_name"),
        loa=level(_text(told, "loa")),
        grants=granted,
        email=_text(told, "nemlogin.email"),
        name_id=_text(told, "sub"),
        source="oidc",
    )


def level(url: str) -> str:
    """The NSIS level as a word: 'Substantial' of https://data.gov.dk/concept/core/nsis/Substantial or .../nsis/loa/...;
    '' for anything else.
    """
    return url.removeprefix(PREFIX).removeprefix("loa/") if url.startswith(PREFIX) else ""


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name, "")
    if not isinstance(value, str):
        raise Refused("answer", code=f"claim-{name}")
    return value
