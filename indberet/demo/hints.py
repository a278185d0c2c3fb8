"""How the demo data of a statistic is spread: `demo.toml` in the statistic's folder, read without knowing which."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from indberet.definition.errors import DefinitionError
from indberet.definition.statistic import Statistic

from .weighted import Weighted

FILE = "demo.toml"


@dataclass(frozen=True, kw_only=True)
class Hints:
    """`share` of all records (relative), first start date, services per person, ages at the first service (years),
    `ages` weights by first year of an age group, `services` weights by code, `chances` (0-1) of voluntary fields, and
    `chances_now` of those of services that run on `now_since` or later.
    """

    share: float = 1
    since: date = date(2020, 1, 1)
    services_per_person: float = 1.5
    youngest: int = 0
    oldest: int = 95
    ages: Mapping[str, float] = field(default_factory=dict)
    services: Mapping[str, float] = field(default_factory=dict)
    chances: Mapping[str, float] = field(default_factory=dict)
    now_since: date = date.max
    chances_now: Mapping[str, float] = field(default_factory=dict)

    def weight_of(self, service_code: str) -> float:
        """How often a service code is used, relative to the others."""
        return self.services.get(service_code, self.services.get("other", 1))

    def chance_of(self, name: str, last_day: date) -> float:
        """How often a voluntary field of a service that runs until `last_day` is filled in."""
        chance = self.chances.get(name, 0.6)
        return chance if last_day < self.now_since else self.chances_now.get(name, chance)

    @cached_property
    def age_groups(self) -> Weighted[tuple[int, int]]:
        """Pairs of first and last age."""
        starts = sorted((int(age), weight) for age, weight in self.ages.items()) or [(self.youngest, 1.0)]
        ends = [age - 1 for age, _weight in starts[1:]] + [self.oldest]
        return Weighted(((first, last), weight) for (first, weight), last in zip(starts, ends, strict=True))


def hints_of(statistic: Statistic) -> Hints:
    """The statistic's hints, or plain ones when it brings none. Raises DefinitionError naming the file."""
    path = statistic.folder / FILE
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return Hints(**found)
    except FileNotFoundError:
        return Hints()
    except (tomllib.TOMLDecodeError, TypeError) as wrong:
        raise DefinitionError(f"{statistic.folder.name}/{FILE}: {wrong}") from wrong
