"""How much memory a process has needed."""

import re
from pathlib import Path

PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def peak_megabytes() -> float:
    """The most memory that this process has had. (What getrusage tells begins with what the parent process had.)"""
    found = PEAK.search(Path("/proc/self/status").read_text(encoding="ascii", errors="replace"))
    assert found
    return int(found[1]) * 1024 / 1e6
