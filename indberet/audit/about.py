"""Conditions on events: whom they are about."""

import json
from collections.abc import Collection
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func, Q, QuerySet, TextField
from django.db.models.functions import Cast

from .models import Event

MENTION = ("before", "after", "detail")


class _NamesAny(Func):
    """True when the column `cases` names any of some cases."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, *expressions: Any, cases: Collection[int] = ()) -> None:
        super().__init__(*expressions)
        self.cases = sorted(cases)

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        column, params = compiler.compile(self.source_expressions[0])
        wanted = ", ".join(str(int(case)) for case in self.cases)
        return f"EXISTS (SELECT 1 FROM json_each({column}) WHERE value IN ({wanted}))", params  # noqa: S608

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        column, params = compiler.compile(self.source_expressions[0])
        return f"{column} @> ANY (%s::jsonb[])", [*params, [json.dumps([case]) for case in self.cases]]


def naming(events: QuerySet[Event], cases: Collection[int]) -> QuerySet[Event]:
    """Those that name any of the cases."""
    return events.filter(_NamesAny("cases", cases=cases)) if cases else events.none()


def mentioning(events: QuerySet[Event], pseudonyms: Collection[str]) -> QuerySet[Event]:
    """Those whose values or detail hold any of the pseudonyms: of a number searched for, entered, or corrected."""
    wanted = Q()
    for name in MENTION:
        for pseudonym in pseudonyms:
            wanted |= Q(**{f"{name}_text__contains": pseudonym})
    texts = {f"{name}_text": Cast(name, TextField()) for name in MENTION}
    return events.alias(**texts).filter(wanted)
