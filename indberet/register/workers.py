"""Work in several processes: rules and reports are computed in Python, so threads would wait for each other. A worker
ends when the process that started it ends, however it does."""

import contextlib
import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Generic, NoReturn, Self, TypeVar

T = TypeVar("T")
R = TypeVar("R")
WORTH_IT = 50_000
"""Records from which it takes less time to start workers than they save."""
AHEAD = 2
"""How much work each worker may have waiting."""
MOST_LOST = 10
"""Pieces given up, beyond which the machine is thought to be at fault, and nothing is tried a second time."""


def worth_it(jobs: int, records: int) -> int:
    """The number of processes for so many records: `jobs`, or one when there are few."""
    return jobs if records >= WORTH_IT else 1


def pool(jobs: int) -> ProcessPoolExecutor:
    """So many processes with Django set up and connections of their own."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(os.getpid(),))


def _no_result(piece: object) -> NoReturn:
    raise BrokenProcessPool("A process was killed, and so was the next one at the same work.")


class Team(Generic[T, R]):
    """Processes that do `work`, which can be pickled, with pieces. One that is killed takes its pool with it: what was
    under way is then done once more, each piece by itself, and what comes after by a new pool. A piece that costs its
    process a second time is given up, and `lost` says what it gave; beyond `MOST_LOST` of them none is tried again."""

    def __init__(self, work: Callable[[T], R], jobs: int, lost: Callable[[T], R]) -> None:
        self._work, self._jobs, self._lost = work, jobs, lost
        self._pool, self._given_up = pool(jobs), 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """What is not begun is not done."""
        self._pool.shutdown(cancel_futures=True)

    def start(self, piece: T) -> Future[R]:
        """Hands a piece over."""
        try:
            return self._pool.submit(self._work, piece)
        except BrokenProcessPool:
            self._pool.shutdown()
            self._pool = pool(self._jobs)
            return self._pool.submit(self._work, piece)

    def result(self, piece: T, future: Future[R]) -> R:
        """What came of a piece that was handed over. Raises what the work raised."""
        try:
            return future.result()
        except BrokenProcessPool:
            return self._alone(piece)

    def _alone(self, piece: T) -> R:
        if self._given_up < MOST_LOST:
            with contextlib.suppress(BrokenProcessPool), pool(1) as one:
                return one.submit(self._work, piece).result()
        self._given_up += 1
        return self._lost(piece)


def in_order(
    work: Callable[[T], R], pieces: Iterable[T], jobs: int, lost: Callable[[T], R] = _no_result
) -> Iterator[tuple[T, R]]:
    """Each piece with what `work` made of it, in their order; with one job in this process. Pieces are asked for as
    they are needed, so that any number of them takes constant memory. `lost` is what a piece gives that kills its
    process; without it that is raised."""
    if jobs == 1:
        yield from ((piece, work(piece)) for piece in pieces)
        return
    waiting: deque[tuple[T, Future[R]]] = deque()
    with Team(work, jobs, lost) as team:
        for piece in pieces:
            waiting.append((piece, team.start(piece)))
            if len(waiting) > AHEAD * jobs:
                yield waiting[0][0], team.result(*waiting.popleft())
        while waiting:
            yield waiting[0][0], team.result(*waiting.popleft())


def as_they_come(
    work: Callable[[T], R], pieces: Iterable[T], jobs: int, lost: Callable[[T], R] = _no_result
) -> Iterator[tuple[T, R]]:
    """The same, whatever is done first."""
    if jobs == 1:
        yield from in_order(work, pieces, jobs)
        return
    waiting: dict[Future[R], T] = {}
    with Team(work, jobs, lost) as team:
        for piece in pieces:
            waiting[team.start(piece)] = piece
            if len(waiting) > AHEAD * jobs:
                yield from _done(team, waiting)
        while waiting:
            yield from _done(team, waiting)


def _done(team: Team[T, R], waiting: dict[Future[R], T]) -> Iterator[tuple[T, R]]:
    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
        piece = waiting.pop(future)
        yield piece, team.result(piece, future)


def _begin(parent: int) -> None:
    """Sets a worker up; it watches over the process that started it."""
    import django

    django.setup()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
