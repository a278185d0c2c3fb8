"""One thing that was looked at."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "error"]


@dataclass(frozen=True, kw_only=True)
class Point:
    """What was looked at, by a lasting name, what was found, and what to do about it. With an error nobody, or the
    wrong one, logs in; a warning leaves time."""

    name: str
    state: State
    said: str
    do: str = ""


def ok(name: str, said: str) -> Point:
    """All is well."""
    return Point(name=name, state="ok", said=said)


def warning(name: str, said: str, do: str) -> Point:
    """It works, and something is to be done."""
    return Point(name=name, state="warning", said=said, do=do)


def error(name: str, said: str, do: str) -> Point:
    """It does not work, or is not safe."""
    return Point(name=name, state="error", said=said, do=do)
