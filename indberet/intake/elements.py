"""Holding an XML element against what its format says, and reading its texts, in one pass.

Which elements stand in it, and in which order, is looked at once for each order that occurs (there are few), and kept;
so of most elements only the texts are left to look at. What stands where no value belongs may be anything, also
somebody's number, and is told by its form only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from indberet.definition.exchange import Element, Group

from .lines import Problem
from .masks import form_of, masked
from .shapes import NOWHERE, Layout, Misfit, Shape, split
from .written import WHITE, fits, mistake

MOST_PROBLEMS = 20
"""Told of an element and what it holds; then it is told that there are more."""
MOST_PARTS = 500
"""Elements in one that are looked at; no format has as many."""
MOST_KEPT = 1_000
"""Shapes of an element, and ways to set one in lines, that are kept."""
LONGEST_VALUE = 1_000
NOT_READ = ("element_inside", "unreadable_word")
ABOUT_SCHEMAS = "{http://www.w3.org/2001/XMLSchema-instance}"
ALLOWED = frozenset({f"{ABOUT_SCHEMAS}schemaLocation", f"{ABOUT_SCHEMAS}noNamespaceSchemaLocation"})
"""Attributes that any element may have; nothing is fetched from there."""


@dataclass(slots=True)
class Read:
    """What was found in an element: texts by field, how many lines below it they stand, and what is wrong."""

    texts: dict[str, str]
    lines: Mapping[str, int]
    problems: list[Problem]


class Leaf:
    """Elements of one kind that hold text."""

    def __init__(self, element: Element) -> None:
        self.element, self.field = element, element.field
        self.fits = fits(element.form)

    def problems(self, found: Any, text: str) -> Iterator[Problem]:
        """What is wrong with one of them whose text is this."""
        element, line = self.element, found.sourceline
        if len(found):
            yield Problem("element_inside", element.name, value=_name(found[0]), line=found[0].sourceline)
        elif not self.fits(text):
            code, params = mistake(element, text)
            yield Problem(code, element.name, self.field, text.strip(WHITE), line, params)
        yield from strange_attributes(found, element.name)


@dataclass(slots=True)
class _Known:
    """A shape with what reads each part (None: nothing), and how far below their parent fields stand, by how far the
    parts do."""

    shape: Shape
    kinds: tuple["Leaf | Checker | None", ...]
    lines: dict[tuple[int, ...], Mapping[str, int]]


class Checker:
    """Elements of one kind that hold others."""

    def __init__(self, group: Group, namespace: str) -> None:
        self.name, namespace = group.name, group.namespace or namespace
        self._kinds = [_kind(each, namespace) for each in group.inside]
        tags = [f"{{{_own_namespace(each) or namespace}}}{each.name}" for each in group.inside]
        self._layout = Layout(group, tags)
        self._known: dict[tuple[str, ...], _Known] = {}

    def read(self, found: Any) -> Read:
        """One of them. At most MOST_PROBLEMS are told, and then that there are more."""
        parts = found[:MOST_PARTS]
        tags = tuple([part.tag for part in parts])
        known = self._known.get(tags) or self._know(tags)
        problems: list[Problem] = []
        if known.shape.misfits or found.keys():
            problems += self._misfits(found, parts, known.shape)
            problems += strange_attributes(found, self.name)
        texts: dict[str, str] = {}
        above, stray = found, found.text
        for part, kind in zip(parts, known.kinds, strict=True):
            if stray and stray.strip(WHITE):
                problems.append(self._stray(above, stray))
            above, stray = part, part.tail
            text = part.text or ""
            if kind.__class__ is Leaf and kind.fits(text) and not len(part) and not part.keys():
                texts[kind.field] = text.strip()
            elif kind:
                self._read_other(part, kind, texts, problems)
        if stray and stray.strip(WHITE):
            problems.append(self._stray(above, stray))
        if len(problems) > MOST_PROBLEMS or len(found) > MOST_PARTS:
            more = Problem("element_more", self.name, line=found.sourceline, params={"count": MOST_PROBLEMS})
            problems = [*problems[:MOST_PROBLEMS], more]
        return Read(texts, self._lines(found, parts, known), problems)

    def _read_other(self, part: Any, kind: "Leaf | Checker", texts: dict[str, str], problems: list[Problem]) -> None:
        """A part that holds others, or that something is wrong with."""
        if isinstance(kind, Checker):
            inside = kind.read(part)
            problems += inside.problems
            for field, text in inside.texts.items():
                texts.setdefault(field, text)
            return
        text = part.text or ""
        wrong = list(kind.problems(part, text))
        problems += wrong
        if not any(problem.code in NOT_READ for problem in wrong):
            texts[kind.field] = text.strip()

    def _know(self, tags: tuple[str, ...]) -> _Known:
        shape = self._layout.shape(tags)
        known = _Known(shape, tuple(None if place == NOWHERE else self._kinds[place] for place in shape.places), {})
        if len(self._known) < MOST_KEPT and len(tags) <= 2 * len(self._kinds):
            self._known[tags] = known
        return known

    def _lines(self, found: Any, parts: list[Any], known: _Known) -> Mapping[str, int]:
        """How far below the element its fields stand; one mapping for all that are set alike, which are most."""
        above = found.sourceline
        distances = tuple([part.sourceline - above for part in parts])
        lines = known.lines.get(distances)
        if lines is None:
            both = zip(known.kinds, distances, strict=True)
            lines = {kind.field: distance for kind, distance in both if isinstance(kind, Leaf)}
            if len(known.lines) < MOST_KEPT:
                known.lines[distances] = lines
        return lines

    def _misfits(self, found: Any, parts: list[Any], shape: Shape) -> Iterator[Problem]:
        for misfit in shape.misfits:
            value, line = "", found.sourceline
            if misfit.at != NOWHERE:
                value, line = _told(misfit, parts[misfit.at]), parts[misfit.at].sourceline
            yield Problem(misfit.code, misfit.name, misfit.field, value, line, {"words": misfit.words})

    def _stray(self, after: Any, text: str) -> Problem:
        told = form_of(text.strip(WHITE)[:LONGEST_VALUE])
        return Problem("element_stray", self.name, value=told, line=after.sourceline)


def strange_attributes(found: Any, name: str) -> Iterator[Problem]:
    """The attributes of an element that no element may have."""
    strange = ((key, value) for key, value in found.items() if key not in ALLOWED)
    for key, value in islice(strange, MOST_PROBLEMS + 1):
        shown = f'{split(key)[1]}="{form_of(value[:LONGEST_VALUE])}"'
        yield Problem("element_attribute", name, value=shown, line=found.sourceline)


def all_text(found: Any) -> str:
    """The text of an element and all that it holds; the beginning of a long one."""
    return "".join(islice(found.itertext(), MOST_PARTS)).strip(WHITE)[:LONGEST_VALUE]


def _told(misfit: Misfit, part: Any) -> str:
    """What is told of what was found in place of the element."""
    if misfit.value is not None:
        return misfit.value
    return all_text(part) if misfit.field else form_of(all_text(part))


def _kind(each: Element | Group, namespace: str) -> "Leaf | Checker":
    return Leaf(each) if isinstance(each, Element) else Checker(each, namespace)


def _own_namespace(each: Element | Group) -> str:
    return each.namespace if isinstance(each, Group) else ""


def _name(found: Any) -> str:
    return masked(split(found.tag)[1])
