"""Medians of two things measured in turns, so that what disturbs the machine disturbs both."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter, process_time
from typing import Any

Work = Callable[[], Any]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Milliseconds of a request and of the bare database doing the same: medians of `runs`, and the slowest request.

    `cpu` is what the request's own process computed, waiting left out; `rows` is what the bare database fetched.
    """

    request: float
    bare: float
    slowest: float
    cpu: float
    runs: int
    rows: int = 0

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def in_turns(request: Work, bare: Work, *, runs: int, before: Work = lambda: None) -> Pair:
    """Both twice to warm up, then `runs` times each in turns; `before` each request, outside the time."""
    for _warm_up in range(2):
        before()
        request()
        rows = bare()
    requests: list[tuple[float, float]] = []
    bares: list[float] = []
    for _run in range(runs):
        before()
        requests.append(milliseconds(request))
        bares.append(milliseconds(bare)[0])
    times, cpu = zip(*requests, strict=True)
    return Pair(
        request=median(times), bare=median(bares), slowest=max(times), cpu=median(cpu), runs=runs, rows=rows or 0
    )


def milliseconds(work: Work) -> tuple[float, float]:
    """How long it takes, and how long this process computes for it."""
    computing, started = process_time(), perf_counter()
    work()
    return (perf_counter() - started) * 1000, (process_time() - computing) * 1000
