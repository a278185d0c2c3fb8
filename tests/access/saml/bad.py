"""Answers that must be refused, each as a change of a good one, with the reason told and the code for the log."""

import re
from typing import Any

import xmlsec
from lxml import etree

from .idp import DS, LOA, LOA_4, NEVER, REPORTING, SAML, XENC, blob, copied, having, without

C = xmlsec.constants
ELSEWHERE = (r"<xenc:CipherValue>.*?</xenc:CipherValue>", '<xenc:CipherReference URI="file:///etc/hostname"/>')
KEY = f'<x:RetrievalMethod xmlns:x="{DS}" URI="http://127.0.0.1/key"/>'
DERIVED = '<x:DerivedKey xmlns:x="http://www.w3.org/2009/xmlenc11#"/>'
DATA = f'<x:EncryptedData xmlns:x="{XENC}"/>'
A = f"{{{SAML}}}"
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
XXE = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
GROUP = (
    '<PrivilegeGroup Scope="urn:dk:gov:saml:cvrNumberIdentifier:35209115"><Privilege>&{}; x</Privilege>'
    "</PrivilegeGroup>"
)


def forged(assertion: etree._Element, id: str) -> etree._Element:
    """A copy without signature that says High and another person."""
    evil = copied(assertion)
    evil.remove(evil.find(f"{{{DS}}}Signature"))
    evil.set("ID", id)
    for value in evil.iter(f"{A}AttributeValue"):
        value.text = "High" if value.text == "Substantial" else value.text
    return evil


def wrapped_in_object(assertion: etree._Element) -> etree._Element:
    """XSW: the forged one carries the signature, the signed one lies in the signature's Object."""
    evil = forged(assertion, "_evil")
    signature = copied(assertion.find(f"{{{DS}}}Signature"))
    original = copied(assertion)
    original.remove(original.find(f"{{{DS}}}Signature"))
    etree.SubElement(signature, f"{{{DS}}}Object").append(original)
    evil.insert(1, signature)
    return evil


def wrapped_in_advice(assertion: etree._Element) -> etree._Element:
    """XSW: the signed one is an advice of the forged one."""
    evil = forged(assertion, "_evil")
    advice = etree.Element(f"{A}Advice")
    advice.append(copied(assertion))
    evil.insert(list(evil).index(evil.find(f"{A}Conditions")) + 1, advice)
    return evil


def signature_of_another(assertion: etree._Element) -> etree._Element:
    """XSW: the forged one has another id and the signature that refers to the signed one, which comes after it."""
    evil = forged(assertion, "_evil")
    evil.insert(1, copied(assertion.find(f"{{{DS}}}Signature")))
    evil.append(copied(assertion))
    return evil


def same_id(assertion: etree._Element) -> etree._Element:
    """XSW: forged and signed one have the same id."""
    evil = forged(assertion, assertion.get("ID", ""))
    evil.insert(1, copied(assertion.find(f"{{{DS}}}Signature")))
    advice = etree.Element(f"{A}Advice")
    advice.append(copied(assertion))
    evil.insert(list(evil).index(evil.find(f"{A}Conditions")) + 1, advice)
    return evil


def tampered(assertion: etree._Element) -> etree._Element:
    for value in assertion.iter(f"{A}AttributeValue"):
        value.text = "High" if value.text == "Substantial" else value.text
    return assertion


def without_condition(assertion: etree._Element) -> etree._Element:
    """Changed after signing: the audience is gone."""
    assertion.remove(assertion.find(f"{A}Conditions"))
    return assertion


def two_in_one(assertion: etree._Element) -> etree._Element:
    """The assertion with another signed one inside."""
    assertion.append(copied(assertion))
    return assertion


def said(before: str, after: str) -> dict[str, Any]:
    return {"mend_response": lambda xml: xml.replace(before, after)}


ANSWER = {
    # signature and encryption
    "unsigned": ({"signed": False}, "SignatureError"),
    "unencrypted": ({"encrypted": False}, "not-one-encrypted-assertion"),
    "unencrypted and unsigned": ({"encrypted": False, "signed": False}, "not-one-encrypted-assertion"),
    "signed response, unsigned assertion": ({"signed": False, "response_signed": True}, "SignatureError"),
    "unknown key": ({"signer": "stranger"}, "SignatureError"),
    "unknown key with its certificate": ({"signer": "stranger", "own_key_info": True}, "SignatureError"),
    "our own key": ({"signer": "current"}, "SignatureError"),
    "tampered": ({"mend": tampered}, "SignatureError"),
    "tampered conditions": ({"mend": without_condition}, "SignatureError"),
    "rsa-sha1": ({"signature": C.TransformRsaSha1}, "signature-algorithm"),
    "sha-1 digest": ({"digest": C.TransformSha1}, "signature-algorithm"),
    "response signed by a stranger": (
        {"response_signed": True, "signer": "stranger", "mend": lambda assertion: assertion},
        "SignatureError",
    ),
    "wrapping: object": ({"mend": wrapped_in_object}, "SignatureError"),
    "wrapping: advice": ({"mend": wrapped_in_advice}, "SignatureError"),
    "wrapping: signature of another": ({"mend": signature_of_another}, "SignatureError"),
    "wrapping: same id": ({"mend": same_id}, "SignatureError"),
    "an assertion inside": ({"mend": two_in_one}, "SignatureError"),
    "two assertions": ({"assertions": 2}, "not-one-encrypted-assertion"),
    "plain beside encrypted": ({"plain_beside": True}, "not-one-encrypted-assertion"),
    "no assertion": ({"assertions": 0}, "not-one-encrypted-assertion"),
    "encrypted to somebody else": ({"encrypt_to": "stranger"}, "nothing-decrypted"),
    "rsa pkcs#1 1.5 key transport": ({"transport": C.TransformRsaPkcs1}, "encryption-algorithm"),
    "triple des": (
        {"cipher": C.TransformDes3Cbc, "cipher_key": (C.KeyDataDes, 192)},
        "encryption-algorithm",
    ),
    "cipher text elsewhere": (
        {"mend_response": lambda xml: re.sub(*ELSEWHERE, xml, count=1, flags=re.DOTALL)},
        "encryption",
    ),
    "key elsewhere": (
        {"mend_response": lambda xml: re.sub(r"<ds:KeyInfo[^>]*>", rf"\g<0>{KEY}", xml, count=1)},
        "encryption",
    ),
    "key to be derived": (
        {"mend_response": lambda xml: re.sub(r"<ds:KeyInfo[^>]*>", rf"\g<0>{DERIVED}", xml, count=1)},
        "encryption",
    ),
    "key that does not say how": (
        {"mend_response": lambda xml: re.sub(r"(<xenc:EncryptedKey>)\s*<xenc:EncryptionMethod[^>]*/>", r"\1", xml)},
        "encryption-algorithm",
    ),
    "encrypted data beside": (said("</samlp:Response>", f"{DATA}</samlp:Response>"), "encryption"),
    "encrypted twice": ({"twice": True}, "nothing-decrypted"),
    "signed response changed": (
        {"response_signed": True}
        | said("</samlp:Status>", "<samlp:StatusMessage>x</samlp:StatusMessage></samlp:Status>"),
        "SignatureError",
    ),
    # for whom and by whom
    "issuer": ({"issuer": "https://saml.other.example"}, "issuer"),
    "issuer of the assertion": ({"assertion_issuer": "https://saml.other.example"}, "MissingKey"),
    "other destination": ({"destination": "https://other.example/saml/acs/"}, "destination"),
    "no destination": ({"destination": None}, "destination"),
    "other recipient": ({"recipient": "https://other.example/saml/acs/"}, "VerificationError"),
    "no recipient": ({"recipient": None}, "VerificationError"),
    "other audience": ({"audience": "https://saml.other.example"}, "Exception"),
    "no audience": ({"audience": None}, "audience"),
    "no conditions": ({"conditions": False}, "audience"),
    "subject in response to another": ({"subject_in_response_to": "_other"}, "bearer"),
    "subject in response to nothing": ({"subject_in_response_to": None}, "bearer"),
    "two confirmations": ({"confirmations": 2}, "bearer"),
    "no confirmation": ({"confirmations": 0}, "VerificationError"),
    "no end": ({"not_on_or_after": None}, "bearer"),
    "an end in the year 9999": ({"not_on_or_after": NEVER}, "end"),
    "an end in eight days": ({"not_on_or_after": 8 * 24 * 60 * 60}, "end"),
    "no statement of log-in": ({"statements": 0}, "ValueError"),
    "two statements of log-in": ({"statements": 2}, "ValueError"),
    # the message
    "dtd": ({"prolog": "<!DOCTYPE Response []>"}, "dtd"),
    "entity bomb": ({"prolog": BOMB}, "dtd"),
    "external entity": ({"prolog": XXE}, "dtd"),
    "processing instruction": ({"prolog": "<?xml-stylesheet href='x'?>"}, "dtd"),
    "declaration of another encoding": ({"prolog": '<?xml version="1.0" encoding="UTF-7"?>'}, "dtd"),
    "not well-formed": (said("</samlp:Response>", ""), "not-xml"),
    "another message": (said("samlp:Response", "samlp:LogoutResponse"), "other-message"),
    "megabytes": ({"mend_response": lambda xml: xml + " " * 300_000}, "too-large"),
    "deep": (said("<samlp:Status>", "<samlp:Extensions>" + "<x>" * 400), "not-xml"),
    # what it says
    "no level that agrees": ({"attributes": {**having(), LOA_4: ("High",)}}, "attribute-loa"),
    "level twice": ({"attributes": {**having(), LOA: ("Low", "Substantial")}}, "attribute-loa"),
    "no cvr": ({"attributes": without("cvr")}, "attribute-cvr"),
    "cvr twice": ({"attributes": having(cvr=("35209115", "55133018"))}, "attribute-cvr"),
    "cvr of nine digits": ({"attributes": having(cvr="352091150")}, "attribute-cvr"),
    "cvr of other digits": ({"attributes": having(cvr="٣٥٢٠٩١١٥")}, "attribute-cvr"),
    "no organisation": ({"attributes": without("orgName")}, "attribute-orgName"),
    "no person": ({"attributes": without("persistent")}, "attribute-persistent"),
    "person twice": ({"attributes": having(persistent=("a", "b"))}, "attribute-persistent"),
    "person without uuid": ({"attributes": having(persistent="0101010101")}, "attribute-uuid"),
    "no specVersion": ({"attributes": without("specVersion")}, "attribute-specVersion"),
    "specVersion 2": ({"attributes": having(specVersion="DK-SAML-2.0")}, "attribute-specVersion"),
    "specVersion and more": ({"attributes": having(specVersion="OIO-SAML-3.0 x")}, "attribute-specVersion"),
    "external entity in the privileges": (
        {"attributes": having(privilegesIntermediate=blob(GROUP.format("x"), XXE))},
        "privileges",
    ),
    "entity bomb in the privileges": (
        {"attributes": having(privilegesIntermediate=blob(GROUP.format("c"), BOMB))},
        "privileges",
    ),
    "privileges twice": (
        {"attributes": having(privilegesIntermediate=(REPORTING, REPORTING))},
        "attribute-privilegesIntermediate",
    ),
    "session index of a kilobyte": ({"session_index": "x" * 1000}, "too-long"),
}
OTHERS: dict[str, tuple[dict[str, Any], str, str]] = {
    "level low": ({"attributes": having(loa="Low")}, "level", ""),
    "level unknown": ({"attributes": having(loa="Ekstra")}, "level", ""),
    "level in lower case": ({"attributes": having(loa="high")}, "level", ""),
    "level missing": ({"attributes": without("loa")}, "level", "no-level"),
    "private person": (
        {"name_id": "https://data.gov.dk/model/core/eid/person/uuid/6d1f3a0e-3c1b-4a52-9f5e-2f6d3f1c9a11"},
        "private",
        "name-id",
    ),
    "organisation that is no municipality": (
        {"attributes": having(cvr="99999999", privilegesIntermediate="")},
        "organisation",
        "",
    ),
    "expired": ({"not_before": -900, "not_on_or_after": -400}, "expired", "ResponseLifetimeExceed"),
    "not yet": ({"not_before": 400, "not_on_or_after": 900}, "expired", "ToEarly"),
    "unsolicited": ({"in_response_to": None, "subject_in_response_to": None}, "browser", "nobody-asked"),
    "in response to what nobody asked": (
        {"in_response_to": "_unknown", "subject_in_response_to": "_unknown"},
        "browser",
        "nobody-asked",
    ),
    "status: level not reached": ({"status": ("Responder", "NoAuthnContext")}, "level", "Responder/NoAuthnContext"),
    "status: cancelled": ({"status": ("Responder", "AuthnFailed")}, "cancelled", "Responder/AuthnFailed"),
    "status: denied": ({"status": ("Requester", "RequestDenied")}, "cancelled", "Requester/RequestDenied"),
    "status: error": ({"status": ("Responder",)}, "provider", "Responder"),
    "status: other": ({"status": ("Requester", "NoPassive")}, "provider", "Requester/NoPassive"),
    "status: success without its namespace": ({"status": ("Success ",)}, "provider", "Success "),
    "status: success inside an error": ({"status": ("Responder", "Success")}, "provider", "Responder/Success"),
}
BAD = {name: (changes, "answer", code) for name, (changes, code) in ANSWER.items()} | OTHERS
