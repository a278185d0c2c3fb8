"""Talking to the OpenID Connect provider: what it publishes, where persons are sent, and what a code is worth."""

from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.urls import reverse
from requests import RequestException, Session
from structlog import get_logger

from indberet.access.claims import Refused

log = get_logger(__name__)
SCOPE = "openid nemlogin"
"""The scope under which Signaturgruppen's broker hands out what MitID Erhverv says of an employee."""
PATIENCE = 10  # seconds that the provider has to answer
KEEP = 10 * 60  # seconds that what it publishes is remembered
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, kw_only=True)
class Provider:
    """What the provider publishes of itself (OpenID Connect Discovery 1.0); `keys` is its JSON Web Key Set."""

    issuer: str
    authorize: str
    token: str
    userinfo: str
    keys_at: str
    keys: dict[str, Any]


_remembered: dict[str, tuple[float, Provider]] = {}


def provider(*, anew: bool = False) -> Provider:
    """The provider of the settings, asked again after ten minutes or when `anew`. Raises Refused (`provider`)."""
    issuer = settings.OIDC_ISSUER
    asked, found = _remembered.get(issuer, (0.0, None))
    if found is None or anew or monotonic() - asked > KEEP:
        found = discover(issuer)
        _remembered[issuer] = monotonic(), found
    return found


def discover(issuer: str) -> Provider:
    """Asks the provider who it is. Raises Refused (`provider`) when it does not answer, or not as it must."""
    published = _json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if published.get("issuer") != issuer:
        raise Refused("provider", code="discovery-of-another-issuer")
    named = (*ENDPOINTS, *(["userinfo_endpoint"] if "userinfo_endpoint" in published else []))
    for name in named:
        if not _as_safe(published.get(name), issuer):
            raise Refused("provider", code=f"discovery-without-{name}")
    return Provider(
        issuer=issuer,
        authorize=published["authorization_endpoint"],
        token=published["token_endpoint"],
        userinfo=published.get("userinfo_endpoint", ""),
        keys_at=published["jwks_uri"],
        keys=_json(published["jwks_uri"]),
    )


def where_to_log_in(found: Provider, *, state: str, nonce: str, verifier: str, anew: bool = False) -> str:
    """The address to which the browser is sent, with PKCE (RFC 7636, S256). `anew` makes the provider ask who it is
    though it knows from another log-in."""
    prompt = {"prompt": "login"} if anew else {}
    address, _state = _session().create_authorization_url(
        found.authorize, state=state, nonce=nonce, code_verifier=verifier, **prompt
    )
    return str(address)


def exchange(found: Provider, *, code: str, verifier: str) -> dict[str, Any]:
    """The tokens for a code. Raises Refused: `answer` when the provider does not know the code, else `provider`."""
    try:
        tokens = _session().fetch_token(found.token, grant_type="authorization_code", code=code, code_verifier=verifier)
    except OAuthError as wrong:
        raise Refused("answer", code=f"token-{wrong.error}"[:60]) from wrong
    except (RequestException, ValueError) as wrong:
        log.warning("oidc_provider_failed", what="token", error=type(wrong).__name__)
        raise Refused("provider", code="token") from wrong
    return dict(tokens)


def userinfo(found: Provider, token: str) -> dict[str, Any]:
    """What the provider says of the person beside the ID token. Raises Refused (`provider`)."""
    return _json(found.userinfo, headers={"Authorization": f"Bearer {token}"}) if found.userinfo and token else {}


def _session() -> OAuth2Session:
    return OAuth2Session(
        settings.OIDC_CLIENT_ID,
        settings.OIDC_CLIENT_SECRET or None,
        scope=SCOPE,
        redirect_uri=f"{settings.PUBLIC_URL}{reverse('oidc_callback')}",
        code_challenge_method="S256",
        default_timeout=PATIENCE,
    )


def _json(address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    try:
        with Session() as session:
            answer = session.get(address, headers=headers, timeout=PATIENCE, allow_redirects=False)
        if answer.status_code == 200 and isinstance(found := answer.json(), dict):
            return found
        error = str(answer.status_code)
    except (RequestException, ValueError) as wrong:
        error = type(wrong).__name__
    log.warning("oidc_provider_failed", what=urlsplit(address).path, error=error)
    raise Refused("provider", code="no-answer")


def _as_safe(address: object, issuer: str) -> bool:
    """Whether an address is reached as safely as the issuer's: over TLS, unless the provider is one of a trial."""
    return isinstance(address, str) and address.startswith(("https://", f"{urlsplit(issuer).scheme}://"))
