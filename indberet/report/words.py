"""What the parts of a table are called, in the active language."""

from datetime import date

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from indberet.definition.dates import show_date
from indberet.definition.periods import ALL
from indberet.definition.rules import ERROR, WARNING
from indberet.definition.sections import NO_SECTION
from indberet.definition.tables import Columns, Measure, Rows

from .layout import CODE, IN_GROUP, OF_SEVERITY, SECTION, Column, Layout

SHOWN_DECIMALS = 2


class Words:
    """The words of one table."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._statistic = layout.statistic

    @property
    def title(self) -> str:
        """The table's title."""
        return self._statistic.text(f"tables.{self._layout.table.id}.title")

    @property
    def note(self) -> str:
        """What the table counts."""
        return self._statistic.text(f"tables.{self._layout.table.id}.note")

    def measure(self, measure: Measure) -> str:
        """What is counted."""
        return self._statistic.text(f"measures.{measure}")

    def column(self, id: str) -> str:
        """A column's heading: a period by its name, a field by its label, all else by a text."""
        column = self._layout.column(id)
        if id != ALL and column.period and not self._layout.shows_day:
            return id
        if id != ALL and column.rules and self._statistic.has_field(id):
            return self._statistic.texts.find(f"fields.{id}.column") or self._statistic.label(id)
        return self._statistic.text(f"columns.{id}")

    def kind(self, kind: Columns) -> str:
        """How often a table of periods has a figure."""
        return self._statistic.text(f"columns.{kind}")

    def row(self, id: str) -> str:
        """A row's name, the group before it."""
        group, _in, row = id.rpartition(IN_GROUP)
        return f"{self.group(group)}: {' '.join(self.parts(row))}" if group else " ".join(self.parts(row)).strip()

    def short(self, id: str) -> str:
        """A row's name without what explains it."""
        group, _in, row = id.rpartition(IN_GROUP)
        return f"{self.group(group)} {self.parts(row)[0]}".strip()

    def group(self, code: str) -> str:
        """The name of a group."""
        grouping = self._layout.table.grouping
        return self._statistic.code_lists[grouping.code_list].known(code).label if grouping and code else ""

    def severity(self, row: str) -> str:
        """Whether a row of rules is of an error or a warning; nothing for others."""
        rule = self._layout.rules.get(row)
        return {ERROR: _("Fejl"), WARNING: _("Advarsel")}.get(rule.severity, "") if rule else ""

    def parts(self, row: str) -> tuple[str, str]:
        """What stands strong in a row's heading, and what explains it."""
        if row == ALL:
            return self._statistic.text("rows.all"), ""
        if self._layout.table.rows == Rows.DAYS:
            return show_date(date.fromisoformat(row)), ""
        if self._layout.table.rows == Rows.RULES:
            if row in OF_SEVERITY.values():
                return self._statistic.text(f"rows.{row}"), ""
            rule = self._layout.rules.get(row)
            return row, self._statistic.rule_text(rule) if rule else ""
        if row == SECTION + NO_SECTION:
            return self._statistic.text("rows.unknown"), ""
        return self._of_code(row) if row.startswith(CODE) else self._of_section(row.removeprefix(SECTION))

    def _of_code(self, row: str) -> tuple[str, str]:
        code = row.removeprefix(CODE)
        return code, self._statistic.codes_of("service_code").known(code).label

    def _of_section(self, name: str) -> tuple[str, str]:
        """A section of one code is named by it too."""
        codes = self._layout.codes_by_section.get(name, ())
        return (name, " ".join(self._of_code(CODE + codes[0]))) if len(codes) == 1 else (name, "")


def shown(value: int, measure: Measure, column: Column) -> str:
    """A figure as a person reads it."""
    return written(amount(value, measure, column), measure)


def written(number: float, measure: Measure, *, sign: bool = False) -> str:
    """A number as a person reads it: full-time services with two decimals, all else whole."""
    decimals = SHOWN_DECIMALS if measure == Measure.FULL_TIME else 0
    rounded = round(number, decimals) or 0
    text = number_format(rounded, decimals, force_grouping=True)
    return f"+{text}" if sign and rounded > 0 else text


def amount(value: int, measure: Measure, column: Column) -> float:
    """A figure as a number: days become full-time services by the days of the period (domain-voksne.md, section 7)."""
    if measure != Measure.FULL_TIME or column.period is None:
        return value
    return value / column.period.days
