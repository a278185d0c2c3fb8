"""Choosing by weight, fast and the same for the same seed."""

from bisect import bisect
from collections.abc import Iterable
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Things with weights to choose from."""

    def __init__(self, things: Iterable[tuple[T, float]]) -> None:
        pairs = [(thing, weight) for thing, weight in things if weight > 0]
        self.things = [thing for thing, _weight in pairs]
        self._sums = list(accumulate(weight for _thing, weight in pairs))

    def pick(self, random: Random) -> T:
        """One of the things. Raises IndexError when there is none."""
        return self.things[bisect(self._sums, random.random() * self._sums[-1])]


def one_of(things: list[T], random: Random) -> T:
    """One of some things with equal weight; faster than Random.choice."""
    return things[int(random.random() * len(things))]


def early_one_of(things: list[T], random: Random) -> T:
    """One of some things, the first ones more often than the last: some codes are common, most are rare."""
    return things[int(random.random() ** 2 * len(things))]
