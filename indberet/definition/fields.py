"""The kinds of field: how a value is typed, read, shown and exported.

Values are plain: text is `str` ('' when empty), a date is `date` or None, several codes are a tuple of `str`.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

from .code_lists import Certainty
from .cpr import is_cpr, read_cpr, show_cpr
from .dates import plain, read_date, show_date
from .errors import Unreadable
from .values import Condition, always, never

UUID_HEX = re.compile(r"[0-9a-f]{32}")
UUID_TEXT = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
LONGEST_CODE = 40


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a statistic. Texts stand under `fields.<name>`: label, optionally help, why, column (short heading).

    `owner` says whether the case or the record has it; `column` whether it is a plain column in the register
    (otherwise it lies in `extra`); `applies` and `required` are asked with the record; `steers` marks fields that
    decide what else is shown; `since` and `until` limit the record dates on which the field exists; `dated_by` names
    the day on which its codes are looked up: the record's date, or that on which it was created (see Statistic).
    """

    name: str
    group: str
    owner: Literal["case", "record"] = "record"
    applies: Condition = always
    required: Condition = never
    column: bool = True
    steers: bool = False
    since: date | None = None
    until: date | None = None
    dated_by: Literal["record", "created"] = "record"
    source: str = ""
    certainty: Certainty = Certainty.CONFIRMED

    kind: ClassVar[str] = "text"
    empty: ClassVar[Any] = ""

    @property
    def has_form(self) -> bool:
        """Whether a stored value can have a wrong form."""
        return False

    def well_formed(self, value: Any) -> bool:
        """Whether a value that is there has the form in which `read` gives it."""
        return True

    def exists_on(self, day: date) -> bool:
        """Whether the field is part of the statistic on `day`."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def read(self, typed: str, today: date) -> Any:
        """The value of what was typed; '' gives the empty value. Raises Unreadable."""
        return typed.strip()

    def show(self, value: Any) -> str:
        """The value as a person reads it."""
        return str(value or "")

    def typed(self, value: Any) -> Any:
        """The value as it stands in a form field."""
        return self.show(value)

    def export(self, value: Any) -> str:
        """The value in a file: codes and ISO dates, never labels."""
        return str(value or "")


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """Free text of one line, at most `longest` characters."""

    longest: int = 100
    has_form = True

    def well_formed(self, value: Any) -> bool:
        return len(value) <= self.longest

    def read(self, typed: str, today: date) -> str:
        text = typed.strip()
        if any(unicodedata.category(character) == "Cc" for character in text):
            raise Unreadable("text_control")
        if len(text) > self.longest:
            raise Unreadable("text_long", longest=self.longest, count=len(text))
        return text


@dataclass(frozen=True, kw_only=True)
class Digits(Field):
    """A number that is a name, such as a P-number: exactly `length` digits, spaces are ignored."""

    length: int
    kind: ClassVar[str] = "digits"
    has_form = True

    def well_formed(self, value: Any) -> bool:
        return len(value) == self.length and value.isascii() and value.isdigit()

    def read(self, typed: str, today: date) -> str:
        digits = re.sub(r"[\s.\-]", "", plain(typed))
        if digits and not (digits.isascii() and digits.isdigit()):
            raise Unreadable("digits_letters", length=self.length)
        if digits and len(digits) != self.length:
            raise Unreadable("digits_length", length=self.length, count=len(digits))
        return digits


@dataclass(frozen=True, kw_only=True)
class Date(Field):
    """A day."""

    kind: ClassVar[str] = "date"
    empty: ClassVar[Any] = None

    def read(self, typed: str, today: date) -> date | None:
        return read_date(typed, today) if typed.strip() else None

    def show(self, value: Any) -> str:
        return show_date(value)

    def export(self, value: Any) -> str:
        return value.isoformat() if value else ""


@dataclass(frozen=True, kw_only=True)
class BirthDate(Date):
    """A day that has been."""

    def read(self, typed: str, today: date) -> date | None:
        born = super().read(typed, today)
        if born and born > today:
            raise Unreadable("date_future", found=show_date(born))
        return born


@dataclass(frozen=True, kw_only=True)
class Uuid(Field):
    """A UUID; braces, capitals and spaces are read and not kept."""

    kind: ClassVar[str] = "uuid"
    has_form = True

    def well_formed(self, value: Any) -> bool:
        return UUID_TEXT.fullmatch(value) is not None

    def read(self, typed: str, today: date) -> str:
        return read_uuid(typed)


@dataclass(frozen=True, kw_only=True)
class PersonNumber(Field):
    """A CPR number: ten digits, a possible day; modulus 11 is not asked for."""

    kind: ClassVar[str] = "cpr"
    has_form = True

    def well_formed(self, value: Any) -> bool:
        return is_cpr(value)

    def read(self, typed: str, today: date) -> str:
        return read_cpr(typed, today) if typed.strip() else ""

    def show(self, value: Any) -> str:
        return show_cpr(value or "")


@dataclass(frozen=True, kw_only=True)
class Code(Field):
    """One code of a list. An `open` list may lack codes that are right: a stranger (a well-formed UUID) only warns."""

    code_list: str
    open: bool = False
    kind: ClassVar[str] = "code"

    @property
    def has_form(self) -> bool:
        return self.open

    def well_formed(self, value: Any) -> bool:
        return UUID_TEXT.fullmatch(value) is not None

    def read(self, typed: str, today: date) -> str:
        return read_code(typed, must_be_uuid=self.open)

    def typed(self, value: Any) -> str:
        return value or ""


@dataclass(frozen=True, kw_only=True)
class Codes(Field):
    """Any number of codes of a list, kept in a child table so that they can be counted."""

    code_list: str
    kind: ClassVar[str] = "codes"
    empty: ClassVar[Any] = ()

    def read_all(self, typed: list[str]) -> tuple[str, ...]:
        """The codes without repeats, in the order typed. Raises Unreadable."""
        return tuple(dict.fromkeys(read_code(text) for text in typed if text.strip()))

    def read(self, typed: str, today: date) -> tuple[str, ...]:
        return self.read_all(typed.split("|"))

    def show(self, value: Any) -> str:
        return ", ".join(value or ())

    def typed(self, value: Any) -> list[str]:
        return list(value or ())

    def export(self, value: Any) -> str:
        return "|".join(value or ())


def read_uuid(typed: str) -> str:
    """The canonical lower-case text form of a UUID in any usual spelling; '' stays ''. Raises Unreadable."""
    hexadecimal = _hexadecimal(typed)
    if not hexadecimal:
        return ""
    if not UUID_HEX.fullmatch(hexadecimal):
        raise Unreadable("uuid", count=len(hexadecimal))
    return str(UUID(hexadecimal))


def read_code(typed: str, *, must_be_uuid: bool = False) -> str:
    """A code as lists spell it: trimmed, UUIDs in canonical form. Raises Unreadable."""
    if must_be_uuid or UUID_HEX.fullmatch(_hexadecimal(typed)):
        return read_uuid(typed)
    code = plain(typed)
    if len(code) > LONGEST_CODE or any(unicodedata.category(character) == "Cc" for character in code):
        raise Unreadable("code")
    return code


def _hexadecimal(typed: str) -> str:
    return re.sub(r"[\s{}\-]", "", plain(typed).lower().removeprefix("urn:uuid:"))
