"""A right that somebody lacks: its name and URI in MitID Erhverv, for which organisation, and where one has it."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from indberet.definition.registry import municipalities
from indberet.definition.statistic import Statistic

from .claims import uri_of
from .identity import Identity, Verb
from .scope import Scope


@dataclass(frozen=True, kw_only=True)
class MissingRight:
    """The right to `verb` a statistic, which an identity lacks in a scope, or at all when there is none."""

    identity: Identity
    scope: Scope | None
    statistic: Statistic
    verb: Verb

    @property
    def name(self) -> str:
        """What it is called in MitID Erhverv."""
        return right_name(self.statistic, self.verb)

    @property
    def uri(self) -> str:
        """What MitID Erhverv sends for it."""
        return uri_of(settings.PRIVILEGE_PREFIX, self.statistic.id, self.verb)

    @property
    def giver(self) -> str:
        """The organisation that can grant it: the municipality acted for, else the one logged in with."""
        here = municipalities().known(self.scope.municipality) if self.scope else None
        return (here.get("legal_name") if here else "") or self.identity.organisation

    @property
    def limited(self) -> bool:
        """Whether one sees some sections here, so that what is about the whole municipality is out of reach."""
        return bool(self.scope and self.scope.limits("read", self.statistic.id))

    @property
    def of_municipalities(self) -> bool:
        """Whether it is no right for the office, from which somebody logged in who acts for no municipality."""
        return not self.scope and self.identity.cvr == settings.OFFICE_CVR and self.verb != "oversee"

    @property
    def elsewhere(self) -> list[str]:
        """The names of the municipalities for which one has it."""
        here = self.scope.municipality if self.scope else ""
        held = (Scope(identity=self.identity, municipality=code) for code in self.identity.municipalities)
        return [
            municipalities().known(scope.municipality).label
            for scope in held
            if scope.municipality != here and scope.may(self.verb, self.statistic.id)
        ]


def right_name(statistic: Statistic, verb: Verb) -> str:
    """What a right is called in MitID Erhverv: the statistic and what one may do."""
    words: dict[Verb, str] = {
        "read": _("læs"),
        "report": _("indberet"),
        "approve": _("godkend"),
        "inspect": _("stikprøve"),
        "oversee": _("overvåg"),
    }
    return f"{statistic.name}: {words[verb]}"
