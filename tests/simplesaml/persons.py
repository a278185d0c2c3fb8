"""The fictitious professionals of the identity provider, described as OIOSAML 3 describes them."""

import base64
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

PASSWORD = "fiktiv"
CORE = "https://data.gov.dk/model/core"
ODENSE, AARHUS, ISHOEJ, VALLENSBAEK = "35209115", "55133018", "11931316", "19583910"
PREFIX = "urn:dk:dst:indberet"
EVERY_WORD = ("laes", "indberet", "godkend")
NAMESPACES = {
    "1.2": "http://digst.dk/oiosaml/basic_privilege_profile",
    "1.1": "http://itst.dk/oiosaml/basic_privilege_profile",
}


@dataclass(frozen=True, kw_only=True)
class Professional:
    """An employee: `rights` are (CVR number of the scope, statistic, word)."""

    name: str
    cvr: str
    organisation: str
    rights: tuple[tuple[str, str, str], ...] = ()
    loa: str = "Substantial"
    profile: str = "1.2"
    kind: str = "professional"


def _rights(*cvrs: str, words: tuple[str, ...] = EVERY_WORD) -> tuple[tuple[str, str, str], ...]:
    return tuple((cvr, statistic, word) for cvr in cvrs for statistic in ("adults", "children") for word in words)


PERSONS = {
    "anna": Professional(
        name="Anna Andersen", cvr=ODENSE, organisation="Odense Kommune", rights=_rights(ODENSE, words=("indberet",))
    ),
    "gudrun": Professional(
        name="Gudrun Godkender", cvr=ODENSE, organisation="Odense Kommune", rights=_rights(ODENSE), loa="High"
    ),
    "birthe": Professional(
        name="Birthe Bruun",
        cvr=ODENSE,
        organisation="Odense Kommune",
        rights=((ODENSE, "children", "indberet"),),
        profile="1.1",
    ),
    "thea": Professional(
        name="Thea Thomsen", cvr=ISHOEJ, organisation="Ishøj Kommune", rights=_rights(ISHOEJ, VALLENSBAEK)
    ),
    "uffe": Professional(name="Uffe Uden", cvr=ODENSE, organisation="Odense Kommune"),
    "lars": Professional(name="Lars Lav", cvr=ODENSE, organisation="Odense Kommune", rights=_rights(ODENSE), loa="Low"),
    "per": Professional(
        name="Per Privat", cvr=ODENSE, organisation="Odense Kommune", rights=_rights(ODENSE), kind="person"
    ),
    "frode": Professional(name="Frode Fremmed", cvr="90000016", organisation="Fiktiv Virksomhed ApS"),
}


def uuid_of(person: Professional) -> str:
    """The person's lasting id, the same every time."""
    return str(uuid5(NAMESPACE_URL, f"https://indberet.example/{person.name}"))


def name_id(person: Professional) -> str:
    """What the identity provider calls the person."""
    return f"{CORE}/eid/{person.kind}/uuid/{uuid_of(person)}"


def blob(person: Professional) -> str:
    """The person's rights as OIO Basic Privilege Profile, in base64."""
    groups = "".join(
        f'<PrivilegeGroup Scope="urn:dk:gov:saml:cvrNumberIdentifier:{cvr}">'
        f"<Privilege>{PREFIX}:{statistic}:{word}</Privilege></PrivilegeGroup>"
        for cvr, statistic, word in person.rights
    )
    namespace = NAMESPACES[person.profile]
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><bpp:PrivilegeList xmlns:bpp="{namespace}">{groups}</bpp:PrivilegeList>'
    )
    return base64.b64encode(text.encode()).decode()


def attributes(person: Professional) -> dict[str, list[str]]:
    """What the identity provider tells of the person; `name_id` becomes the NameID and is not sent."""
    told = {
        "name_id": name_id(person),
        f"{CORE}/specVersion": "OIO-SAML-3.0",
        "https://data.gov.dk/concept/core/nsis/loa": person.loa,
        f"{CORE}/eid/fullName": person.name,
        f"{CORE}/eid/email": f"{person.name.split()[0].lower()}@odense.example",
    }
    if person.kind == "professional":
        told |= {
            f"{CORE}/eid/professional/cvr": person.cvr,
            f"{CORE}/eid/professional/orgName": person.organisation,
            f"{CORE}/eid/professional/uuid/persistent": f"urn:uuid:{uuid_of(person)}",
        }
    if person.rights:
        told[f"{CORE}/eid/privilegesIntermediate"] = blob(person)
    return {name: [value] for name, value in told.items()}
