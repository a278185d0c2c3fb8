"""Work that costs its process, for processes that are started anew."""

import os
import signal
from datetime import date

from indberet.nightly.workers import make


def make_killed_at_751(statistic: str, code: str, *, today: date) -> str:
    """Makes the report, but of Aarhus: that one kills its process as the system would when memory runs out."""
    if code == "751":
        os.kill(os.getpid(), signal.SIGKILL)
    return make(statistic, code, today=today)
