"""Work in several processes: rules and reports are computed in Python, so threads would wait for each other. A worker
ends when the process that started it ends, however it does."""

import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
WORTH_IT = 50_000
"""Records from which it takes less time to start workers than they save."""
AHEAD = 2
"""How much work each worker may have waiting."""


def worth_it(jobs: int, records: int) -> int:
    """The number of processes for so many records: `jobs`, or one when there are few."""
    return jobs if records >= WORTH_IT else 1


def pool(jobs: int) -> ProcessPoolExecutor:
    """So many processes with Django set up and connections of their own."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(os.getpid(),))


def in_order(work: Callable[[T], R], pieces: Iterable[T], jobs: int) -> Iterator[tuple[T, R]]:
    """Each piece with what `work`, which can be pickled, made of it, in their order; with one job in this process.
    Pieces are asked for as they are needed, so that any number of them takes constant memory."""
    if jobs == 1:
        yield from ((piece, work(piece)) for piece in pieces)
        return
    waiting: deque[tuple[T, Future[R]]] = deque()
    with pool(jobs) as workers:
        for piece in pieces:
            waiting.append((piece, workers.submit(work, piece)))
            if len(waiting) > AHEAD * jobs:
                yield _first(waiting)
        while waiting:
            yield _first(waiting)


def _first(waiting: deque[tuple[T, Future[R]]]) -> tuple[T, R]:
    piece, future = waiting.popleft()
    return piece, future.result()


def _begin(parent: int) -> None:
    """Sets a worker up; it watches over the process that started it."""
    import django

    django.setup()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
