"""Work that costs its process, for processes that are started anew: whoever does it is killed as the system would when
memory runs out."""

import os
import signal
from pathlib import Path


def killed_at_two(number: int) -> int:
    """Kills its process at 2, else gives the number."""
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


class KilledOnce:
    """Kills its process at 2, but only the first time; `folder` remembers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, number: int) -> int:
        done = self.folder / "killed"
        if number == 2 and not done.exists():
            done.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number
