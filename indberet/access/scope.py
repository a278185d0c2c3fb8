"""The scope of a request: one person acting for one municipality. Every query of persons needs one."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models

from .identity import Identity, Privilege, Verb

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
        """Whether the privileges allow it; who may report or approve may also read."""
        verbs: tuple[Verb, ...] = ("read", "report", "approve") if verb == "read" else (verb,)
        held = self.identity.privileges
        return any(Privilege(statistic=statistic, verb=v, municipality=self.municipality) in held for v in verbs)

    def require(self, verb: Verb, statistic: str) -> None:
        """Raises NoPrivilege unless allowed."""
        if not self.may(verb, statistic):
            raise NoPrivilege(verb, statistic)


class ScopedManager(models.Manager[M]):
    """Gives rows within a scope only; asked for anything else it raises ScopeRequired."""

    def get_queryset(self) -> models.QuerySet[M]:
        raise ScopeRequired(f"{self.model.__name__}.objects needs .within(scope, statistic)")

    def within(self, scope: Scope, statistic: str) -> models.QuerySet[M]:
        """The municipality's rows of one statistic. Raises NoPrivilege without the right to read them."""
        scope.require("read", statistic)
        rows: models.QuerySet[Any] = super().get_queryset()
        return rows.filter(statistic=statistic, municipality=scope.municipality)
