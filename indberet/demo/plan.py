"""How many records each municipality gets, and how it reports."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from indberet.access.test_login.people import people
from indberet.definition.registry import municipalities, statistics
from indberet.definition.statistic import Statistic

from .hints import hints_of
from .weighted import Weighted

SIZES = Path(__file__).parent / "sizes.csv"
SMALL_RECORDS = 3_000
SMALL_OTHERS = ("101", "851", "561", "400", "825")  # two big ones, a middle one, two islands
TRUE_TO_SIZE = 100_000  # with fewer records the small ones are given more than their share, so that they have any
BOOST = 2.0  # for the municipalities of the test persons in a small data set
BY_HAND_OF_TEST_PERSONS, BY_HAND_OF_LARGEST = 0.85, 0.5
BY_HAND = Weighted([(0.0, 45), (0.4, 35), (1.0, 20)])


@dataclass(frozen=True, kw_only=True)
class Portion:
    """A number of records of one statistic in one municipality; `by_hand` is the share entered here."""

    statistic: Statistic
    municipality: str
    records: int
    by_hand: float


def plan(*, records: int | None, codes: Iterable[str], seed: str) -> list[Portion]:
    """Who gets how many: without `records` a small data set, without `codes` all municipalities (some in a small one).

    The portions add up to `records` and come by municipality, then statistic.
    """
    chosen = tuple(codes) or (every_municipality() if records else (*reporting_persons(), *SMALL_OTHERS))
    total = records or SMALL_RECORDS
    wanted = [(code, found) for code in chosen for found in statistics()]
    counts = shared_out(total, [_weight(code, found, total) for code, found in wanted])
    return [
        Portion(statistic=found, municipality=code, records=count, by_hand=by_hand(code, seed))
        for (code, found), count in zip(wanted, counts, strict=True)
        if count
    ]


def neighbours(portion: Portion, portions: Iterable[Portion]) -> list[str]:
    """The codes of the other municipalities whose systems deliver the same statistic."""
    same = (other for other in portions if other.statistic is portion.statistic and other.by_hand < 1)
    return [other.municipality for other in same if other.municipality != portion.municipality]


def shared_out(total: int, weights: list[float]) -> list[int]:
    """`total` shared out by weight in whole numbers; what rounding leaves goes to the largest remainders."""
    exact = [total * weight / sum(weights) for weight in weights]
    counts = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: counts[place] - exact[place])
    for place in by_remainder[: total - sum(counts)]:
        counts[place] += 1
    return counts


def by_hand(code: str, seed: str) -> float:
    """The share of a municipality's records that is entered here; the largest has both, as the hardest case."""
    if code in reporting_persons():
        return BY_HAND_OF_TEST_PERSONS
    if code == largest():
        return BY_HAND_OF_LARGEST
    return BY_HAND.pick(Random(f"{seed} {code}"))  # noqa: S311 - demo data


@cache
def reporting_persons() -> dict[str, dict[str, list[str]]]:
    """Codes of the municipalities for which test persons report, with the names of these persons by statistic."""
    found: dict[str, dict[str, list[str]]] = {}
    for person in people():
        for held in person.privileges:
            if held.verb == "report" and not held.through:
                found.setdefault(held.municipality, {}).setdefault(held.statistic, []).append(person.name)
    return found


def every_municipality() -> tuple[str, ...]:
    """The codes of all that report."""
    return tuple(row.code for row in municipalities().rows if row.selectable)


def largest() -> str:
    """The code of the municipality with the most records."""
    return max(_sizes(), key=lambda code: _sizes()[code])


def _weight(code: str, statistic: Statistic, total: int) -> float:
    size, share = _sizes().get(code, 1.0), hints_of(statistic).share
    if total >= TRUE_TO_SIZE:
        return size * share
    return float((size * share) ** 0.5) * (BOOST if code in reporting_persons() else 1.0)


@cache
def _sizes() -> dict[str, float]:
    """About thousand inhabitants; the largest and smallest are set to what the load tests ask for."""
    with SIZES.open(encoding="utf-8", newline="") as file:
        return {row["code"]: float(row["weight"]) for row in csv.DictReader(file)}
