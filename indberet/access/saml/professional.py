"""What a verified assertion says of an employee: OIOSAML 3.0.3's attributes of a professional, as Claims."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from indberet.access.claims import Claims, Grant, Refused
from indberet.access.privileges import BadPrivileges, grants

CORE = "https://data.gov.dk/model/core/"
SPEC_VERSION = f"{CORE}specVersion"
LOA = ("https://data.gov.dk/concept/core/nsis/loa", "https://data.gov.dk/concept/core/loa")
"""NSIS level: of OIOSAML 3 and of OIOSAML 4."""
CVR, ORGANISATION = f"{CORE}eid/professional/cvr", f"{CORE}eid/professional/orgName"
PERSON = f"{CORE}eid/professional/uuid/persistent"
PRIVILEGES = f"{CORE}eid/privilegesIntermediate"
NAME, FIRST_NAME, LAST_NAME = f"{CORE}eid/fullName", f"{CORE}eid/firstName", f"{CORE}eid/lastName"
EMAIL = f"{CORE}eid/email"
REQUESTED = (SPEC_VERSION, LOA[0], CVR, ORGANISATION, PERSON, PRIVILEGES, NAME, EMAIL)
"""What we ask for, and no more: above all not the CPR number."""
REQUIRED = (SPEC_VERSION, LOA[0], CVR, ORGANISATION, PERSON)
OF_PROFESSIONALS = f"{CORE}eid/professional/"
_SPEC = re.compile(r"OIO-SAML-[34]\.[0-9]+(\.[0-9]+)?")
_CVR = re.compile(r"[1-9][0-9]{7}")


def claims(issuer: str, assertion: Any) -> Claims:
    """The claims of pysaml2's verified assertion. Raises Refused: `private` for a private person, `level` without an
    NSIS level, `answer` for what the profile does not allow. Whether level and organisation will do, `identify` says.
    """
    name_id = assertion.subject.name_id.text.strip()
    if not name_id.startswith(OF_PROFESSIONALS):
        raise Refused("private", code="name-id", assertion=assertion.id[:100])
    values = _Values(_attributes(assertion), assertion.id[:100])
    values.one(SPEC_VERSION, _SPEC)
    return Claims(
        issuer=issuer,
        person=values.uuid(PERSON),
        name=values.name(),
        cvr=values.one(CVR, _CVR),
        organisation=values.one(ORGANISATION),
        loa=values.level(),
        grants=values.grants(),
        email=values.first(EMAIL),
        name_id=name_id,
        session_index=assertion.authn_statement[0].session_index or "",
        source="saml",
    )


def _attributes(assertion: Any) -> dict[str, list[str]]:
    """The values of each attribute, by its URI."""
    found: dict[str, list[str]] = {}
    for attribute in assertion.attribute_statement[0].attribute:
        values = [(value.text or "").strip() for value in attribute.attribute_value]
        found.setdefault(attribute.name, []).extend(values)
    return found


class _Values:
    """Attributes and the ways to ask for one."""

    def __init__(self, attributes: Mapping[str, list[str]], assertion: str) -> None:
        self.attributes = attributes
        self.assertion = assertion

    def refused(self, code: str) -> Refused:
        return Refused("answer", code=code, assertion=self.assertion)

    def one(self, name: str, pattern: re.Pattern[str] | None = None) -> str:
        """The one value, not empty and of this pattern."""
        values = self.attributes.get(name, [])
        if len(values) != 1 or not values[0] or (pattern and not pattern.fullmatch(values[0])):
            raise self.refused(f"attribute-{name.rpartition('/')[2]}")
        return values[0]

    def first(self, *names: str) -> str:
        """The first value of these attributes, or ''."""
        return next((value for name in names for value in self.attributes.get(name, []) if value), "")

    def uuid(self, name: str) -> str:
        """A UUID, with or without urn:uuid: before it, in its usual form."""
        try:
            return str(UUID(self.one(name).removeprefix("urn:uuid:")))
        except ValueError as wrong:
            raise self.refused("attribute-uuid") from wrong

    def name(self) -> str:
        """The person's name, or ''."""
        return self.first(NAME) or f"{self.first(FIRST_NAME)} {self.first(LAST_NAME)}".strip()

    def level(self) -> str:
        """The NSIS level as a word. When both profiles' attributes are there they must agree."""
        values = [value for name in LOA for value in self.attributes.get(name, [])]
        if not values:
            raise Refused("level", code="no-level", assertion=self.assertion)
        if len(set(values)) != 1 or any(len(self.attributes.get(name, [])) > 1 for name in LOA):
            raise self.refused("attribute-loa")
        return values[0]

    def grants(self) -> tuple[Grant, ...]:
        """The privileges; none when the attribute is missing or empty."""
        if not any(self.attributes.get(PRIVILEGES, [])):
            return ()
        try:
            return grants(self.one(PRIVILEGES))
        except BadPrivileges as bad:
            raise self.refused("privileges") from bad
