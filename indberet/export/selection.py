"""Which records an export holds: a whole listing, or what the user's view of it shows."""

import re
from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indberet.access.scope import Scope
from indberet.audit.log import pseudonym
from indberet.definition.fields import Date, Digits
from indberet.register.find import PERSON_COLUMNS, matching, ordered, sort_key
from indberet.register.listing import Listing, column_label
from indberet.register.models import Record
from indberet.register.view_state import ViewState

from .table import Chunk, Table

LIKE_CPR = re.compile(r"\d{6}[\s\-‐-―]*\d{4}")
MOST_NAMED_CASES = 1000


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter in force. `text` is as typed; `kept` and `traced` hold no person number: a label, and a pseudonym."""

    column: str
    label: str
    text: str
    kept: str
    traced: str


class Exportable(Protocol):
    """What can be exported: records of a listing on behalf of a scope, with what is told of them."""

    @property
    def scope(self) -> Scope:
        """On whose behalf."""

    @property
    def listing(self) -> Listing:
        """The listing that the records are part of."""

    @property
    def count(self) -> int:
        """How many records there are."""

    @property
    def filters(self) -> list[Filter]:
        """What narrows the listing; none when it is whole."""

    @property
    def cases(self) -> list[int]:
        """Ids of the cases that the trail names."""

    @property
    def look(self) -> str:
        """The view that the records are seen in, for the trail."""

    @property
    def part(self) -> str:
        """A word for the file's name when it is not of a listing, else nothing."""

    @property
    def title(self) -> str:
        """What stands above the headings in the file, if anything."""

    def table(self) -> Table:
        """The columns of the file."""

    def chunks(self, table: Table) -> Generator[Chunk]:
        """The rows of the file."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Records of a listing on behalf of `scope`, as `state` shows them; a fresh state shows the whole listing."""

    scope: Scope
    listing: Listing
    state: ViewState

    @cached_property
    def _found(self) -> tuple["QuerySet[Record]", dict[str, str]]:
        rows, unreadable = matching(self.scope, self.listing, self.state)
        if self.state.view != "cases":
            return ordered(rows, sort_key(self.listing, self.state), descending=self.state.descending), unreadable
        source = self.state.filters.get("source", "")
        whole = ViewState(filters={"source": source} if source else {})
        records, _none = matching(self.scope, self.listing, whole)
        return ordered(records.filter(case__in=rows), sort_key(self.listing, whole), descending=False), unreadable

    @property
    def records(self) -> "QuerySet[Record]":
        """The records in the order of the view. Raises NoPrivilege."""
        return self._found[0]

    @property
    def look(self) -> str:
        """The view that the records are seen in, for the trail."""
        return self.state.view

    @property
    def part(self) -> str:
        """Nothing: the listing names the file."""
        return ""

    @property
    def title(self) -> str:
        """Nothing: the first line is that of the headings."""
        return ""

    def table(self) -> Table:
        """The columns of the file."""
        return Table(self.listing.statistic)

    def chunks(self, table: Table) -> Generator[Chunk]:
        """The rows of the file."""
        return table.chunks(self.records)

    @property
    def unreadable(self) -> list[str]:
        """Messages about filters that are not in force because they cannot be read."""
        return [f"{self._label(column)}: {message}" for column, message in self._found[1].items()]

    @cached_property
    def count(self) -> int:
        """How many records there are."""
        return self.records.count()

    @cached_property
    def filters(self) -> list[Filter]:
        """What narrows the listing; none when it is whole."""
        found = [self._filter(name, text) for name, text in self.state.filters.items() if name not in self._found[1]]
        if self.state.view == "case_records":
            count = len(self.state.cases)
            text = ngettext("%(count)s valgt sag", "%(count)s valgte sager", count) % {"count": count}
            found.append(Filter("cases", _("Ydelser ved sag"), text, text, text))
        return found

    @cached_property
    def cases(self) -> list[int]:
        """Ids of the cases in a narrowed selection; none when it is whole or they are more than 1,000."""
        if not self.filters:
            return []
        ids = self.records.order_by("case_id").values_list("case_id", flat=True).distinct()
        found = list(ids[: MOST_NAMED_CASES + 1])
        return found if len(found) <= MOST_NAMED_CASES else []

    def _filter(self, column: str, text: str) -> Filter:
        label = self._label(column)
        if column in PERSON_COLUMNS:
            return Filter(column, label, text, f"({label})", pseudonym(text))
        masked = LIKE_CPR.sub(_("(CPR-nummer)"), text) if self._holds_free_text(column) else text
        return Filter(column, label, text, masked, masked)

    def _holds_free_text(self, column: str) -> bool:
        statistic = self.listing.statistic
        return statistic.has_field(column) and not isinstance(statistic.field(column), Date | Digits)

    def _label(self, column: str) -> str:
        return column_label(self.listing.statistic, column)


def whole_listing(scope: Scope, listing: Listing) -> Selection:
    """Everything in the listing."""
    return Selection(scope=scope, listing=listing, state=ViewState())
