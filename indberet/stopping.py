"""Stopping when the system asks (SIGTERM): at once, but for what must not be cut in the middle."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDS_WITH = 128 + signal.SIGTERM
"""What a shell calls the end by that signal."""
STOPPED = "Stopped. What was begun is whole; what is left is done by the next run."


class Stopped(BaseException):
    """Somebody asked the process to stop. Like KeyboardInterrupt no part of the program may take it for a failure."""


class _State(threading.local):
    """Of a thread: the signal is answered in the first one, the others are never in the way."""

    inside = 0
    asked = False


_state = _State()


@contextmanager
def stoppable() -> Iterator[None]:
    """In here SIGTERM raises Stopped; in the first thread of the process only."""
    before = signal.signal(signal.SIGTERM, _answer)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        _state.asked = False


@contextmanager
def whole() -> Iterator[None]:
    """What is begun in here is finished first. Raises Stopped at the end if that was asked in the meantime."""
    _state.inside += 1
    try:
        yield
    finally:
        _state.inside -= 1
    if _state.asked and not _state.inside:
        raise Stopped


def _answer(_number: int, _frame: FrameType | None) -> None:
    _state.asked = True
    if not _state.inside:
        raise Stopped
