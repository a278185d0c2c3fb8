"""The fictitious persons. Their privileges are made from the statistics that there are."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indberet.access.identity import Identity, Privilege, Verb
from indberet.definition.registry import municipalities, statistics

ANNAS, CARLAS, TWO = "461", "751", ("183", "187")  # Odense, Aarhus; Ishøj reports for Vallensbæk


@dataclass(frozen=True, kw_only=True)
class Person:
    """A fictitious person; `municipality` gives the organisation, or the office when empty."""

    key: str
    name: str
    role: str | Promise
    municipality: str
    privileges: tuple[Privilege, ...]

    @property
    def organisation(self) -> str:
        """The organisation logged in with."""
        return (
            municipalities().known(self.municipality).get("legal_name") if self.municipality else "Danmarks Statistik"
        )

    @property
    def identity(self) -> Identity:
        """What the log-in gives the portal."""
        cvr = municipalities().known(self.municipality).get("cvr") or "17150413"
        return Identity(
            subject=f"test:{self.key}",
            name=self.name,
            organisation=self.organisation,
            cvr=cvr,
            privileges=self.privileges,
        )


def people() -> tuple[Person, ...]:
    """Everybody who can be chosen."""
    first, *_others, last = [statistic.id for statistic in statistics()]
    every = [statistic.id for statistic in statistics()]
    full: tuple[Verb, ...] = ("read", "report", "approve")
    return (
        _person("anna", "Anna Andersen", _("Indberetter til begge statistikker"), ANNAS, every, ("report",)),
        _person("bo", "Bo Bertelsen", _("Indberetter til den første statistik"), ANNAS, [first], ("report",)),
        _person("birthe", "Birthe Bruun", _("Indberetter til den anden statistik"), ANNAS, [last], ("report",)),
        _person("lone", "Lone Læser", _("Må kun læse"), ANNAS, every, ("read",)),
        _person("gudrun", "Gudrun Godkender", _("Dataejer, som må indberette og godkende"), ANNAS, every, full),
        _person("gorm", "Gorm Godkender", _("Dataejer, som må godkende"), ANNAS, every, ("approve",)),
        _person("uffe", "Uffe Uden", _("Har ingen rettigheder"), ANNAS, [], ()),
        _person("carla", "Carla Christensen", _("Indberetter i en anden kommune"), CARLAS, every, ("report",)),
        _person("thea", "Thea Thomsen", _("Indberetter for to kommuner"), TWO[0], every, ("report",), TWO),
        _person(
            "inger",
            "Inger Ishøj",
            _("Godkender for to kommuner, den ene på vegne af den anden"),
            TWO[0],
            every,
            ("approve",),
        ),
        Person(
            key="stine",
            name="Stine Statistiker",
            role=_("Statistiker i Danmarks Statistik"),
            municipality="",
            privileges=tuple(Privilege(statistic=id, verb="oversee") for id in every),
        ),
    )


def _person(
    key: str,
    name: str,
    role: str | Promise,
    municipality: str,
    ids: Iterable[str],
    verbs: Iterable[Verb],
    acts_for: tuple[str, ...] = (),
) -> Person:
    privileges = tuple(
        Privilege(statistic=id, verb=verb, municipality=code)
        for code in acts_for or (municipality,)
        for id in ids
        for verb in verbs
    )
    return Person(key=key, name=name, role=role, municipality=municipality, privileges=privileges)
