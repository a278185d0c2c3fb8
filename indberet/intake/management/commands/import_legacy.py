"""`indberet import-legacy FILE`: copies the predecessor's data, once."""

import csv
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import translation

from indberet.definition.registry import statistic, statistics
from indberet.export.cells import defused
from indberet.intake.legacy import NotTaken, Report, import_legacy
from indberet.intake.refusal import Refused, reason_text

MOST_SHOWN = 20


class Command(BaseCommand):
    """Safe to run again: what was copied before is left alone. Says numbers and lines, never persons."""

    help = "copy the predecessor's data to the register, once"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and what it is of."""
        parser.add_argument("file", help="CSV, see docs/deliveries.md")
        parser.add_argument("--statistic", required=True, choices=[found.id for found in statistics()])
        parser.add_argument("--dry-run", action="store_true", help="check everything, copy nothing")
        parser.add_argument("--report", metavar="FILE", help="write every row and value not taken there, as CSV")
        parser.add_argument("--language", choices=("da", "en"), default="da", help="language of the reasons")

    def handle(self, *args: Any, file: str, language: str, **options: Any) -> None:
        """Copies and says what became of the rows. Raises CommandError when the file is another."""
        with translation.override(language), ExitStack() as closing:
            lines = _Lines(self)
            try:
                opened = closing.enter_context(Path(file).open("rb"))
                if options["report"]:
                    lines.file(closing.enter_context(Path(options["report"]).open("w", encoding="utf-8", newline="")))
                report = import_legacy(opened, statistic(options["statistic"]), tell=lines, dry=options["dry_run"])
            except OSError as error:
                raise CommandError(f"{error.filename} cannot be opened: {error.strerror}.") from error
            except Refused as refused:
                reason = reason_text(refused.code, refused.params)
                raise CommandError(f"{file} is refused, nothing is copied: {reason}") from refused
            lines.end()
            self._say(report, dry=options["dry_run"])

    def _say(self, report: Report, *, dry: bool) -> None:
        would = "would be copied" if dry else "copied"
        self.stdout.write(
            f"{report.rows:,} rows of {len(report.municipalities)} municipalities: {report.copied:,} {would} "
            f"({report.with_errors:,} with errors, {report.with_warnings:,} with warnings), "
            f"{report.before:,} copied before, {report.not_taken:,} not taken"
        )
        for rule, count in report.rules.most_common():
            self.stdout.write(f"{count:>9,}  {rule}")


class _Lines:
    """Tells of what was not taken: all of it to a file, the first of it on the screen."""

    def __init__(self, command: BaseCommand) -> None:
        self._command, self._count = command, 0
        self._writer: Any = None

    def file(self, file: Any) -> None:
        """Where all of it goes."""
        self._writer = csv.writer(file, delimiter=";")
        self._writer.writerow(("line", "legacy_id", "column", "what", "value", "expectation", "reason"))

    def __call__(self, found: NotTaken) -> None:
        what = "row" if found.whole else "value"
        self._count += 1
        if self._writer:
            told = (found.line, found.key, found.column, what, found.value, found.expectation, found.reason)
            self._writer.writerow([defused(str(each)) for each in told])
        if self._count <= MOST_SHOWN:
            self._command.stdout.write(
                f"  line {found.line}, {found.key}: {found.column} {found.value!r}: {found.reason}"
            )

    def end(self) -> None:
        """Says how much more there is."""
        if self._count > MOST_SHOWN:
            self._command.stdout.write(f"  ... and {self._count - MOST_SHOWN} more; --report FILE writes them all")
