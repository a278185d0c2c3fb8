"""The records behind a figure as a file: the CPR list of a table or of one of its cells (guide A22, A25)."""

from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from indberet.access.scope import Scope
from indberet.definition.periods import ALL
from indberet.export.columns import SEVERAL, Column, Part, Stored, Values
from indberet.export.models import LONGEST_PART
from indberet.export.selection import MOST_NAMED_CASES, Filter
from indberet.export.table import Chunk, Table
from indberet.register.listing import Listing
from indberet.register.models import Finding

from .behind import Behind
from .explain import explanations
from .words import Words

LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


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

    @property
    def part(self) -> str:
        """The table, and the row and the column when they are not of all, in letters that any system takes."""
        words, cell = Words(self.behind.layout), self.behind.cell
        names = [words.title, *((words.short(cell.row),) if cell.row != ALL else ())]
        names += [words.column(cell.column)] if cell.column != ALL else []
        return f"cpr-liste-{slugify('-'.join(names).lower().translate(LETTERS))}"[:LONGEST_PART].rstrip("-")

    @property
    def title(self) -> str:
        """Which list it is, and that it is of now."""
        told = [f"{found.label}: {found.text}" for found in self.filters]
        made = _("Dannet %(time)s") % {"time": f"{timezone.localtime():%d.%m.%Y %H.%M}"}
        return "; ".join([_("CPR-liste"), *told, made])

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
        """The rules that a record breaks, among those that the cell is about: their ids, and what was found."""
        statistic = self.behind.layout.statistic
        rules = {id: statistic.rule_text(rule) for id, rule in self.behind.layout.rules.items()}
        broken, cases = self._broken()

        def values(stored: Stored) -> tuple[Values, ...]:
            told = explanations(statistic, {cases[id] for id in stored["id"] if id in cases})
            ids = [broken.get(id, ()) for id in stored["id"]]
            found = (
                [told.get((record, rule)) or rules.get(rule, "") for rule in of_record]
                for record, of_record in zip(stored["id"], ids, strict=True)
            )
            return [SEVERAL.join(of_record) for of_record in ids], [" ".join(texts) for texts in found]

        return Part((Column(_("Regler"), "label"), Column(_("Forklaring"), "label")), values)

    def _broken(self) -> tuple[dict[int, list[str]], dict[int, int]]:
        """By record, the ids of the rules, and the case."""
        found = Finding.unscoped.filter(
            record__in=self.behind.narrowed.order_by().values("pk"), rule__in=self.behind.rules
        )
        broken, cases = dict[int, list[str]](), dict[int, int]()
        for record, rule, case in found.order_by("record", "rule").values_list("record", "rule", "record__case"):
            broken.setdefault(record, []).append(rule)
            cases[record] = case
        return broken, cases
