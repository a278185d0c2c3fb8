"""One nightly run at a time. The lock is of the kind that goes with its process, however that ends: an advisory lock of
the connection on PostgreSQL, a lock on a file beside the database on SQLite. Nothing has to be cleared away."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

from .models import Night

FILE = "nightly.lock"


class Held(Exception):
    """Another process has the lock; the message says which."""


def me() -> str:
    """This process, as the one who is told off can find it."""
    return f"{socket.gethostname()} process {os.getpid()}"


@contextmanager
def only_one() -> Iterator[None]:
    """Holds the lock. Raises Held when another process does."""
    with _advisory() if connection.vendor == "postgresql" else _file(settings.DATA_DIR / FILE):
        yield


@contextmanager
def _advisory() -> Iterator[None]:
    """Of the connection, not of a transaction; it ends with the connection at the latest."""
    key = int.from_bytes(blake2b(b"indberet nightly", digest_size=8).digest(), signed=True)
    if not _asked("SELECT pg_try_advisory_lock(%s)", key):
        raise Held(_told(Night.unscoped.order_by("-day").values_list("holder", flat=True).first() or ""))
    try:
        yield
    finally:
        _asked("SELECT pg_advisory_unlock(%s)", key)


def _asked(query: str, key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, [key])
        return bool(cursor.fetchone()[0])


@contextmanager
def _file(path: Path) -> Iterator[None]:
    """The system takes the lock away when the process ends; the file stays and means nothing without it."""
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Held(_told(_read(file))) from None
        file.seek(0)
        file.truncate()
        file.write(me())
        file.flush()
        yield


def _read(file: IO[str]) -> str:
    file.seek(0)
    return file.read().strip()


def _told(holder: str) -> str:
    return f"The nightly run is already at work: {holder or 'another process'}. Nothing was done."
