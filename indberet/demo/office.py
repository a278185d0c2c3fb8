"""What all cases of one statistic in one municipality have in common."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from random import Random

from indberet.definition.statistic import Statistic

from .hints import Hints, hints_of
from .names import full_name
from .plan import Portion, reporting_persons

CASEWORKERS_PER_RECORD = 1 / 200
REPORTERS = 4


@dataclass(frozen=True)
class Office:
    """A municipality that reports one statistic. `now` is in its time zone; `random` is seeded."""

    portion: Portion
    now: datetime
    random: Random

    @property
    def statistic(self) -> Statistic:
        """What is reported."""
        return self.portion.statistic

    @property
    def municipality(self) -> str:
        """The three-digit code."""
        return self.portion.municipality

    @cached_property
    def hints(self) -> Hints:
        """How the statistic's data is spread."""
        return hints_of(self.statistic)

    @cached_property
    def reporters(self) -> list[str]:
        """Names of those who report: the test persons, elsewhere invented ones."""
        return reporting_persons().get(self.municipality, {}).get(self.statistic.id) or self._names(REPORTERS)

    @cached_property
    def caseworkers(self) -> list[str]:
        """Names of those who decide about services."""
        return self._names(2 + int(self.portion.records * CASEWORKERS_PER_RECORD))

    def _names(self, count: int) -> list[str]:
        first = int(self.municipality) * 7
        return [full_name(first + number) for number in range(min(count, 300))]
