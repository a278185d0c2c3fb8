"""What was measured on, in a sentence."""

import os
import platform
import sqlite3
import subprocess
from datetime import date
from pathlib import Path

import django

from .databases import ROOT


def description() -> str:
    """Date, processor, memory, versions, and how busy the machine was."""
    cores = os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Measured on {date.today():%Y-%m-%d}: {_processor()}, {cores} cores, {memory:.0f} GB, "  # noqa: DTZ011
        f"Python {platform.python_version()}, Django {django.__version__}, SQLite {sqlite3.sqlite_version}, "
        f"PostgreSQL {_postgres()}. Load of the machine at the end: {os.getloadavg()[1]:.1f} (five minutes); more than "
        f"{cores} means that others were working on it, and every figure is too high."
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _postgres() -> str:
    found = subprocess.run([ROOT / "scripts" / "postgres-bin.sh"], capture_output=True, text=True, check=False)
    if found.returncode:
        return "(none)"
    server = Path(found.stdout.strip()) / "postgres"
    return subprocess.run([server, "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
