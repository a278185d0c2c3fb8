"""Writing behind the back of who computes: PostgreSQL stores some rows while Python checks the next ones."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from django.db import DEFAULT_DB_ALIAS, connection, connections

Write = Callable[[], None]


class Behind:
    """Does writes in the order in which they were put: on PostgreSQL in a thread, which has the connection of whoever
    made it and its transaction; so that one uses the connection only between `wait` and `begin`. SQLite has no waiting
    to use; there `begin` does them."""

    def __init__(self) -> None:
        self._put: list[Write] = []
        self._thread: ThreadPoolExecutor | None = None
        self._doing: Future[None] | None = None

    def __enter__(self) -> "Behind":
        return self

    def __exit__(self, kind: type[BaseException] | None, _value: object, _traceback: TracebackType | None) -> None:
        """Does what was put; after an exception it only waits, so that the transaction can be undone."""
        try:
            if kind is None:
                self.finish()
        finally:
            if self._thread:
                self._thread.shutdown()
                connection.dec_thread_sharing()

    def put(self, write: Write) -> None:
        """Keeps a write for `begin`."""
        self._put.append(write)

    def begin(self) -> None:
        """Begins with what was put."""
        writes, self._put = self._put, []
        if connection.vendor != "postgresql":
            _do(writes)
        elif writes:
            self._doing = self._started().submit(_do, writes)

    def wait(self) -> None:
        """Waits for what was begun. Raises what a write raised."""
        doing, self._doing = self._doing, None
        if doing:
            doing.result()

    def finish(self) -> None:
        """Does all that is left, in this thread: a small delivery needs no other one."""
        self.wait()
        writes, self._put = self._put, []
        _do(writes)

    def _started(self) -> ThreadPoolExecutor:
        if self._thread is None:
            connection.inc_thread_sharing()
            wrapper = connections[DEFAULT_DB_ALIAS]
            self._thread = ThreadPoolExecutor(1, "behind", connections.__setitem__, (DEFAULT_DB_ALIAS, wrapper))
        return self._thread


def _do(writes: Iterable[Write]) -> None:
    for write in writes:
        write()
