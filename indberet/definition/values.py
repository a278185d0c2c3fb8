"""One record with its case's own values, as conditions and rules see it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from .code_lists import NO_CODE, Code

if TYPE_CHECKING:
    from .statistic import Statistic

OPEN_END = date(9999, 12, 31)


class RecordValues:
    """Values by field name; a missing one is None. Codes are looked up on the record's own date, never today's.

    `today` is there for the few rules that are about the day of entry (dates far in the future).
    """

    __slots__ = ("date", "statistic", "today", "values")

    def __init__(self, statistic: "Statistic", values: Mapping[str, Any], today: date) -> None:
        self.statistic = statistic
        self.values = values
        self.today = today
        self.date: date = values.get(statistic.record_date) or today

    def __getattr__(self, name: str) -> Any:
        return self.values.get(name)

    def code(self, name: str) -> Code:
        """The code in field `name` as it is on the record's date, or NO_CODE."""
        value = self.values.get(name)
        return self.statistic.codes_of(name).find(value, self.date) if value else NO_CODE

    @property
    def service(self) -> Code:
        """The service code's row, whose properties most conditions ask for."""
        return self.code("service_code")

    def shown(self) -> dict[str, str]:
        """Every field's value as it is shown on screen, for filling in messages."""
        return {field.name: field.show(self.values.get(field.name)) for field in self.statistic.fields}


Condition = Callable[[RecordValues], bool]


def always(record: RecordValues) -> bool:
    """True for every record."""
    return True


def never(record: RecordValues) -> bool:
    """True for no record."""
    return False


def service_has(flag: str) -> Condition:
    """A condition: the service code has the property `flag` on the record's date."""

    def condition(record: RecordValues) -> bool:
        return record.service.has(flag)

    condition.__name__ = f"service_has_{flag}"
    return condition
