"""Which elements stand in another, and in which order: what each is, and which are unknown, repeated, misplaced or
missing. Each mistake is told once: an element that was moved is misplaced, and the others are not."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indberet.definition.exchange import Element, Group

from .masks import masked

NOWHERE = -1
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Misfit:
    """A mistake in which elements there are: of the one in place `at`, or of one that is missing (NOWHERE). `words`
    fill its text; `value` is what was found instead, where that is not the element's text."""

    at: int
    code: str
    name: str
    field: str = ""
    words: str = ""
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """`places` tells of each child which one of the group's elements it is, NOWHERE when it is not to be read."""

    places: tuple[int, ...]
    misfits: tuple[Misfit, ...]


def split(tag: str) -> tuple[str, str]:
    """Namespace ('' for none) and name of a tag."""
    namespace, _brace, name = tag.rpartition("}")
    return namespace.removeprefix("{"), name


class Layout:
    """What a group may hold; `tags` are its elements' full names, in order."""

    def __init__(self, group: Group, tags: Sequence[str]) -> None:
        self._inside, self._tags = group.inside, tags
        self._places = {tag: place for place, tag in enumerate(tags)}
        self._by_name = {each.name: place for place, each in enumerate(group.inside)}
        self._ranks = [self._by_name[_stands_for(each)] for each in group.inside]

    def shape(self, tags: Sequence[str]) -> Shape:
        """What parts with these tags are, and what is wrong."""
        places, misfits, found, repeated = [], [], set(), set()
        for at, tag in enumerate(tags):
            place = self._places.get(tag, NOWHERE)
            if place == NOWHERE:
                misfits.append(self._unknown(at, tag))
            elif place in found and not _may_repeat(self._inside[place]):
                misfits.append(self._misfit(at, "repeated", place))
                repeated.add(place)
                place = NOWHERE
            found.add(place)
            places.append(place)
        doubled = list(self._doubled(places))
        misfits += [self._misfit(at, "choice", places[at], self._alternatives(places[at])) for at in doubled]
        once = [(at, place) for at, place in enumerate(places) if place not in (NOWHERE, *repeated)]
        misfits += self._misplaced([(at, place) for at, place in once if at not in doubled])
        misfits += self._missing(found, {split(tag)[1] for tag in tags})
        return Shape(tuple(places), tuple(misfits))

    def _unknown(self, at: int, tag: str) -> Misfit:
        namespace, name = split(tag)
        place = self._by_name.get(name)
        if place is None:
            return Misfit(at, "element_unknown", masked(name)[:LONGEST_NAME])
        return Misfit(at, "element_namespace", name, "", split(self._tags[place])[0], namespace)

    def _misfit(self, at: int, what: str, place: int, words: str = "") -> Misfit:
        each = self._inside[place]
        return Misfit(at, f"element_{what}", each.name, each.field if isinstance(each, Element) else "", words)

    def _doubled(self, places: Sequence[int]) -> Iterator[int]:
        """Where an element stands that was to stand instead of one that is there too."""
        for at, place in enumerate(places):
            if place >= 0 and self._ranks[place] != place and self._ranks[place] in places:
                yield at

    def _alternatives(self, place: int) -> str:
        rank = self._ranks[place]
        return ", ".join(each.name for each, other in zip(self._inside, self._ranks, strict=True) if other == rank)

    def _misplaced(self, standing: Sequence[tuple[int, int]]) -> Iterator[Misfit]:
        """Those that have to be moved so that the order is right, as few as can be."""
        ranks = [self._ranks[place] for _at, place in standing]
        staying = _longest_rising(ranks)
        for index, (at, place) in enumerate(standing):
            if index in staying:
                continue
            later = [other for other in sorted(staying) if ranks[other] > ranks[index]]
            neighbour = standing[later[0] if later else max(staying)][1]
            yield self._misfit(at, "before" if later else "after", place, self._inside[neighbour].name)

    def _missing(self, found: set[int], names: set[str]) -> Iterator[Misfit]:
        """What must be there and is not, not even in another namespace."""
        there = {self._ranks[place] for name, place in self._by_name.items() if name in names or place in found}
        for place, each in enumerate(self._inside):
            if each.needed and place not in there:
                words = self._alternatives(place)
                several = "_one" if "," in words else ""
                yield self._misfit(NOWHERE, f"missing{several}", place, words)


def _stands_for(each: Element | Group) -> str:
    return each.instead_of or each.name if isinstance(each, Element) else each.name


def _may_repeat(each: Element | Group) -> bool:
    return isinstance(each, Group) and each.several


def _longest_rising(ranks: Sequence[int]) -> set[int]:
    """Where the longest part stands that never falls."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, rank in enumerate(ranks):
        length = bisect_right(ends, rank)
        ends[length : length + 1] = [rank]
        last[length : length + 1] = [index]
        before.append(last[length - 1] if length else NOWHERE)
    found, index = set(), last[-1] if last else NOWHERE
    while index != NOWHERE:
        found.add(index)
        index = before[index]
    return found
