"""What every page shows: who is logged in, for which municipality, the menu and the contact addresses."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from indberet.access.identity import Identity, Verb
from indberet.access.logins import Standing
from indberet.access.needs import may_see
from indberet.access.scope import Scope
from indberet.definition.code_lists import Code
from indberet.definition.registry import municipalities, statistics
from indberet.definition.statistic import Statistic

from .session_state import state_of


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A statistic in the menu."""

    id: str
    name: str
    url: str


class Page:
    """The parts of a page that are the same everywhere; looked up when the template asks."""

    def __init__(self, identity: Identity | None, scope: Scope | None, login: Standing | None) -> None:
        self.identity = identity
        self.login = login
        self.idle_minutes, self.login_hours = settings.IDLE_MINUTES, settings.LOGIN_HOURS
        self.scope = scope
        self.demo = settings.DEMO
        self.test_login = settings.TEST_LOGIN

    @property
    def session(self) -> dict[str, str | int] | None:
        """Whose log-in it is and how long it lasts, for the script that warns before it ends."""
        return state_of(self.identity, self.login) if self.identity and self.login else None

    @property
    def municipality(self) -> Code | None:
        """The municipality one acts for."""
        return municipalities().known(self.scope.municipality) if self.scope else None

    @property
    def can_switch_municipality(self) -> bool:
        """Whether there are several to choose from."""
        return bool(self.identity and len(self.identity.municipalities) > 1)

    @property
    def statistics(self) -> list[MenuEntry]:
        """The statistics one may read."""
        if self.scope is None:
            return []
        mine = [found for found in statistics() if self.scope.may_some("read", found.id)]
        return [MenuEntry(found.id, found.name, reverse("overview", args=[found, "own"])) for found in mine]

    @property
    def insights(self) -> list[Statistic]:
        """The statistics whose rules, codes and numbers one may see: one's own, or those the office oversees."""
        return [found for found in statistics() if may_see(self.identity, self.scope, found)]

    @property
    def lookups(self) -> str:
        """Where the data owner tells a citizen of look-ups; nothing for everybody else."""
        return self._first("approve", "lookups")

    @property
    def samples(self) -> str:
        """Where the security officer draws look-ups; nothing for everybody else."""
        return self._first("inspect", "samples")

    def _first(self, verb: Verb, name: str) -> str:
        """A page of the first statistic for which one has the right."""
        mine = [found for found in statistics() if self.scope and self.scope.may(verb, found.id)]
        return reverse(name, args=[mine[0]]) if mine else ""

    @property
    def contacts(self) -> tuple[Statistic, ...]:
        """Whose contact addresses stand in the footer of pages of no statistic."""
        return statistics()


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor. Where one logs in again nobody is warned that the log-in ends; that is why one came."""
    identity, scope, login = (getattr(request, name, None) for name in ("identity", "scope", "login"))
    if request.resolver_match and request.resolver_match.view_name == "login":
        login = None
    return {"page": Page(identity, scope, login)}
