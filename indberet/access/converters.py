"""A statistic in a URL: its id in, the Statistic out; an unknown one is a 404."""

from indberet.definition.registry import statistic
from indberet.definition.statistic import Statistic


class StatisticConverter:
    """<statistic:statistic> in URL patterns."""

    regex = "[a-z_]+"

    def to_python(self, value: str) -> Statistic:
        try:
            return statistic(value)
        except KeyError as unknown:
            raise ValueError(value) from unknown

    def to_url(self, value: Statistic | str) -> str:
        return value if isinstance(value, str) else value.id
