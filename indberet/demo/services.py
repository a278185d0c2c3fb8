"""Makes the services of a person: which, from when to when, with which values."""

from collections.abc import Container, Iterator
from datetime import date, timedelta
from typing import Any

from indberet.definition.code_lists import Code
from indberet.definition.dates import months_after, years_after

from .field_values import FieldValues
from .mistakes import end_far_ahead, spoil
from .office import Office
from .weighted import Weighted

Values = dict[str, Any]
SERVICES, COPIED = "services", "service_uuid"
YEAR = 365.25
MEAN_DAYS = 700
KNOWN_END = 0.05  # of the services that are not over yet
ON_THE_FIRST = 0.4  # starts on the first of a month
RECORDS_PER_SERVICE = Weighted([(1, 45), (2, 30), (3, 15), (4, 10)])  # where a service has several Ydelses-UUIDs
FORGOTTEN = 0.05  # not ended when the service or the person's age says so
SPOILED, WARNED = 0.09, 0.01
TRIES = 30


class ServiceMaker:
    """Makes services for one municipality and statistic."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._random = office.random
        self._today = office.now.date()
        self._fields = FieldValues(office)
        self._codes: dict[int, Weighted[Code]] = {}
        self._empty = {field.name: field.empty for field in office.statistic.fields}

    def first_start(self) -> date:
        """Any day since the statistic began."""
        since = self._office.hints.since
        return self._monthly(since + timedelta(days=int(self._random.random() * (self._today - since).days)), since)

    def later_start(self, first: date) -> date:
        """Any day since the first service began."""
        return self._monthly(first + timedelta(days=int(self._random.random() * (self._today - first).days)), first)

    def records(
        self, person: Values, born: date, start: date, *, first: bool, by_hand: bool, had: Container[str]
    ) -> Iterator[Values]:
        """The values of the records of one service: one, or several that differ in the Ydelses-UUID only.

        The case's own values are added to `person` on its first service. Nothing that was entered by hand has errors.
        `had` are the codes of services that the person has already.
        """
        row = self._service(start, born, had)
        values = self._empty | person | {"start": start, "end": self._end(start, born, row), "service_code": row.code}
        record = self._office.statistic.values(values, self._today)
        self._fields.fill(record, values, first=first)
        if first:
            owned = [field.name for field in self._office.statistic.fields if field.owner == "case"]
            person.update({name: values[name] for name in owned})
        if not by_hand and self._random.random() < SPOILED:
            spoil(record, values, self._random)
        elif self._random.random() < WARNED:
            end_far_ahead(record, values, self._random)
        yield values
        if values.get(COPIED):
            yield from self._copies(values)

    def _copies(self, values: Values) -> Iterator[Values]:
        """The same service with other Ydelses-UUIDs."""
        statistic, used = self._office.statistic, {values[COPIED]}
        record = statistic.values(values, self._today)
        for _copy in range(RECORDS_PER_SERVICE.pick(self._random) - 1):
            code = self._fields.code(statistic.field(COPIED), record)  # type: ignore[arg-type]
            if code not in used:
                used.add(code)
                yield values | {COPIED: code}

    def _service(self, start: date, born: date, had: Container[str]) -> Code:
        """A service code that is offered on that day to somebody of that age who has others, if there is one."""
        offered = self._office.statistic.codes_of("service_code").on(start)
        if id(offered) not in self._codes:
            hints = self._office.hints
            weights = ((row, hints.weight_of(row.code)) for row in offered if row.selectable)
            self._codes[id(offered)] = Weighted(weights)
        age = (start - born).days / YEAR
        for _try in range(TRIES):
            row = self._codes[id(offered)].pick(self._random)
            fits = float(row.get("min_age") or 0) <= age < float(row.get("max_age") or 200) + 1
            if fits and row.code not in had:
                break
        return row

    def _end(self, start: date, born: date, row: Code) -> date | None:
        """The last day, mostly before the service has taken its longest time and the person is too old for it."""
        end, last = self._any_end(start), _last_day(start, born, row)
        return last if last < (end or self._today) and self._random.random() >= FORGOTTEN else end

    def _any_end(self, start: date) -> date | None:
        end = start + timedelta(days=1 + int(self._random.expovariate(1 / MEAN_DAYS)))
        if end <= self._today:
            return end
        if self._random.random() < KNOWN_END:
            return self._today + timedelta(days=1 + int(self._random.random() * 330))
        return None

    def _monthly(self, day: date, earliest: date) -> date:
        """Many services start on the first of a month."""
        first = day.replace(day=1)
        return first if first >= earliest and self._random.random() < ON_THE_FIRST else day


def _last_day(start: date, born: date, row: Code) -> date:
    """The last day that the code's own limits allow, of time and of age."""
    months, oldest = row.get("longest_months"), row.get("max_age")
    limits = [months_after(start, int(months))] if months else []
    limits += [years_after(born, int(oldest) + 1)] if oldest else []
    return max(start, min(limits, default=date.max) - timedelta(days=1))
