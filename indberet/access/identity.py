"""What every log-in gives the portal: a person, an organisation and privileges."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Verb = Literal["read", "report", "approve", "inspect", "oversee"]
Origin = Literal["test", "saml", "oidc", "operator", "system"]
LONGEST_ID = 400
"""Letters of what an issuer calls a person or a log-in: the columns that hold one have this room."""
LONGEST_NAME = 200
"""The same of the names of persons and organisations."""


@dataclass(frozen=True, kw_only=True)
class Privilege:
    """One right: a verb on one statistic for one municipality (three-digit code).

    `inspect` is the municipality's security officer's: look-ups, no persons' records. `oversee` is the office's: it has
    no municipality and shows no persons. One `through` another municipality, which acts for this one, is limited to
    the sections of the law that are delegated on the day (see `delegation`); the others are for all of them.
    """

    statistic: str
    verb: Verb
    municipality: str = ""
    through: str = ""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A logged-in person.

    `subject` is the lasting id of that person: the issuer, '#', and the issuer's id of the person. `name_id`
    and `session_index` are what the issuer calls this log-in, for single log-out. `loa` is the NSIS level as a word.
    """

    subject: str
    name: str
    organisation: str
    cvr: str
    privileges: tuple[Privilege, ...] = ()
    email: str = ""
    loa: str = ""
    name_id: str = ""
    session_index: str = ""
    source: Origin = "test"

    @property
    def municipalities(self) -> tuple[str, ...]:
        """Codes of the municipalities that the privileges are for, in order."""
        return tuple(sorted({privilege.municipality for privilege in self.privileges if privilege.municipality}))

    def only_through_another(self, municipality: str) -> bool:
        """Whether every privilege for a municipality is through one that acts for it."""
        return all(held.through for held in self.privileges if held.municipality == municipality)

    def oversees(self, statistic: str) -> bool:
        """Whether this is the office's staff for a statistic."""
        return Privilege(statistic=statistic, verb="oversee") in self.privileges

    def to_session(self) -> dict[str, Any]:
        """As plain values that a session can hold."""
        return asdict(self)

    @classmethod
    def from_session(cls, stored: Mapping[str, Any]) -> "Identity":
        """The identity that `to_session` made."""
        privileges = tuple(Privilege(**privilege) for privilege in stored["privileges"])
        return cls(**{**stored, "privileges": privileges})
