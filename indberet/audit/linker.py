"""Linking what is left: by a thread of each process that serves, and by every command before it ends.

A request links its own events at once, unless the process did so within the last second. Then nobody may come for a
long time, and what is not linked could be changed unseen.
"""

from threading import Event as Signal
from threading import Thread
from traceback import clear_frames

import structlog
from django.db import connection

from . import chain

log = structlog.get_logger(__name__)
LOOKS_EVERY = 60.0
"""Seconds after which the thread looks although this process left nothing: another one may have been killed."""


class Linker(Thread):
    """Links within about a second of a commit what the commit's own round passed by, until `stop`. It holds neither a
    cursor nor a connection between two rounds."""

    def __init__(self) -> None:
        super().__init__(name="audit-linker", daemon=True)
        self._stopped = Signal()

    def run(self) -> None:
        """Looks once at what was left before this process, then waits for what this one leaves."""
        while not self._stopped.is_set():
            _round()
            chain.something_left(LOOKS_EVERY)
            self._stopped.wait(chain.until_next())

    def stop(self) -> None:
        """Ends the thread after its round; what is left is for `finish`."""
        self._stopped.set()


def finish() -> None:
    """At the end of a process: links what it left, and waits for others who are at it. A failure is logged only; the
    next process links it."""
    while chain.something_left():
        if not _round(wait=True):
            return


def _round(*, wait: bool = False) -> bool:
    """One round, with a connection of its own; whether it went well."""
    try:
        chain.link_left(wait=wait)
    except Exception as wrong:  # a thread that dies of it would link nothing any more
        log.warning("events_not_linked", error=type(wrong).__name__)
        clear_frames(wrong.__traceback__)
        return False
    finally:
        connection.close()
    return True
