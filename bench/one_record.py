"""Opening and saving one record, through the form."""

import re
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from indberet.demo.cpr_numbers import Numbers
from indberet.register.models import Case, Record, Submission
from indberet.register.values import Values, record_values

from .bare import Bare, captured
from .place import Place
from .timing import Pair, in_turns

HIDDEN = re.compile(r'type="hidden" name="(token|version)" value="([^"]*)"')
OLD = date(1905, 2, 2)  # nobody in the demo data is that old
LONG = timedelta(days=100)  # more than there are runs; some services may not last longer than they do
MANY = 1_000


def one_record_pairs(place: Place, bare: Bare, *, runs: int) -> Iterator[tuple[str, Pair]]:
    """(name, figures) of opening, changing and creating a record."""
    record = _right_one(place)
    path = f"/{place.statistic.id}/records/{record.pk}/"
    with captured() as statements:
        place.browser.get(path)
    yield "open", in_turns(lambda: place.browser.get(path), lambda: bare.read(statements), runs=runs)
    yield "save a change", _Change(place, bare, record, path).pair(runs)
    yield "save a new case", _NewCase(place, bare, record, f"/{place.statistic.id}/records/new/").pair(runs)


class _Change:
    """The same record with another end each time, earlier than its own; the form is opened before, outside the time."""

    def __init__(self, place: Place, bare: Bare, record: Record, path: str) -> None:
        self.place, self.bare, self.path = place, bare, path
        self.values = record_values(place.statistic, record)
        self.days = count(1)
        self.typed: dict[str, Any] = {}

    def pair(self, runs: int) -> Pair:
        """The request beside the same statements in one bare transaction."""
        self._open()
        with captured() as statements:
            self._send()
        token, cpr = self.typed["token"], self.values["cpr"]
        record = Submission.unscoped.get(token=token).record_id

        def write() -> None:
            self.bare.write(statements, {token: secrets.token_urlsafe(24), **self.anew(cpr)}, record)

        return in_turns(self._send, write, runs=runs, before=self._open)

    def change(self) -> Values:
        """What is typed this time."""
        return {**self.values, "end": self.values["start"] + timedelta(days=next(self.days))}

    def anew(self, cpr: str) -> dict[str, str]:
        """Other texts than the captured ones, where the bare transaction must not write the same twice."""
        return {}

    def _open(self) -> None:
        page = self.place.browser.get(self.path)
        values = self.change()
        fields = self.place.statistic.fields_for(self.place.statistic.values(values, timezone.localdate()))
        self.typed = {field.name: field.typed(values[field.name]) for field in fields}
        self.typed |= {**dict(HIDDEN.findall(page.body)), "do": "save_stop"}

    def _send(self) -> None:
        self.place.browser.post(self.path, self.typed)


class _NewCase(_Change):
    """A new person each time."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.numbers = _new_numbers(self.place)

    def change(self) -> Values:
        self.values["cpr"] = next(self.numbers)
        return self.values

    def anew(self, cpr: str) -> dict[str, str]:
        return {cpr: next(self.numbers)}


def _new_numbers(place: Place) -> Iterator[str]:
    """Person numbers that have no case in any municipality."""
    numbers = Numbers()
    cases = Case.unscoped.filter(statistic=place.statistic.id)
    for day in count():
        number = numbers.next(OLD + timedelta(days=day % 300))
        if not cases.filter(cpr=number).exists():
            yield number


def _right_one(place: Place) -> Record:
    """A long record with all that a record can have, which breaks no rule and is its person's only one."""
    rows = Record.unscoped.filter(statistic=place.statistic.id, municipality=place.municipality, source="manual")
    rows = rows.filter(severity=0, deleted_at=None, start__lt=timezone.localdate() - timedelta(days=100))
    rows = rows.filter(case__all_records=1, start__gte="2025-01-01")
    whole = rows.exclude(codes=None).exclude(service_uuid="").exclude(case__cpr="")
    newest = whole.select_related("case").order_by("-start", "id")[:MANY]
    return next(record for record in newest if record.end - record.start > LONG)
