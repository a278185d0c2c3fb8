"""`indberet changes`: what changed between two record dates, as release notes."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import translation

from indberet.catalogue.release_notes import as_markdown
from indberet.definition.dates import show_date
from indberet.definition.registry import statistic, statistics
from indberet.definition.statistic import Statistic


class Command(BaseCommand):
    """Prints the codes, fields and rules that differ between two dates, as Markdown."""

    help = "print what changed in a statistic between two dates"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Two dates and a statistic."""
        parser.add_argument("before", help="the earlier record date, such as 2024-12-31")
        parser.add_argument("after", help="the later record date, such as 2025-01-01")
        parser.add_argument("statistic", help="the id of a statistic")
        parser.add_argument("--language", choices=("da", "en"), default="da", help="language of the notes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints. Raises CommandError for a statistic or dates that are not."""
        before, after = _day(options["before"]), _day(options["after"])
        if before >= after:
            raise CommandError(
                f"The first date, {show_date(before)}, must lie before the second, {show_date(after)}. Swap them."
            )
        with translation.override(options["language"]):
            self.stdout.write(as_markdown(_statistic(options["statistic"]), before, after), ending="")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise CommandError(f"'{text}' is not a date. Write year, month and day, such as 2025-01-01.") from wrong


def _statistic(id: str) -> Statistic:
    try:
        return statistic(id)
    except KeyError as unknown:
        known = ", ".join(found.id for found in statistics())
        raise CommandError(f"There is no statistic '{id}'. Choose one of {known}.") from unknown
