"""`indberet nightly`: recheck, reports, reminders, e-mails, purge, events; once a day, from cron or a systemd timer."""

import os
import sys
from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone, translation

from indberet.nightly.lock import AtWork
from indberet.nightly.run import run_night
from indberet.stopping import ENDS_WITH, STOPPED, Stopped, stoppable

EVERY = 10  # seconds between two lines of progress
ALREADY_AT_WORK = 3


class Command(BaseCommand):
    """Safe to run twice: what is done is not done again the same day. Ends with 0 when all went well, 1 when something
    failed, 3 when another run is at work, 143 when it was stopped by SIGTERM."""

    help = "do what is done every night: recheck, reports, reminders, e-mails, purge, events"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many processes, and whether to tell of the way there."""
        parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes for rechecks and reports")
        parser.add_argument("--quiet", action="store_true", help="no progress; only the page at the end")

    def handle(self, *args: Any, quiet: bool, jobs: int, **options: Any) -> None:
        """Runs and prints the page."""
        try:
            with stoppable(), translation.override("da"):
                night = run_night(timezone.localdate(), jobs=max(jobs, 1), progress=_silent if quiet else _Lines())
        except AtWork as other:
            raise CommandError(str(other), returncode=ALREADY_AT_WORK) from other
        except Stopped as stopped:
            raise CommandError(STOPPED, returncode=ENDS_WITH) from stopped
        self.stdout.write(night.page)
        if night.failed:
            raise CommandError("Something failed in the nightly run; the page above says what.", returncode=1)


class _Lines:
    """A line every ten seconds."""

    def __init__(self) -> None:
        self._told = monotonic()

    def __call__(self, what: str, count: int) -> None:
        if monotonic() - self._told >= EVERY:
            self._told = monotonic()
            sys.stderr.write(f"{what}: {count:,}\n")
            sys.stderr.flush()


def _silent(what: str, count: int) -> None:
    return
