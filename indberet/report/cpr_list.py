"""The records behind a figure as a file: the CPR list of a table or of one of its cells (guide A22, A25)."""

from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from indberet.access.scope import Scope
from indberet.export.columns import SEVERAL, Column, Part, Stored, Values
from indberet.export.selection import MOST_NAMED_CASES, Filter
from indberet.export.table import Chunk, Table
from indberet.register.listing import Listing
from indberet.register.models import Finding

from .behind import Behind
from .words import Words


@dataclass(frozen=True)
class CprList:
    """What lies behind a cell, as something that can be exported."""

    behind: Behind

    @property
    def scope(self) -> Scope:
        """On whose behalf."""
        return self.behind.scope

    @property
    def listing(self) -> Listing:
        """Everything received, of which the list is a part."""
        return Listing(statistic=self.behind.layout.statistic, municipality=self.behind.scope.municipality, kind="all")

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self.behind.ids)

    @cached_property
    def filters(self) -> list[Filter]:
        """Which figure it is of: table, row, column."""
        words, traced = Words(self.behind.layout), self.behind.traced
        labels = {"table": _("Tabel"), "row": _("Række"), "column": _("Kolonne")}
        texts = {
            "table": words.title,
            "row": words.row(self.behind.cell.row),
            "column": f"{words.column(self.behind.cell.column)}, {words.measure(self.behind.cell.measure)}",
        }
        return [Filter(name, label, texts[name], texts[name], traced[name]) for name, label in labels.items()]

    @cached_property
    def cases(self) -> list[int]:
        """Ids of the cases; none when they are more than 1,000."""
        found = sorted({entry.case for entry in self.behind.entries})
        return found if len(found) <= MOST_NAMED_CASES else []

    @property
    def look(self) -> str:
        """For the trail."""
        return "report"

    def table(self) -> Table:
        """The columns of every export, and the rules where the cell is about them."""
        return Table(self.behind.layout.statistic, (self._rules_part(),) if self.behind.rules else ())

    def chunks(self, table: Table) -> Generator[Chunk]:
        """The rows, of which those that the database could not tell are left out."""
        wanted = set(self.behind.ids)
        (number,) = (place for place, column in enumerate(table.columns) if column.kind == "number")
        for chunk in table.chunks(self.behind.narrowed):
            kept = [place for place, id in enumerate(chunk[number]) if id in wanted]
            if kept:
                yield [[values[place] for place in kept] for values in chunk]

    def _rules_part(self) -> Part:
        """The ids of the rules that a record breaks, among those that the cell is about."""
        rows = Finding.unscoped.filter(
            record__in=self.behind.narrowed.order_by().values("pk"), rule__in=self.behind.rules
        )
        broken: dict[int, list[str]] = {}
        for record, rule in rows.order_by("record", "rule").values_list("record", "rule"):
            broken.setdefault(record, []).append(rule)

        def values(stored: Stored) -> tuple[Values, ...]:
            return ([SEVERAL.join(broken.get(id, ())) for id in stored["id"]],)

        return Part((Column(_("Regler"), "label"),), values)
