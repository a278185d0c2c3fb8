"""Sections of the law (paragraphs): the unit of approval and the rows of reports, found in the service codes."""

import re
from dataclasses import dataclass
from datetime import date

from .code_lists import Code, CodeList

NO_SECTION = ""
"""The section of a code that no list knows."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section with the service codes that belong to it on a day, in the order of their list."""

    name: str
    codes: tuple[Code, ...]

    @property
    def demanded(self) -> bool:
        """Whether the municipality must tell of it; one with voluntary or unsettled codes only is accepted, not asked
        for (domain-voksne.md, section 10, no. 13)."""
        return any(code.get("obligation") == "mandatory" for code in self.codes)


def sections_on(codes: CodeList, day: date) -> tuple[Section, ...]:
    """The sections in force on `day`, in the order of the law: § 82 a, § 85, § 85 a, § 104."""
    found: dict[str, list[Code]] = {}
    for code in codes.on(day):
        if code.selectable:
            found.setdefault(code.get("section"), []).append(code)
    return tuple(Section(name, tuple(rows)) for name, rows in sorted(found.items(), key=lambda pair: order(pair[0])))


def section_of(codes: CodeList, code: str, day: date) -> str:
    """The section under which a code stands in a report of `day`, whatever the dates of its records: one service runs
    on when the law moves it. A code that has ended keeps its last one, an unknown code has NO_SECTION."""
    return (codes.find(code, day) or codes.known(code)).get("section")


def order(name: str) -> tuple[tuple[bool, int, str], ...]:
    """What sorts the names of sections as the law does: numbers as numbers."""
    parts = re.findall(r"\d+|[^\W\d_]+", name)
    return tuple((not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts)


def unbroken(name: str) -> str:
    """The name as it is shown: a line is broken only after a comma, never between § and its number."""
    return re.sub(r"(?<!,) ", "\N{NO-BREAK SPACE}", name)
