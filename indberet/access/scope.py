"""The scope of a request: one person acting for one municipality. Every query of persons needs one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone

from indberet.definition.approval import Delegation

from .delegation import in_force, service_codes
from .identity import Identity, Verb

BySection = Callable[[frozenset[str]], models.Q]
"""The rows that belong to the service codes."""
M = TypeVar("M", bound=models.Model)


class ScopeRequired(Exception):
    """Tenant data was asked for without saying on whose behalf."""


class NoPrivilege(Exception):
    """The scope lacks the privilege for a statistic."""

    def __init__(self, verb: str, statistic: str) -> None:
        super().__init__(f"no privilege to {verb} {statistic}")
        self.verb = verb
        self.statistic = statistic


@dataclass(frozen=True, kw_only=True)
class Scope:
    """`identity` acts for `municipality` (three-digit code)."""

    identity: Identity
    municipality: str

    def may(self, verb: Verb, statistic: str) -> bool:
        """Whether the privileges allow it for every section; who may report or approve may also read."""
        return "" in self._ways(verb, statistic)

    def may_some(self, verb: Verb, statistic: str) -> bool:
        """Whether the privileges allow it for some sections at least, today."""
        return self.may(verb, statistic) or bool(self.limits(verb, statistic))

    def limits(self, verb: Verb, statistic: str) -> tuple[Delegation, ...]:
        """The delegations by which alone it is allowed today; none when it is allowed for every section, or not."""
        ways, day = self._ways(verb, statistic), timezone.localdate()
        found = (in_force(statistic, self.municipality, acting, day) for acting in sorted(ways - {""}))
        return () if "" in ways else tuple(row for rows in found for row in rows)

    def service_codes(self, verb: Verb, statistic: str) -> frozenset[str] | None:
        """The service codes for which it is allowed today, None when that is all. Raises NoPrivilege."""
        if self.may(verb, statistic):
            return None
        limits, day = self.limits(verb, statistic), timezone.localdate()
        if not limits:
            raise NoPrivilege(verb, statistic)
        acting = {row.acting for row in limits}
        return frozenset().union(*(service_codes(statistic, self.municipality, code, day) for code in acting))

    def on_behalf(self, statistic: str) -> dict[str, str]:
        """What events add when the municipality's records are reached through another one that acts for it."""
        limits = self.limits("read", statistic)
        return {"acting": ",".join(sorted({row.acting for row in limits}))} if limits else {}

    def _ways(self, verb: Verb, statistic: str) -> set[str]:
        """Through which municipality it is allowed; "" without any."""
        verbs: tuple[Verb, ...] = ("read", "report", "approve") if verb == "read" else (verb,)
        here = (held for held in self.identity.privileges if held.municipality == self.municipality)
        return {held.through for held in here if held.statistic == statistic and held.verb in verbs}

    def require(self, verb: Verb, statistic: str) -> None:
        """Raises NoPrivilege unless allowed for every section."""
        if not self.may(verb, statistic):
            raise NoPrivilege(verb, statistic)


class ScopedManager(models.Manager[M]):
    """Gives rows within a scope only; asked for anything else it raises ScopeRequired. Rows that can be told apart
    `by_section` are also given to whoever may see some sections; all others are not."""

    def __init__(self, by_section: BySection | None = None) -> None:
        super().__init__()
        self._by_section = by_section

    def get_queryset(self) -> models.QuerySet[M]:
        raise ScopeRequired(f"{self.model.__name__}.objects needs .within(scope, statistic)")

    def within(self, scope: Scope, statistic: str, verb: Verb = "read") -> models.QuerySet[M]:
        """The municipality's rows of one statistic that may be read, or reported. Raises NoPrivilege."""
        codes = scope.service_codes(verb, statistic)
        rows: models.QuerySet[Any] = super().get_queryset()
        rows = rows.filter(statistic=statistic, municipality=scope.municipality)
        if codes is None:
            return rows
        if self._by_section is None:
            raise NoPrivilege(verb, statistic)
        return rows.filter(self._by_section(codes))
