"""Single log-out by HTTP-Redirect: whoever signs with the identity provider's key may end a log-in, and nobody else.

The signature is verified over the query as it came. pysaml2 encodes it anew, which fails for the lower-case %xx that
.NET sends, and takes a LogoutRequest without signature; so here it only makes our own messages.
"""

import secrets
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from django.core import signing
from lxml import etree

from indberet.access.identity import LONGEST_ID, Identity

from .config import SKEW, NotConnected, ServiceProvider, service_provider
from .messages import BadMessage, from_redirect, parse, text_of
from .names import PERSISTENT, REDIRECT, RSA_SHA256, SAML, SAMLP, SUCCESS

log = structlog.get_logger(__name__)
HASHES: dict[str, HashAlgorithm] = {
    f"http://www.w3.org/2001/04/xmldsig-more#rsa-sha{kind.name[3:]}": kind for kind in (SHA256(), SHA384(), SHA512())
}
LASTS = timedelta(minutes=5)
"""How long a request without an end of its own may be used."""
MOST_OF_RELAY_STATE = 1000
_OURS = signing.TimestampSigner(sep=".", salt="saml-logout")
ANSWER_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class LogoutRequest:
    """Whose log-ins the identity provider wants ended: all of `name_id`, or those with one of `session_indexes`."""

    id: str
    name_id: str
    session_indexes: tuple[str, ...]
    relay_state: str


def signed_parameters(query: str, keys: Iterable[RSAPublicKey]) -> dict[str, str]:
    """The decoded parameters of a query string (raw, as it came) that one of the keys has signed. Raises BadMessage."""
    pairs = [part.partition("=")[::2] for part in query.split("&") if part]
    raw = dict(pairs)
    messages = [name for name in ("SAMLRequest", "SAMLResponse") if name in raw]
    if len(raw) != len(pairs) or len(messages) != 1:
        raise BadMessage("parameters")
    kind = HASHES.get(unquote(raw.get("SigAlg", "")))
    if kind is None or "Signature" not in raw:
        raise BadMessage("unsigned")
    signed = "&".join(f"{name}={raw[name]}" for name in (messages[0], "RelayState", "SigAlg") if name in raw)
    if not any(_signed_by(key, unquote(raw["Signature"]), signed, kind) for key in keys):
        raise BadMessage("signature")
    return {name: unquote(raw[name]) for name in (messages[0], "RelayState") if name in raw}


def read_request(provider: ServiceProvider, query: str) -> LogoutRequest:
    """The LogoutRequest in a query. Raises BadMessage unless the identity provider signed it, for us, just now."""
    parameters = signed_parameters(query, provider.idp_keys)
    root = parse(from_redirect(parameters.get("SAMLRequest", "")), f"{SAMLP}LogoutRequest")
    _from_idp(provider, root)
    if datetime.now(UTC) - timedelta(seconds=SKEW) > _end(root):
        raise BadMessage("too-old")
    name_id, id = text_of(root.find(f"{SAML}NameID")), root.get("ID", "")
    if not name_id or not id or len(name_id) > LONGEST_ID or len(id) > LONGEST_ID:
        raise BadMessage("subject")
    return LogoutRequest(
        id=id,
        name_id=name_id,
        session_indexes=tuple(text_of(index) for index in root.findall(f"{SAMLP}SessionIndex")),
        relay_state=parameters.get("RelayState", "")[:MOST_OF_RELAY_STATE],
    )


def read_response(provider: ServiceProvider, query: str) -> bool:
    """Whether everybody else logged the person out too. Raises BadMessage unless it is the identity provider's signed
    answer to a request of ours.
    """
    parameters = signed_parameters(query, provider.idp_keys)
    root = parse(from_redirect(parameters.get("SAMLResponse", "")), f"{SAMLP}LogoutResponse")
    _from_idp(provider, root)
    try:
        _OURS.unsign(root.get("InResponseTo", "").removeprefix("_"), max_age=ANSWER_WITHIN)
    except signing.BadSignature as wrong:
        raise BadMessage("nobody-asked") from wrong
    codes = [code.get("Value") for code in root.iter(f"{SAMLP}StatusCode")]
    return codes == [SUCCESS]


def answer_address(provider: ServiceProvider, request: LogoutRequest) -> str:
    """Where to send the browser with our signed answer: Success, as nobody with that NameID is logged in here now."""
    from saml2 import samlp
    from saml2.s_utils import success_status_factory
    from saml2.time_util import instant

    message = samlp.LogoutResponse(
        id=f"_{secrets.token_hex(20)}",
        version="2.0",
        issue_instant=instant(),
        destination=provider.sign_out_answers,
        in_response_to=request.id,
        issuer=provider.client._issuer(),
        status=success_status_factory(),
    )
    return _redirect(provider, str(message), provider.sign_out_answers, request.relay_state, response=True)


def request_address(identity: Identity) -> str | None:
    """Where a person who logged in by SAML, and has just logged out here, goes to be logged out elsewhere too: the
    identity provider, with a signed LogoutRequest. None when it cannot be asked.
    """
    try:
        provider = service_provider()
    except NotConnected:
        return None
    return _request_address(provider, identity) if provider.sign_out and identity.name_id else None


def _request_address(provider: ServiceProvider, identity: Identity) -> str:
    from saml2 import saml, samlp
    from saml2.time_util import in_a_while, instant

    indexes = [identity.session_index] if identity.session_index else []
    message = samlp.LogoutRequest(
        id=f"_{_OURS.sign(secrets.token_hex(20))}",
        version="2.0",
        issue_instant=instant(),
        not_on_or_after=in_a_while(minutes=int(LASTS.total_seconds() // 60)),
        destination=provider.sign_out,
        issuer=provider.client._issuer(),
        name_id=saml.NameID(text=identity.name_id, format=PERSISTENT),
        session_index=[samlp.SessionIndex(text=index) for index in indexes],
    )
    return _redirect(provider, str(message), provider.sign_out, "", response=False)


def _redirect(provider: ServiceProvider, message: str, to: str, relay_state: str, *, response: bool) -> str:
    made = provider.client.apply_binding(
        REDIRECT, message, to, relay_state, response=response, sign=True, sigalg=RSA_SHA256
    )
    return str(dict(made["headers"])["Location"])


def _from_idp(provider: ServiceProvider, root: etree._Element) -> None:
    if text_of(root.find(f"{SAML}Issuer")) != provider.idp:
        raise BadMessage("issuer")
    if root.get("Destination", provider.slo) != provider.slo:
        raise BadMessage("destination")


def _end(root: etree._Element) -> datetime:
    """When a request may no longer be used."""
    own = root.get("NotOnOrAfter")
    try:
        end = datetime.fromisoformat(own) if own else datetime.fromisoformat(root.get("IssueInstant", "")) + LASTS
        return end if end.tzinfo else end.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as wrong:
        raise BadMessage("time") from wrong


def _signed_by(key: RSAPublicKey, signature: str, text: str, kind: HashAlgorithm) -> bool:
    try:
        key.verify(b64decode(signature, validate=True), text.encode(), PKCS1v15(), kind)
    except (InvalidSignature, ValueError):
        return False
    return True
