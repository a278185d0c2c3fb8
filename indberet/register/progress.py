"""Progress of long work on a terminal or in a log."""

from time import monotonic
from typing import TextIO

WIDTH = 30
EVERY = 10  # seconds between two lines in a log


class Bar:
    """A bar on a terminal, a line every ten seconds elsewhere. `total` is the expected number of records."""

    def __init__(self, out: TextIO, label: str, total: int) -> None:
        self._out, self._label, self._total = out, label, max(total, 1)
        self._on_terminal = bool(getattr(out, "isatty", lambda: False)())
        self._started = self._told = monotonic()

    def __call__(self, done: int) -> None:
        """Shows how many are done."""
        if self._on_terminal:
            filled = min(WIDTH, WIDTH * done // self._total)
            self._out.write(f"\r{self._label} [{'#' * filled}{'.' * (WIDTH - filled)}] {done:,} of {self._total:,}")
        elif monotonic() - self._told >= EVERY:
            self._told = monotonic()
            self._out.write(f"{self._label}: {done:,} of {self._total:,} records\n")
        self._out.flush()

    def close(self) -> float:
        """Ends the bar; the seconds it took."""
        if self._on_terminal:
            self._out.write("\n")
        return monotonic() - self._started
