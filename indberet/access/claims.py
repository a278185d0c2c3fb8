"""From what an identity provider says of a person to an Identity: the one way in, for every log-in."""

from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.utils import timezone

from indberet.definition.registry import municipalities, statistics

from .delegation import passed_on
from .identity import LONGEST_ID, LONGEST_NAME, Identity, Origin, Privilege, Verb

Reason = Literal["level", "private", "organisation", "cancelled", "expired", "browser", "replay", "answer", "provider"]
"""Why nobody was logged in: NSIS level too low; a private person; an organisation that is no municipality; cancelled at
the identity provider; the answer came too late; it belongs to another browser; it was used before; it cannot be
trusted; the identity provider reported an error."""
WORDS: dict[str, Verb] = {
    "laes": "read", "indberet": "report", "godkend": "approve", "stikproeve": "inspect", "overvaag": "oversee",
}  # fmt: skip
"""The last word of a privilege's URI, and the verb it grants."""
URI_WORDS = {verb: word for word, verb in WORDS.items()}
"""The other way round."""
ENOUGH = ("Substantial", "High")


class Refused(Exception):
    """Nobody is logged in. `detail` holds what the log may tell: level, CVR, assertion id; never a person's number."""

    def __init__(self, reason: Reason, **detail: str) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.detail = detail


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A privilege's URI, granted on behalf of the organisation with this CVR number."""

    cvr: str
    uri: str


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What a log-in says of a person. The answer is verified; whether it is enough is for `identify` to say."""

    issuer: str
    person: str
    name: str
    cvr: str
    organisation: str
    loa: str
    grants: tuple[Grant, ...] = ()
    email: str = ""
    name_id: str = ""
    session_index: str = ""
    source: Origin


def identify(claims: Claims, *, prefix: str, office: str) -> Identity:
    """The identity of the claims. Privileges have URIs `prefix`:statistic:word; `office` is the office's CVR number.
    Whoever acts for another municipality today has privileges there too. A long name is cut. Raises Refused for a
    private person, a level below Substantial, an organisation that has no business here, and an id over LONGEST_ID.
    """
    if not claims.cvr:
        raise Refused("private")
    if claims.loa not in ENOUGH:
        raise Refused("level", loa=claims.loa, cvr=claims.cvr)
    worth = (privilege_of(grant, prefix=prefix, office=office) for grant in claims.grants)
    granted = tuple(dict.fromkeys(filter(None, worth)))
    privileges = (*granted, *passed_on(granted, timezone.localdate()))
    if not privileges and claims.cvr not in {office, *_codes()}:
        raise Refused("organisation", cvr=claims.cvr)
    subject = f"{claims.issuer}#{claims.person}"
    if max(map(len, (subject, claims.name_id, claims.session_index))) > LONGEST_ID:
        raise Refused("answer", code="too-long", cvr=claims.cvr)
    return Identity(
        subject=subject,
        name=(claims.name or claims.organisation)[:LONGEST_NAME],
        organisation=claims.organisation[:LONGEST_NAME],
        cvr=claims.cvr,
        privileges=privileges,
        email=claims.email,
        loa=claims.loa,
        name_id=claims.name_id,
        session_index=claims.session_index,
        source=claims.source,
    )


def uri_of(prefix: str, statistic: str, verb: Verb) -> str:
    """What MitID Erhverv calls a privilege."""
    return f"{prefix}:{statistic}:{URI_WORDS[verb]}"


def privilege_of(grant: Grant, *, prefix: str, office: str) -> Privilege | None:
    """What a grant is worth here: nothing for another URI than ours, and for an organisation that cannot give it."""
    found = _known(prefix).get(grant.uri)
    if found is None:
        return None
    statistic, verb = found
    if verb == "oversee":
        return Privilege(statistic=statistic, verb=verb) if grant.cvr == office else None
    municipality = _codes().get(grant.cvr)
    return Privilege(statistic=statistic, verb=verb, municipality=municipality) if municipality else None


def _known(prefix: str) -> dict[str, tuple[str, Verb]]:
    return {uri_of(prefix, found.id, verb): (found.id, verb) for found in statistics() for verb in URI_WORDS}


def _codes() -> dict[str, str]:
    """CVR numbers of the municipalities to their codes, and of those that stand for one in the integration test."""
    known = {code.get("cvr"): code.code for code in municipalities().rows if code.get("cvr")}
    return {**settings.FICTITIOUS_CVR, **known}
