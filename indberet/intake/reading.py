"""From texts in a file to the values of a record. What can be kept is kept as it stands and marked by the rules; what
has no place in the register is told and left out; a line without what a record must have is refused."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from indberet.definition.dates import FIRST_YEAR, LAST_YEAR
from indberet.definition.errors import Unreadable
from indberet.definition.exchange import ACTION, ID, Action
from indberet.definition.fields import BirthDate, Code, Codes, Date, Field, PersonNumber, Text, read_code
from indberet.definition.statistic import Statistic
from indberet.register.incoming import Incoming
from indberet.register.models import Case, Record

from .lines import NOBODY, OF_WRITING, Line, Opened, Problem
from .texts import UNREAD

ACTIONS: dict[str, Action] = {"new": "new", "change": "change", "withdraw": "withdraw"}
LONGEST_KEY = 50
ISO_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
PERSON = ("cpr", "udl")

Read = Callable[[Any], Any]


class LineReader:
    """Reads the lines of deliveries of a statistic."""

    def __init__(self, statistic: Statistic, opened: Opened | None, today: date) -> None:
        self._statistic, self._today = statistic, today
        self._name_of = opened.name_of if opened else str
        xml = statistic.exchange.xml if opened and opened.envelope.format == _xml_form(statistic) else None
        self._words = ", ".join(xml.actions if xml else ACTIONS)
        self._actions = _spelt(xml.actions if xml else ACTIONS)
        self._key, self._action = (xml.name_of(ID), xml.name_of(ACTION)) if xml else (ID, ACTION)
        self._read: dict[str, Read] = {found.name: self._reader(found) for found in statistic.fields}
        self._needed = tuple(name for name in (statistic.record_date, "service_code") if statistic.has_field(name))

    def read(self, place: int, line: Line) -> Incoming | None:
        """The record in that place, or None when the line is refused; `line.problems` get what is wrong."""
        values = self._values(line)
        action = self._actions.get(_plain(line.action))
        if not _is_key(line.key):
            self._refuse(line, "key", self._key, line.key, ID)
        if action is None:
            words = {"words": self._words}
            line.problems.append(
                Problem("refused_action", self._action, ACTION, line.action, line.line_of(ACTION), words)
            )
        if action != "withdraw":
            self._refuse_without(line, values)
        line.problems = _graver(line.problems)
        if action is None or any(problem.code.startswith("refused_") for problem in line.problems):
            return None
        return Incoming(place, line.number, line.key, action, values, line.kept, below=line.below)

    def _values(self, line: Line) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, text in line.texts.items():
            if not text:
                continue
            try:
                values[name] = self._read[name](text)
            except Unreadable as unreadable:
                shown = text if isinstance(text, str) else "|".join(text)
                params = {key: str(value) for key, value in unreadable.params.items() if key != "found"}
                line.problems.append(
                    Problem(
                        f"unreadable_{unreadable.key}", self._name_of(name), name, shown, line.line_of(name), params
                    )
                )
        return self._one_number(line, values)

    def _one_number(self, line: Line, values: dict[str, Any]) -> dict[str, Any]:
        """The CPR number counts where both are given; 0000000000 is nobody's."""
        if values.get("cpr") == NOBODY:
            del values["cpr"]
            line.problems.append(Problem("nobody", self._name_of("cpr"), "cpr", NOBODY, line.line_of("cpr")))
        if values.get("cpr") and values.get("udl"):
            udl = values.pop("udl")
            line.problems.append(Problem("two_numbers", self._name_of("udl"), "udl", udl, line.line_of("udl")))
        return values

    def _refuse_without(self, line: Line, values: Mapping[str, Any]) -> None:
        for name in self._needed:
            if not values.get(name) and not _refuse_unread(line, "refused_value", name):
                self._refuse(line, "value", self._name_of(name), "", name)
        if any(values.get(name) for name in PERSON):
            return
        if any(problem.code == "nobody" for problem in line.problems):
            return
        if not _refuse_unread(line, "refused_person", *PERSON):
            self._refuse(line, "person", self._name_of("cpr"), "", "cpr")

    def _refuse(self, line: Line, code: str, name: str, value: str, field: str = "") -> None:
        line.problems.append(Problem(f"refused_{code}", name, field, value, line.line_of(field)))

    def _reader(self, field: Field) -> Read:
        """How a field's text is read."""
        if isinstance(field, Codes):
            most = len(self._statistic.code_lists[field.code_list].rows)
            return lambda found: _codes(found, most)
        if isinstance(field, Code):
            return _code if not field.open else _keeping(field.read, self._today, _room(field))
        if isinstance(field, BirthDate):
            return lambda text: self._past(_day(text))
        if isinstance(field, Date):
            return _day
        if isinstance(field, PersonNumber):
            room = _room(field)
            return lambda text: _kept(re.sub(r"[\s-]", "", text), room)
        if isinstance(field, Text):
            return lambda text: field.read(text, self._today)
        return _keeping(field.read, self._today, _room(field))

    def _past(self, day: date) -> date:
        if day > self._today:
            raise Unreadable("date_future")
        return day


def _graver(problems: list[Problem]) -> list[Problem]:
    """Without what is told of how a value is written, where what is told of reading it says more."""
    told = {problem.name for problem in problems if not problem.code.startswith("element_")}
    return [problem for problem in problems if problem.code not in OF_WRITING or problem.name not in told]


def _refuse_unread(line: Line, code: str, *fields: str) -> bool:
    """Makes of a value of the fields that could not be read why the line is refused, so that it is told once; whether
    there was one."""
    for place, told in enumerate(line.problems):
        if told.is_unread and told.field in fields:
            line.problems[place] = replace(told, code=code, params={**told.params, UNREAD: told.code})
            return True
    return False


def _xml_form(statistic: Statistic) -> str:
    return statistic.exchange.xml.form if statistic.exchange.xml else ""


def _spelt(actions: Mapping[str, Action]) -> dict[str, Action]:
    return {_plain(word): action for word, action in actions.items()}


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold()


def _is_key(key: str) -> bool:
    return 0 < len(key) <= LONGEST_KEY and key.isprintable()


def _room(field: Field) -> int:
    """How many characters the register has for the field."""
    model = Case if field.owner == "case" else Record
    column = model._meta.get_field(field.name) if field.column else None
    length: int = getattr(column, "max_length", None) or 100
    return length


def _kept(text: str, room: int) -> str:
    """The text as it stands. Raises Unreadable when there is no room for it, or when it is not only text."""
    if not text.isprintable():
        raise Unreadable("text_control")
    if len(text) > room:
        raise Unreadable("text_long", longest=room, count=len(text))
    return text


def _keeping(read: Callable[[str, date], Any], today: date, room: int) -> Read:
    """Reads as a form does; what a form refuses is kept as it stands, so that a rule can mark it."""

    @lru_cache(10_000)
    def value(text: str) -> Any:
        try:
            return read(text, today)
        except Unreadable:
            return _kept(text.strip(), room)

    return value


_code = lru_cache(10_000)(read_code)


@lru_cache(10_000)
def _day(text: str) -> date:
    """A day in the form åååå-mm-dd, with or without a time zone as XML allows. Raises Unreadable."""
    day = ISO_DAY.fullmatch(text.strip())
    try:
        found = date.fromisoformat(day[1] if day else "")
    except ValueError:
        raise Unreadable("iso_date") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Unreadable("iso_date")
    return found


def _codes(found: str | Iterable[str], most: int) -> tuple[str, ...]:
    """The codes without repeats. Raises Unreadable for one that is none, or for more than the list has."""
    each = [found] if isinstance(found, str) else found
    codes = tuple(dict.fromkeys(_code(text) for text in each if text.strip()))
    if len(codes) > most:
        raise Unreadable("codes_many", most=most, count=len(codes))
    return codes
