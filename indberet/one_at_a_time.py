"""One process at a time. The lock is of the kind that goes with its process, however that ends: an advisory lock of the
connection on PostgreSQL, a lock on a file beside the database on SQLite. Nothing has to be cleared away, and others can
see whether somebody has it."""

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

NIGHTLY = "nightly"
"""The name of the nightly run's lock."""
TRIES, BETWEEN = 20, 0.05  # seconds; is_held has the file for much less
IS_HELD = """
SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND (classid::bigint << 32) | objid::bigint = %s)
"""


class Held(Exception):
    """Another process has the lock. `holder` is that process, if it is known."""

    def __init__(self, holder: str = "") -> None:
        super().__init__(holder)
        self.holder = holder


def me() -> str:
    """This process, as the one who is told off can find it."""
    return f"{socket.gethostname()} process {os.getpid()}"


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Holds the lock of that name. Raises Held when another process does."""
    with _advisory(name) if connection.vendor == "postgresql" else _file(_path(name)):
        yield


def is_held(name: str) -> bool:
    """Whether a process has the lock, now."""
    if connection.vendor == "postgresql":
        return _asked(IS_HELD, name)
    try:
        with _path(name).open(encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


@contextmanager
def _advisory(name: str) -> Iterator[None]:
    """Of the connection, not of a transaction; it ends with the connection at the latest."""
    if not _asked("SELECT pg_try_advisory_lock(%s)", name):
        raise Held
    try:
        yield
    finally:
        _asked("SELECT pg_advisory_unlock(%s)", name)


def _asked(query: str, name: str) -> bool:
    key = int.from_bytes(blake2b(f"indberet {name}".encode(), digest_size=8).digest(), signed=True)
    with connection.cursor() as cursor:
        cursor.execute(query, [key])
        return bool(cursor.fetchone()[0])


def _path(name: str) -> Path:
    return settings.DATA_DIR / f"{name}.lock"


@contextmanager
def _file(path: Path) -> Iterator[None]:
    """The system takes the lock away when the process ends; the file stays and means nothing without it."""
    with path.open("a+", encoding="utf-8") as file:
        _take(file)
        file.seek(0)
        file.truncate()
        file.write(me())
        file.flush()
        yield


def _take(file: IO[str]) -> None:
    """Tried for a second: whoever asks `is_held` has it for an instant."""
    for _try in range(TRIES):
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(BETWEEN)
    file.seek(0)
    raise Held(file.read().strip())
