"""An environment variable of Indberet, and how its text is read.

A value that cannot be read raises `BadSetting`, one sentence that names the variable, its value and what was expected.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured

T_co = TypeVar("T_co", covariant=True)


class BadSetting(ImproperlyConfigured):
    """An environment variable is missing or has a value that Indberet cannot use."""


@dataclass(frozen=True)
class Variable(Generic[T_co]):
    """One environment variable.

    `expected` completes the sentence "expected ..."; `read` turns text into the value and raises ValueError on a bad
    one. `default` is used in production (None: must be set), `demo` under INDBERET_DEMO. A `secret` may also come from
    the file that `<name>_FILE` names, and is never shown.
    """

    name: str
    expected: str
    read: Callable[[str], T_co]
    about: str
    default: str | None
    demo: str
    secret: bool = False

    def value(self, environment: Mapping[str, str] = os.environ) -> T_co:
        """The value in force; raises BadSetting when it is missing or cannot be read."""
        text = self.given(environment)
        if text is None:
            text = self.fallback(environment)
        try:
            return self.read(text)
        except ValueError as error:
            raise BadSetting(f"{self.name} is {self.shown(text)}, expected {self.expected}.") from error

    def given(self, environment: Mapping[str, str]) -> str | None:
        """The text that was set, in the variable or its file; None when it is not set or empty."""
        text = environment.get(self.name, "").strip()
        file = environment.get(f"{self.name}_FILE", "").strip() if self.secret else ""
        if text and file:
            raise BadSetting(f"{self.name} and {self.name}_FILE are both set, expected one of them.")
        return (_content(f"{self.name}_FILE", file) if file else text) or None

    def fallback(self, environment: Mapping[str, str]) -> str:
        """The default in force: the one of the demo, or the one of production."""
        text = self.demo if demo(environment) else self.default
        if text is None:
            file = f" (or {self.name}_FILE)" if self.secret else ""
            raise BadSetting(
                f"{self.name}{file} is missing, expected {self.expected}; to try Indberet, set INDBERET_DEMO=1."
            )
        return text

    def shown(self, text: str) -> str:
        """The text in quotes, a secret without what is secret in it."""
        if self.secret:
            text = re.sub(r"(//[^:/?#]*):.*@", r"\1:***@", text) if "://" in text else "not shown"
        return f"'{text}'"


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise BadSetting(f"{name} is '{path}', expected a file that can be read ({reason}).") from error


def flag(text: str) -> bool:
    """Yes or no."""
    answers = {"1": True, "yes": True, "true": True, "on": True, "0": False, "no": False, "false": False, "off": False}
    try:
        return answers[text.lower()]
    except KeyError:
        raise ValueError(text) from None


def number(lowest: int, highest: int) -> Callable[[str], int]:
    """A whole number within bounds."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not lowest <= int(text) <= highest:
            raise ValueError(text)
        return int(text)

    return read


def choice(*choices: str) -> Callable[[str], str]:
    """One of some words."""

    def read(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(text)
        return text.lower()

    return read


def hosts(text: str) -> tuple[str, ...]:
    """Host names with commas between."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names or not all(re.fullmatch(r"\.?[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]", name) for name in names):
        raise ValueError(text)
    return names


def host(text: str) -> str:
    """A host name or an address."""
    if not re.fullmatch(r"[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]", text):
        raise ValueError(text)
    return text


def mail_address(text: str) -> str:
    """An e-mail address."""
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", text):
        raise ValueError(text)
    return text


def secret_key(text: str) -> str:
    """A key long enough to be secret, or none."""
    if 0 < len(text) < 32:
        raise ValueError(text)
    return text


def pattern(expression: str) -> Callable[[str], str]:
    """Text that matches the whole of a regular expression."""

    def read(text: str) -> str:
        if not re.fullmatch(expression, text):
            raise ValueError(text)
        return text

    return read


def cvr_pairs(text: str) -> dict[str, str]:
    """Fictitious CVR numbers, which begin with 9, with the codes of municipalities; each number once."""
    pairs = [pair.strip() for pair in text.split(",") if pair.strip()]
    found = dict(pair.partition("=")[::2] for pair in pairs)
    if not all(re.fullmatch(r"9[0-9]{7}=[0-9]{3}", pair) for pair in pairs) or len(found) < len(pairs):
        raise ValueError(text)
    return found


def demo(environment: Mapping[str, str] = os.environ) -> bool:
    """True when Indberet runs as a demo on fictitious data; everything else is production."""
    return DEMO.value({**environment, DEMO.name: environment.get(DEMO.name, "").strip() or "no"})


DEMO = Variable(
    "INDBERET_DEMO",
    "yes or no",
    flag,
    "Run as a demo on fictitious data: http on this machine, the test log-in, a key made at the first start.",
    default="no",
    demo="no",
)
