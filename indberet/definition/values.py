"""One record with its case's own values, as conditions and rules see it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from .code_lists import NO_CODE, Code
from .cpr import birth_date

if TYPE_CHECKING:
    from .statistic import Statistic

OPEN_END = date(9999, 12, 31)


class RecordValues:
    """Values by field name; a missing one is None. Codes are looked up on the record's own date, never today's.

    `today` is the day on which the rules are asked, for the few that are about the future; `entered` the day of entry
    (today, unless the record is stored). `on` puts another date in place of the record's own, to try a coming law.
    """

    __slots__ = ("_born", "_service", "date", "entered", "statistic", "today", "values")

    def __init__(
        self,
        statistic: "Statistic",
        values: Mapping[str, Any],
        today: date,
        *,
        entered: date | None = None,
        on: date | None = None,
    ) -> None:
        self.statistic = statistic
        self.values = values
        self.today = today
        self.entered = entered or today
        self.date: date = on or values.get(statistic.record_date) or today
        self._service: Code | None = None
        self._born: date | Literal[False] | None = False

    def __getattr__(self, name: str) -> Any:
        return self.values.get(name)

    def day_of(self, name: str) -> date:
        """The day on which the codes of field `name` are looked up: the record's own, or that of entry (guide A11)."""
        return self.entered if name in self.statistic.dated_by_entry else self.date

    def code(self, name: str) -> Code:
        """The code in field `name` as it is on the record's date, or NO_CODE."""
        value = self.values.get(name)
        return self.statistic.codes_of(name).find(value, self.day_of(name)) if value else NO_CODE

    @property
    def service(self) -> Code:
        """The service code's row, whose properties most conditions ask for; it is looked up once."""
        if self._service is None:
            self._service = self.code("service_code")
        return self._service

    @property
    def born(self) -> date | None:
        """The person's birth date, as reported or as the CPR number tells; None when neither does. It is looked up
        once."""
        if self._born is False:
            self._born = self.values.get("birth_date") or birth_date(self.values.get("cpr") or "")
        return self._born

    def days_shared(self, other: "RecordValues") -> int:
        """On how many days both run; first and last day count, and an open end runs for ever."""
        mine, theirs = self.values, other.values
        start, other_start = mine.get("start"), theirs.get("start")
        if not (start and other_start):
            return 0
        last: date = min(mine.get("end") or OPEN_END, theirs.get("end") or OPEN_END)
        days: int = (last - max(start, other_start)).days + 1
        return max(0, days)

    def same(self, other: "RecordValues", *names: str) -> bool:
        """Whether both have equal values, or none, in the fields `names`."""
        mine, theirs = self.values, other.values
        for name in names:
            value, their_value = mine.get(name), theirs.get(name)
            if value != their_value and (value or their_value):
                return False
        return True

    def is_one_service_with(self, other: "RecordValues") -> bool:
        """Whether both are records of one service, which may have several (guide A18)."""
        key = self.statistic.service_key
        return bool(key) and self.same(other, *key)

    def shown(self) -> dict[str, str]:
        """Every field's value as it is shown on screen, for filling in messages."""
        return {field.name: field.show(self.values.get(field.name)) for field in self.statistic.fields}


def with_fields(names: Iterable[str]) -> type[RecordValues]:
    """RecordValues that find the values of these fields without `__getattr__`, for which Python takes twice as long."""
    own = {name: _value_of(name) for name in names if not hasattr(RecordValues, name)}
    return type("RecordValues", (RecordValues,), {"__slots__": (), **own})


def _value_of(name: str) -> property:
    return property(lambda record: record.values.get(name))


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
