"""The fictitious persons. Their rights are made from the statistics that there are, and go the way of every log-in."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from indberet.access.claims import Claims, Grant, Refused, identify, uri_of
from indberet.access.identity import Identity, Privilege, Verb
from indberet.definition.registry import municipalities, statistics

ODENSE, AARHUS, ISHOEJ, VALLENSBAEK = "461", "751", "183", "187"
CONSULTANTS, BAKERY = ("Konsulenthuset", "90000001"), ("Bageriet på Hjørnet", "90000002")
"""Names and CVR numbers of organisations that do not exist: no real number begins with 9."""
ISSUER = "test"
REPORT: tuple[Verb, ...] = ("report",)


@dataclass(frozen=True, kw_only=True)
class Person:
    """A fictitious person: what an identity provider would say, and in `role` what for."""

    key: str
    name: str
    role: str
    cvr: str
    organisation: str
    grants: tuple[Grant, ...] = ()
    loa: str = "Substantial"

    @property
    def claims(self) -> Claims:
        """What the log-in says of the person."""
        return Claims(
            issuer=ISSUER,
            person=self.key,
            name=self.name,
            cvr=self.cvr,
            organisation=self.organisation,
            loa=self.loa,
            grants=self.grants,
            source="test",
        )

    @property
    def identity(self) -> Identity:
        """What the log-in gives the portal. Raises Refused for those whom no log-in lets in."""
        return identify(self.claims, prefix=settings.PRIVILEGE_PREFIX, office=settings.OFFICE_CVR)

    @property
    def privileges(self) -> tuple[Privilege, ...]:
        """The rights that the portal finds; none for those who are not let in."""
        try:
            return self.identity.privileges
        except Refused:
            return ()


def people() -> tuple[Person, ...]:
    """Everybody who can be chosen."""
    return (*_of_odense(), *_of_other_municipalities(), *_of_other_organisations(), *_refused())


def _of_odense() -> tuple[Person, ...]:
    """One for each right, somebody for one statistic alone, and somebody without any."""
    first, last = statistics()[0], statistics()[-1]
    only = _("Indberetter kun til %(statistic)s")
    officer = _("Sikkerhedsansvarlig, som tager stikprøver af opslag")
    owner: tuple[Verb, ...] = ("read", "report", "approve")
    return (
        _person("anna", "Anna Andersen", _("Indberetter til alle statistikker"), ODENSE, REPORT),
        _person("bo", "Bo Bertelsen", only % {"statistic": first.name}, ODENSE, REPORT, ids=[first.id]),
        _person("birthe", "Birthe Bruun", only % {"statistic": last.name}, ODENSE, REPORT, ids=[last.id]),
        _person("lone", "Lone Læser", _("Må kun læse"), ODENSE, ("read",)),
        _person("gudrun", "Gudrun Godkender", _("Dataejer, som må indberette og godkende"), ODENSE, owner),
        _person("gorm", "Gorm Godkender", _("Dataejer, som må godkende"), ODENSE, ("approve",)),
        _person("sofie", "Sofie Sikker", officer, ODENSE, ("inspect",)),
        _person("uffe", "Uffe Uden", _("Har ingen rettigheder"), ODENSE, ()),
    )


def _of_other_municipalities() -> tuple[Person, ...]:
    """Somebody who must see nothing of Odense, and those of a municipality that acts for another one."""
    both, approver = (ISHOEJ, VALLENSBAEK), _("Godkender for to kommuner, den ene på vegne af den anden")
    return (
        _person("carla", "Carla Christensen", _("Indberetter i en anden kommune"), AARHUS, REPORT),
        _person("thea", "Thea Thomsen", _("Indberetter for to kommuner"), ISHOEJ, REPORT, scopes=both),
        _person("ida", "Ida Iversen", _("Indberetter også paragraffer for en anden kommune"), ISHOEJ, REPORT),
        _person("inger", "Inger Ishøj", approver, ISHOEJ, ("approve",)),
    )


def _of_other_organisations() -> tuple[Person, ...]:
    """A consultant by power of attorney, and the office's staff."""
    return (
        Person(
            key="konrad",
            name="Konrad Konsulent",
            role=_("Indberetter for Odense med erhvervsfuldmagt"),
            organisation=CONSULTANTS[0],
            cvr=CONSULTANTS[1],
            grants=_grants(_cvr(ODENSE), _every(), REPORT),
        ),
        Person(
            key="stine",
            name="Stine Statistiker",
            role=_("Statistiker i Danmarks Statistik"),
            organisation="Danmarks Statistik",
            cvr=settings.OFFICE_CVR,
            grants=_grants(settings.OFFICE_CVR, _every(), ("oversee",)),
        ),
    )


def _refused() -> tuple[Person, ...]:
    """Those whom no log-in lets in: level too low, a private person, an organisation without any business here."""
    return (
        Person(
            key="lasse",
            name="Lasse Lav",
            role=_("Afvises: har logget ind på sikringsniveauet Lav"),
            organisation=municipalities().known(ODENSE).get("legal_name"),
            cvr=_cvr(ODENSE),
            grants=_grants(_cvr(ODENSE), _every(), REPORT),
            loa="Low",
        ),
        Person(
            key="paula",
            name="Paula Privat",
            role=_("Afvises: har logget ind som privatperson"),
            organisation="",
            cvr="",
        ),
        Person(
            key="viktor",
            name="Viktor Virksomhed",
            role=_("Afvises: organisationen er ikke en kommune"),
            organisation=BAKERY[0],
            cvr=BAKERY[1],
        ),
    )


def _person(
    key: str,
    name: str,
    role: str,
    municipality: str,
    verbs: Iterable[Verb],
    *,
    ids: Iterable[str] = (),
    scopes: tuple[str, ...] = (),
) -> Person:
    """An employee of a municipality, with the rights for it or for those of `scopes`, on all statistics or `ids`."""
    found = tuple(ids) or _every()
    return Person(
        key=key,
        name=name,
        role=role,
        organisation=municipalities().known(municipality).get("legal_name"),
        cvr=_cvr(municipality),
        grants=tuple(grant for code in scopes or (municipality,) for grant in _grants(_cvr(code), found, tuple(verbs))),
    )


def _grants(cvr: str, ids: Iterable[str], verbs: tuple[Verb, ...]) -> tuple[Grant, ...]:
    prefix = settings.PRIVILEGE_PREFIX
    return tuple(Grant(cvr=cvr, uri=uri_of(prefix, id, verb)) for id in ids for verb in verbs)


def _every() -> tuple[str, ...]:
    return tuple(statistic.id for statistic in statistics())


def _cvr(municipality: str) -> str:
    return municipalities().known(municipality).get("cvr")
