"""An identity provider of the tests' own: it can make every answer that ours must take, and those it must refuse.

It shares no code with pysaml2: messages are text, signed and encrypted by python-xmlsec.
"""

import copy
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit
from xml.sax.saxutils import escape, quoteattr

import xmlsec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree

from .pki import pair

SAML, SAMLP = "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol"
DS, XENC = "http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/2001/04/xmlenc#"
IDP, SP, SITE = "https://saml.idp.example", "https://saml.indberet.example", "https://indberet.example.dk"
ACS, SLO = f"{SITE}/saml/acs/", f"{SITE}/saml/slo/"
SIGN_IN, SIGN_OUT, SIGN_OUT_ANSWERS = f"{IDP}/sso", f"{IDP}/slo", f"{IDP}/slo-answers"
CORE = "https://data.gov.dk/model/core/"
LOA, LOA_4 = "https://data.gov.dk/concept/core/nsis/loa", "https://data.gov.dk/concept/core/loa"
PERSON_ID = "6d1f3a0e-3c1b-4a52-9f5e-2f6d3f1c9a11"
NAME_ID = f"{CORE}eid/professional/uuid/{PERSON_ID}"
ODENSE_CVR = "35209115"
STATUS = "urn:oasis:names:tc:SAML:2.0:status:"
_ids = count(1)


def privileges(*uris: str, cvr: str = ODENSE_CVR) -> str:
    """The blob of privilegesIntermediate."""
    granted = "".join(f"<Privilege>{uri}</Privilege>" for uri in uris)
    return blob(f'<PrivilegeGroup Scope="urn:dk:gov:saml:cvrNumberIdentifier:{cvr}">{granted}</PrivilegeGroup>')


def blob(groups: str, before: str = "") -> str:
    xml = f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<bpp:PrivilegeList xmlns:bpp="http://digst.dk/oiosaml/basic_privilege_profile">{groups}</bpp:PrivilegeList>"""
    return b64encode(xml.encode()).decode()


REPORTING = privileges("urn:dk:dst:indberet:adults:indberet", "urn:dk:dst:indberet:children:laes")
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    f"{CORE}specVersion": ("OIO-SAML-3.0",),
    LOA: ("Substantial",),
    f"{CORE}eid/professional/cvr": (ODENSE_CVR,),
    f"{CORE}eid/professional/orgName": ("Odense Kommune",),
    f"{CORE}eid/professional/uuid/persistent": (f"urn:uuid:{PERSON_ID}",),
    f"{CORE}eid/fullName": ("Anna Andersen",),
    f"{CORE}eid/email": ("anna@odense.example", "anna@home.example"),
    f"{CORE}eid/privilegesIntermediate": (REPORTING,),
}


def without(*names: str) -> dict[str, tuple[str, ...]]:
    return {name: values for name, values in ATTRIBUTES.items() if name.rpartition("/")[2] not in names}


def having(**changes: str | tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The usual attributes with other values, by the last part of their names."""
    given = {name: (value,) if isinstance(value, str) else value for name, value in changes.items()}
    return {name: given.get(name.rpartition("/")[2], values) for name, values in ATTRIBUTES.items()}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How to make an answer; the defaults make a good one. Times are seconds from now; None leaves a part out."""

    request: str = ""
    issuer: str = IDP
    assertion_issuer: str = IDP
    destination: str | None = ACS
    recipient: str | None = ACS
    audience: str | None = SP
    in_response_to: str | None = "request"
    subject_in_response_to: str | None = "request"
    not_before: int = -5
    not_on_or_after: int | None = 300
    conditions: bool = True
    confirmations: int = 1
    name_id: str = NAME_ID
    session_index: str = "session-1"
    attributes: dict[str, tuple[str, ...]] = field(default_factory=lambda: ATTRIBUTES)
    assertion_id: str = ""
    assertions: int = 1
    statements: int = 1
    signed: bool = True
    response_signed: bool = False
    signer: str = "idp"
    own_key_info: bool = False
    signature: Any = xmlsec.constants.TransformRsaSha256
    digest: Any = xmlsec.constants.TransformSha256
    encrypted: bool = True
    encrypt_to: str = "current"
    cipher: Any = xmlsec.constants.TransformAes256Cbc
    cipher_key: tuple[Any, int] = (xmlsec.constants.KeyDataAes, 256)
    transport: Any = xmlsec.constants.TransformRsaOaep
    status: tuple[str, ...] = ("Success",)
    prolog: str = ""
    mend: Callable[[etree._Element], etree._Element] = lambda assertion: assertion
    """Changes the signed assertion before it is encrypted."""
    mend_response: Callable[[str], str] = lambda xml: xml
    plain_beside: bool = False
    twice: bool = False
    """Encrypts what is encrypted once more."""


NEVER = 10**12
"""Seconds until the last moment that can be written."""


def time(seconds: int) -> str:
    moment = datetime.max.replace(tzinfo=UTC) if seconds == NEVER else datetime.now(UTC) + timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def attribute(name: str, value: str | None) -> str:
    """An XML attribute, or nothing."""
    return "" if value is None else f" {name}={quoteattr(value)}"


def request_id(address: str) -> str:
    """The id of the AuthnRequest in a redirect's address."""
    return str(etree.fromstring(request_xml(address)).get("ID"))


def request_xml(address: str) -> bytes:
    parameters = dict(parse_qsl(urlsplit(address).query))
    return zlib.decompress(b64decode(parameters.get("SAMLRequest") or parameters["SAMLResponse"]), -15)


def answer(request: str, recipe: Recipe | None = None, **changes: Any) -> str:
    """A SAMLResponse to the request with this id, in base64, made by the recipe."""
    wanted = replace(recipe or Recipe(), request=request, **changes)
    return b64encode(response(wanted).encode()).decode()


def response(recipe: Recipe) -> str:
    """The XML of an answer."""
    parts = []
    if recipe.status == ("Success",):
        for _number in range(recipe.assertions):
            assertion = recipe.mend(signed(_assertion(recipe), recipe) if recipe.signed else _assertion(recipe))
            plain = etree.tostring(assertion).decode()
            parts.append(_encrypted(assertion, recipe) if recipe.encrypted else plain)
            parts += [plain] if recipe.plain_beside else []
    codes = "".join(f'<samlp:StatusCode Value="{STATUS}{status}">' for status in recipe.status)
    asked = recipe.request if recipe.in_response_to == "request" else recipe.in_response_to
    xml = (
        f'<samlp:Response xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="_r{next(_ids)}" Version="2.0"'
        f' IssueInstant="{time(0)}"{attribute("Destination", recipe.destination)}{attribute("InResponseTo", asked)}>'
        f"<saml:Issuer>{recipe.issuer}</saml:Issuer>"
        f"<samlp:Status>{codes}{'</samlp:StatusCode>' * len(recipe.status)}</samlp:Status>{''.join(parts)}"
        "</samlp:Response>"
    )
    if recipe.response_signed:
        xml = etree.tostring(signed(etree.fromstring(xml), recipe)).decode()
    return recipe.prolog + recipe.mend_response(xml)


def _assertion(recipe: Recipe) -> etree._Element:
    id = recipe.assertion_id or f"_a{next(_ids)}"
    asked = recipe.request if recipe.subject_in_response_to == "request" else recipe.subject_in_response_to
    end = None if recipe.not_on_or_after is None else time(recipe.not_on_or_after)
    confirmation = (
        '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData'
        f"{attribute('Recipient', recipe.recipient)}{attribute('InResponseTo', asked)}{attribute('NotOnOrAfter', end)}"
        "/></saml:SubjectConfirmation>"
    )
    audience = (
        ""
        if recipe.audience is None
        else f"<saml:AudienceRestriction><saml:Audience>{recipe.audience}</saml:Audience></saml:AudienceRestriction>"
    )
    conditions = (
        f'<saml:Conditions NotBefore="{time(recipe.not_before)}" NotOnOrAfter="{end or time(300)}">{audience}'
        "</saml:Conditions>"
    )
    statement = (
        f'<saml:AuthnStatement AuthnInstant="{time(0)}" SessionIndex="{recipe.session_index}"><saml:AuthnContext>'
        "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef>"
        "</saml:AuthnContext></saml:AuthnStatement>"
    )
    return etree.fromstring(
        f'<saml:Assertion xmlns:saml="{SAML}" ID="{id}" Version="2.0" IssueInstant="{time(0)}">'
        f"<saml:Issuer>{recipe.assertion_issuer}</saml:Issuer><saml:Subject>"
        f'<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{escape(recipe.name_id)}'
        "</saml:NameID>"
        f"{confirmation * recipe.confirmations}</saml:Subject>{conditions if recipe.conditions else ''}"
        f"{statement * recipe.statements}<saml:AttributeStatement>{_attributes(recipe.attributes)}"
        "</saml:AttributeStatement></saml:Assertion>"
    )


def _attributes(attributes: dict[str, tuple[str, ...]]) -> str:
    return "".join(
        f'<saml:Attribute Name="{name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">'
        + "".join(f"<saml:AttributeValue>{escape(value)}</saml:AttributeValue>" for value in values)
        + "</saml:Attribute>"
        for name, values in attributes.items()
    )


def signed(element: etree._Element, recipe: Recipe) -> etree._Element:
    """The element with an enveloped signature after its issuer."""
    signer = pair(recipe.signer)
    template = xmlsec.template.create(element, xmlsec.constants.TransformExclC14N, recipe.signature, ns="ds")
    element.insert(1, template)
    reference = xmlsec.template.add_reference(template, recipe.digest, uri=f"#{element.get('ID')}")
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformExclC14N)
    if recipe.own_key_info:
        xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(template))
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(signer.key_pem, xmlsec.constants.KeyDataFormatPem)
    if recipe.own_key_info:
        context.key.load_cert_from_memory(signer.certificate_pem, xmlsec.constants.KeyDataFormatPem)
    context.register_id(element, "ID")
    context.sign(template)
    return element


def _encrypted(assertion: etree._Element, recipe: Recipe) -> str:
    # parsed anew, so that the assertion keeps the declarations of namespaces that it was signed with
    text = etree.tostring(assertion).decode()
    wrapper = etree.fromstring(f'<saml:EncryptedAssertion xmlns:saml="{SAML}">{text}</saml:EncryptedAssertion>')
    template = xmlsec.template.encrypted_data_create(
        wrapper, recipe.cipher, type=xmlsec.constants.TypeEncElement, ns="xenc"
    )
    xmlsec.template.encrypted_data_ensure_cipher_value(template)
    info = xmlsec.template.encrypted_data_ensure_key_info(template, ns="ds")
    key = xmlsec.template.add_encrypted_key(info, recipe.transport)
    xmlsec.template.encrypted_data_ensure_cipher_value(key)
    manager = xmlsec.KeysManager()
    to = pair(recipe.encrypt_to)
    manager.add_key(xmlsec.Key.from_memory(to.certificate_pem, xmlsec.constants.KeyDataFormatCertPem))
    context = xmlsec.EncryptionContext(manager)
    context.key = xmlsec.Key.generate(*recipe.cipher_key, xmlsec.constants.KeyDataTypeSession)
    context.encrypt_xml(template, wrapper[0])
    if recipe.twice:
        return _encrypted(wrapper[0], replace(recipe, twice=False))
    return str(etree.tostring(wrapper).decode())


def metadata(*signers: str, entity: str = IDP, more: str = "", sign_out: bool = True) -> str:
    """The identity provider's metadata, with these pairs' certificates."""
    keys = "".join(
        f'<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{pair(signer).in_metadata}'
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        for signer in signers or ("idp",)
    )
    redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
    out = f'<md:SingleLogoutService Binding="{redirect}" Location="{SIGN_OUT}" ResponseLocation="{SIGN_OUT_ANSWERS}"/>'
    return (
        f'<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="{DS}"'
        f' entityID="{entity}"{more}><md:IDPSSODescriptor WantAuthnRequestsSigned="true"'
        f' protocolSupportEnumeration="{SAMLP}">{keys}{out if sign_out else ""}'
        f'<md:SingleSignOnService Binding="{redirect}" Location="{SIGN_IN}"/></md:IDPSSODescriptor>'
        "</md:EntityDescriptor>"
    )


def redirected(
    xml: str, *, kind: str = "SAMLRequest", relay_state: str | None = None, signer: str = "idp", lower: bool = False
) -> str:
    """A signed query string of HTTP-Redirect. `lower` writes %xx in lower case, as .NET does."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b64encode(deflate.compress(xml.encode()) + deflate.flush()).decode()
    parts = [(kind, packed)] + ([("RelayState", relay_state)] if relay_state is not None else [])
    parts.append(("SigAlg", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"))
    query = "&".join(f"{name}={_quoted(value, lower)}" for name, value in parts)
    signature = pair(signer).key.sign(query.encode(), PKCS1v15(), SHA256())
    return f"{query}&Signature={_quoted(b64encode(signature).decode(), lower)}"


def _quoted(value: str, lower: bool) -> str:
    text = quote(value, safe="")
    parts: Iterable[str] = text.split("%")
    if not lower:
        return text
    first, *others = parts
    return first + "".join("%" + each[:2].lower() + each[2:] for each in others)


def logout_request(
    name_id: str = NAME_ID, *indexes: str, issuer: str = IDP, destination: str | None = SLO, end: int | None = 300
) -> str:
    ending = None if end is None else time(end)
    sessions = "".join(f"<samlp:SessionIndex>{index}</samlp:SessionIndex>" for index in indexes)
    return (
        f'<samlp:LogoutRequest xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="_l{next(_ids)}" Version="2.0"'
        f' IssueInstant="{time(0)}"{attribute("Destination", destination)}{attribute("NotOnOrAfter", ending)}>'
        f"<saml:Issuer>{issuer}</saml:Issuer><saml:NameID>{escape(name_id)}</saml:NameID>{sessions}</samlp:LogoutRequest>"
    )


def logout_response(in_response_to: str, *status: str, issuer: str = IDP, destination: str = SLO) -> str:
    codes = "".join(f'<samlp:StatusCode Value="{STATUS}{code}">' for code in status or ("Success",))
    return (
        f'<samlp:LogoutResponse xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="_l{next(_ids)}" Version="2.0"'
        f' IssueInstant="{time(0)}" Destination="{destination}" InResponseTo="{in_response_to}">'
        f"<saml:Issuer>{issuer}</saml:Issuer><samlp:Status>{codes}{'</samlp:StatusCode>' * len(status or ('x',))}"
        "</samlp:Status></samlp:LogoutResponse>"
    )


def copied(element: etree._Element) -> etree._Element:
    return copy.deepcopy(element)
