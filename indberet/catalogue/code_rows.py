"""The code lists of a statistic as tables of the page Koder."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from indberet.definition.code_lists import Code, CodeList
from indberet.definition.properties import list_name, lists_in_use, properties_of
from indberet.definition.statistic import Statistic

from .search import stands_in, words_of
from .words import LONGEST_SPOKEN, certainty_word, expired, mark, period_left


@dataclass(frozen=True, kw_only=True)
class CodeRow:
    """A code in one of its periods, in words."""

    code: str
    name: str
    period: str
    mark: str
    expired: bool
    section: str
    section_before: str
    properties: tuple[str, ...]
    selectable: bool
    certainty: str
    note: str


@dataclass(frozen=True, kw_only=True)
class CodeGroup:
    """The codes below the same path of groups, which is told once."""

    path: tuple[str, ...]
    rows: tuple[CodeRow, ...]


@dataclass(frozen=True, kw_only=True)
class CodeTable:
    """A code list: its name, how many codes it has, and those that match, by group. A column that is empty throughout
    is left out."""

    id: str
    name: str
    count: int
    groups: tuple[CodeGroup, ...]

    @property
    def matches(self) -> int:
        """The number of rows that match."""
        return sum(len(group.rows) for group in self.groups)

    @property
    def has_sections(self) -> bool:
        """Whether a row has a section of the law."""
        return any(row.section for group in self.groups for row in group.rows)

    @property
    def has_properties(self) -> bool:
        """Whether a row has properties."""
        return any(row.properties or not row.selectable for group in self.groups for row in group.rows)

    @property
    def has_notes(self) -> bool:
        """Whether a row has a note."""
        return any(row.note for group in self.groups for row in group.rows)

    @property
    def columns(self) -> int:
        """How many columns the table has."""
        return 4 + self.has_sections + self.has_properties + self.has_notes


def code_tables(statistic: Statistic, typed: str, today: date) -> list[CodeTable]:
    """Every code list with the rows that have all the typed words in code, name, section, properties or path."""
    return [_table(statistic, code_list, typed, today) for code_list in lists_in_use(statistic)]


def _table(statistic: Statistic, code_list: CodeList, typed: str, today: date) -> CodeTable:
    words, groups = words_of(typed), dict[tuple[str, ...], list[CodeRow]]()
    for code, path in _listed(code_list, today):
        row = _row(statistic, code, today)
        if stands_in(words, row.code, row.name, row.section, *row.properties, *path, row.mark):
            groups.setdefault(path, []).append(row)
    return CodeTable(
        id=code_list.name,
        name=list_name(statistic, code_list.name),
        count=len({code.code for code, _path in _listed(code_list, today)}),
        groups=tuple(CodeGroup(path=path, rows=tuple(rows)) for path, rows in groups.items()),
    )


def _listed(code_list: CodeList, today: date) -> Iterator[tuple[Code, tuple[str, ...]]]:
    """Each code with its path; a group that cannot be chosen is listed as part of a path only."""
    parents = {row.parent for row in code_list.rows}
    for row in code_list.rows:
        if row.selectable or row.code not in parents:
            day = today if row.applies_on(today) else row.until or row.since or today
            yield row, tuple(_group_name(group) for group in code_list.path(row, day))


def _group_name(group: Code) -> str:
    return f"{group.code} {group.label}" if len(group.code) <= LONGEST_SPOKEN else group.label


def _row(statistic: Statistic, code: Code, today: date) -> CodeRow:
    return CodeRow(
        code=code.code,
        name=code.label,
        period=period_left(code.since, code.until, today),
        mark=mark(code.since, code.until, today),
        expired=expired(code.until, today),
        section=code.get("section"),
        section_before=code.get("section_before"),
        properties=properties_of(statistic, code),
        selectable=code.selectable,
        certainty=certainty_word(code.certainty),
        note=code.note,
    )
