"""Whether an answer of the identity provider can be trusted: pysaml2, and around it all that OIOSAML demands besides.

`read` looks at the message as it came, before any cryptography; `verified` lets pysaml2 decrypt it and check the
signature, and then holds what is left to the profile. pysaml2 by itself takes answers that are unencrypted, meant for
another recipient, without conditions, or signed with SHA-1.
"""

import hashlib
from calendar import timegm
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree

from indberet.access.claims import Refused

from .config import SKEW, ServiceProvider
from .messages import BadMessage, from_post, parse, text_of
from .names import BEARER, DSIG, SAML, SAMLP, STATUS, SUCCESS, XENC, XENC11

ELSEWHERE = (f"{{{XENC}}}CipherReference", f"{{{XENC}}}AgreementMethod", f"{{{XENC11}}}DerivedKey")
SIGNATURES = {f"http://www.w3.org/2001/04/xmldsig-more#rsa-sha{bits}" for bits in (256, 384, 512)}
DIGESTS = {f"{XENC}sha256", "http://www.w3.org/2001/04/xmldsig-more#sha384", f"{XENC}sha512"}
CIPHERS = {f"{XENC}aes{bits}-cbc" for bits in (128, 192, 256)} | {f"{XENC11}aes{bits}-gcm" for bits in (128, 192, 256)}
KEY_TRANSPORTS = {f"{XENC}rsa-oaep-mgf1p", f"{XENC11}rsa-oaep"}
LONGEST = timedelta(days=7)
"""How far ahead an assertion may end. NemLog-in's end after minutes; a used one is remembered until its end."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A message as it came. Only `in_response_to` may be used before it is verified, to find who asked."""

    xml: str
    in_response_to: str
    status: tuple[str, ...]


def read(provider: ServiceProvider, text: str) -> Answer:
    """The answer in a form's field. Raises Refused (`answer`) unless it is addressed to us."""
    try:
        xml = from_post(text)
        root = parse(xml, f"{SAMLP}Response")
    except BadMessage as bad:
        raise Refused("answer", code=bad.code) from bad
    if root.get("Destination") != provider.acs:
        raise Refused("answer", code="destination")
    if root.find(f"{SAML}Issuer") is not None and text_of(root.find(f"{SAML}Issuer")) != provider.idp:
        raise Refused("answer", code="issuer")
    status = tuple(code.get("Value", "") for code in root.iterfind(f"{SAMLP}Status//{SAMLP}StatusCode"))
    if status[:1] == (SUCCESS,):
        _as_encrypted(root)
    return Answer(xml=xml, in_response_to=root.get("InResponseTo", ""), status=status)


def _as_encrypted(root: etree._Element) -> None:
    """Raises Refused unless there is one encrypted assertion and no other, by algorithms that are no known weakness."""
    if len(root.findall(f"{SAML}EncryptedAssertion")) != 1 or next(root.iter(f"{SAML}Assertion"), None) is not None:
        raise Refused("answer", code="not-one-encrypted-assertion")
    data, keys = list(root.iter(f"{{{XENC}}}EncryptedData")), list(root.iter(f"{{{XENC}}}EncryptedKey"))
    if len(data) != 1 or not keys or _leads_elsewhere(root):
        raise Refused("answer", code="encryption")
    if {_algorithm(each) for each in data} - CIPHERS or {_algorithm(each) for each in keys} - KEY_TRANSPORTS:
        raise Refused("answer", code="encryption-algorithm")


def _algorithm(encrypted: etree._Element) -> str:
    """What a cipher text was made with; '' when it does not say."""
    method = encrypted.find(f"{{{XENC}}}EncryptionMethod")
    return "" if method is None else method.get("Algorithm", "")


def _leads_elsewhere(root: etree._Element) -> bool:
    """Whether a cipher text or key is to be fetched from outside the message, or a key to be worked out at length."""
    fetched = [element.get("URI", "") for element in root.iter(f"{{{DSIG}}}RetrievalMethod")]
    return any(uri[:1] != "#" for uri in fetched) or next(root.iter(*ELSEWHERE), None) is not None


def demand_success(answer: Answer) -> None:
    """Raises Refused when the identity provider says that nobody was logged in."""
    if answer.status[:1] == (SUCCESS,):
        return
    names = tuple(status.removeprefix(STATUS) for status in answer.status)
    code = "/".join(names)[:100]
    if "NoAuthnContext" in names:
        raise Refused("level", code=code)
    if {"AuthnFailed", "RequestDenied"} & set(names):
        raise Refused("cancelled", code=code)
    raise Refused("provider", code=code)


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What the identity provider has signed. `assertion` is pysaml2's; it may be remembered as used until `until`."""

    assertion: Any
    fingerprint: str
    until: datetime


def verified(provider: ServiceProvider, answer: Answer) -> Verified:
    """The one signed assertion of an answer. Raises Refused: `expired` when too old or too early, else `answer`."""
    from saml2.response import AuthnResponse
    from saml2.validate import ResponseLifetimeExceed, ToEarly

    response = AuthnResponse(
        provider.client.sec,
        provider.client.config.attribute_converters,
        provider.entity_id,
        return_addrs=[provider.acs],
        outstanding_queries={answer.in_response_to: "asked"},
        timeslack=SKEW,
        want_assertions_signed=True,
        conv_info={"entity_id": provider.acs},
    )
    try:
        response.loads(answer.xml, False, origxml=answer.xml)
        response.verify()
    except (ResponseLifetimeExceed, ToEarly) as off:
        raise Refused("expired", code=type(off).__name__) from off
    except Exception as wrong:  # pysaml2 and its parsers raise all kinds; what they say may hold personal data
        raise Refused("answer", code=type(wrong).__name__) from None
    if len(response.assertions) != 1:
        raise Refused("answer", code="nothing-decrypted")
    assertion = response.assertions[0]
    for code, demand in DEMANDS:
        if not _holds(demand, provider, response.response, assertion):
            raise Refused("answer", code=code, assertion=assertion.id[:100])
    fingerprint = hashlib.sha256(f"{provider.idp} {assertion.id}".encode()).hexdigest()
    return Verified(assertion=assertion, fingerprint=fingerprint, until=_end(assertion))


Demand = Callable[[ServiceProvider, Any, Any], bool]


def _holds(demand: Demand, provider: ServiceProvider, response: Any, assertion: Any) -> bool:
    """Whether a demand is met; an element that is missing on the way does not meet it."""
    try:
        return demand(provider, response, assertion)
    except (AttributeError, IndexError, TypeError, ValueError):
        return False


def _signed(_provider: ServiceProvider, _response: Any, assertion: Any) -> bool:
    return assertion.version == "2.0" and assertion.signature is not None and len(assertion.id) > 0


def _algorithms(_provider: ServiceProvider, response: Any, assertion: Any) -> bool:
    infos = [signed.signature.signed_info for signed in (response, assertion) if signed.signature is not None]
    return all(
        info.signature_method.algorithm in SIGNATURES
        and len(info.reference) == 1
        and info.reference[0].digest_method.algorithm in DIGESTS
        for info in infos
    )


def _issuer(provider: ServiceProvider, _response: Any, assertion: Any) -> bool:
    return bool(assertion.issuer.text.strip() == provider.idp)


def _bearer(provider: ServiceProvider, response: Any, assertion: Any) -> bool:
    (confirmation,) = assertion.subject.subject_confirmation
    data = confirmation.subject_confirmation_data
    return bool(
        confirmation.method == BEARER
        and data.recipient == provider.acs
        and data.in_response_to == response.in_response_to
        and data.not_on_or_after
        and response.in_response_to
    )


def _conditions(provider: ServiceProvider, _response: Any, assertion: Any) -> bool:
    restrictions = assertion.conditions.audience_restriction
    return bool(restrictions) and all(
        provider.entity_id in [audience.text.strip() for audience in restriction.audience]
        for restriction in restrictions
    )


def _statements(_provider: ServiceProvider, _response: Any, assertion: Any) -> bool:
    return (
        len(assertion.authn_statement) == 1
        and len(assertion.attribute_statement) == 1
        and not assertion.attribute_statement[0].encrypted_attribute
        and assertion.advice is None
    )


def _subject(_provider: ServiceProvider, _response: Any, assertion: Any) -> bool:
    return bool(assertion.subject.name_id.text.strip()) and assertion.subject.encrypted_id is None


def _ends(_provider: ServiceProvider, _response: Any, assertion: Any) -> bool:
    return _latest(assertion) <= (datetime.now(UTC) + LONGEST).timestamp()


DEMANDS: tuple[tuple[str, Demand], ...] = (
    ("not-directly-signed", _signed),
    ("signature-algorithm", _algorithms),
    ("issuer", _issuer),
    ("bearer", _bearer),
    ("audience", _conditions),
    ("statements", _statements),
    ("subject", _subject),
    ("end", _ends),
)
"""Code for the log, and what must hold of (provider, response, assertion)."""


def _end(assertion: Any) -> datetime:
    """When nobody would take the assertion any more, clocks that are off included."""
    return datetime.fromtimestamp(_latest(assertion), UTC) + timedelta(seconds=SKEW)


def _latest(assertion: Any) -> int:
    """The later one of its ends, in seconds since 1970."""
    from saml2.time_util import str_to_time

    data = assertion.subject.subject_confirmation[0].subject_confirmation_data
    ends = [data.not_on_or_after, assertion.conditions.not_on_or_after]
    return max(timegm(str_to_time(end)) for end in ends if end)
