"""`indberet demo-data`: fill an empty database with fictitious cases and services."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from indberet import environment
from indberet.demo.generate import generate
from indberet.demo.plan import every_municipality, plan
from indberet.demo.received import approve_last_year, receive
from indberet.demo.store import empty, is_empty

STEP = 50_000  # records between two lines of progress


class Command(BaseCommand):
    """Fill an empty database with fictitious cases and services."""

    help = "Fill an empty database with fictitious cases and services. The same seed gives the same data on a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How much, where, and what to do with what is there."""
        parser.add_argument("--records", type=int, help="number of services in all (3,000 in some municipalities)")
        parser.add_argument("--municipality", nargs="+", default=[], metavar="CODE", help="only these, e.g. 461 751")
        parser.add_argument("--seed", default="1", help="another word gives other data")
        there = parser.add_mutually_exclusive_group()
        there.add_argument("--if-empty", action="store_true", help="say nothing when there is data already")
        there.add_argument("--again", action="store_true", help="first remove every case and service")

    def handle(
        self,
        *args: Any,
        records: int | None,
        municipality: list[str],
        seed: str,
        if_empty: bool,
        again: bool,
        **options: Any,
    ) -> None:
        """Refuses production, wrong numbers and data that is there; reports what it made."""
        self._refuse(records, municipality)
        if not is_empty() and not again:
            if not if_empty:
                self.stdout.write("There is data already; nothing was changed. --again removes it and starts anew.")
            return
        if again:
            empty()
        started, now = time.monotonic(), timezone.localtime()
        portions = plan(records=records, codes=municipality, seed=seed)
        count = generate(portions, seed=seed, now=now, progress=_Lines(self, started))
        self.stdout.write(f"Made {count:,} fictitious services in {time.monotonic() - started:.1f} seconds.")
        if records is None and not municipality:
            deliveries, approvals = receive(portions, seed=seed), approve_last_year(now.date())
            self.stdout.write(f"Then {deliveries} deliveries came, and {approvals} approvals were given.")

    def _refuse(self, records: int | None, codes: list[str]) -> None:
        if not settings.DEMO:
            raise CommandError(f"Fictitious data belongs in a demo only: set {environment.DEMO.name}=1.")
        if records is not None and records < 1:
            raise CommandError(f"--records is {records}, expected a number from 1.")
        unknown = [code for code in codes if code not in every_municipality()]
        if unknown:
            first, last = min(every_municipality()), max(every_municipality())
            raise CommandError(f"--municipality {unknown[0]} is unknown, expected codes from {first} to {last}.")


class _Lines:
    """A line after every so many records."""

    def __init__(self, command: BaseCommand, started: float) -> None:
        self._command, self._started, self._next = command, started, STEP

    def __call__(self, records: int) -> None:
        if records >= self._next:
            self._next += STEP
            self._command.stdout.write(f"{records:>9,} services, {time.monotonic() - self._started:.0f} seconds")
            self._command.stdout.flush()
