"""`indberet recheck`: every stored record against today's rules, or against those of a coming day without writing."""

import os
import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone, translation

from indberet.definition.registry import municipalities, statistics
from indberet.definition.rules import ERROR
from indberet.definition.statistic import Statistic
from indberet.register.preview import preview
from indberet.register.progress import Bar
from indberet.register.recheck import recheck, to_do


class Command(BaseCommand):
    """Brings all findings up to date; a run that was stopped goes on where it was. Says numbers, never persons."""

    help = "recheck every record; --on DATE only tells what would break on a coming day"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which records, and whether to try a day."""
        parser.add_argument("statistic", nargs="*", metavar="statistic", help="ids of statistics (all of them)")
        parser.add_argument("--on", metavar="DATE", help="a day, e.g. 2027-01-01: tell what would break, write nothing")
        parser.add_argument("--municipality", default="", metavar="CODE", help="with --on: only this one, e.g. 461")
        parser.add_argument("--anew", action="store_true", help="begin anew, also when a run was stopped today")
        parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes that share the work")
        parser.add_argument("--language", choices=("da", "en"), default="da", help="language of the rules' texts")

    def handle(self, *args: Any, on: str | None, municipality: str, anew: bool, jobs: int, **options: Any) -> None:
        """Runs for each statistic in turn."""
        chosen, day = _chosen(options["statistic"]), _day(on)
        if municipality and not day:
            raise CommandError("--municipality belongs to --on; a recheck takes all records.")
        if municipality and not municipalities().known(municipality):
            raise CommandError(f"--municipality {municipality} is unknown, expected three digits, e.g. 461.")
        failed = 0
        with translation.override(options["language"]):
            for statistic in chosen:
                if day:
                    self._preview(statistic, day, municipality)
                else:
                    failed += self._recheck(statistic, anew, max(jobs, 1))
        if failed:
            raise CommandError("Records of the municipalities named above keep their old findings; the log says why.")

    def _recheck(self, statistic: Statistic, anew: bool, jobs: int) -> int:
        """How many municipalities have records that could not be rechecked."""
        bar = Bar(sys.stderr, statistic.id, to_do(statistic))
        run = recheck(statistic, today=timezone.localdate(), anew=anew, jobs=jobs, progress=bar)
        seconds = bar.close()
        self.stdout.write(
            f"{statistic.id}: {run.records:,} records rechecked in {seconds:.1f} s; "
            f"{run.differing:,} of them had other findings than those kept"
        )
        for code, wrong in sorted(run.failures.items()):
            self.stdout.write(f"FAILED: {statistic.id} {code} {municipalities().known(code).label}: {wrong}")
        return len(run.failures)

    def _preview(self, statistic: Statistic, day: date, municipality: str) -> None:
        bar = Bar(sys.stderr, statistic.id, to_do(statistic))
        found = preview(statistic, on=day, today=timezone.localdate(), municipality=municipality, progress=bar)
        bar.close()
        self.stdout.write(
            f"{statistic.id}: of {found.records:,} records that run on {day} or later, "
            f"{found.breaking:,} would break rules that they keep now"
        )
        for rule in sorted(statistic.rules, key=lambda rule: -found.by_rule[rule.id]):
            if count := found.by_rule[rule.id]:
                severity = "error" if rule.severity == ERROR else "warning"
                self.stdout.write(f"{count:>9,}  {severity:<8} {rule.id:<28} {statistic.rule_text(rule)}")


def _chosen(ids: list[str]) -> list[Statistic]:
    known = {found.id: found for found in statistics()}
    unknown = [id for id in ids if id not in known]
    if unknown:
        raise CommandError(f"There is no statistic '{unknown[0]}', expected {' or '.join(known)}.")
    return [known[id] for id in ids] or list(known.values())


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise CommandError(f"--on {text} is not a day, expected e.g. 2027-01-01.") from wrong
