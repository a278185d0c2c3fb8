"""`indberet rules`: the rules of every statistic, printed from the definitions."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone, translation

from indberet.catalogue.rules_page import as_markdown, as_text
from indberet.definition.registry import statistics


class Command(BaseCommand):
    """Prints every statistic's rules: id, severity, scope, period, fields, text, certainty and source."""

    help = "print the rules of every statistic"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The form of the answer."""
        parser.add_argument("--markdown", action="store_true", help="as the page docs/rules.md")
        parser.add_argument("--language", choices=("da", "en"), default="da", help="language of the texts")
        parser.add_argument("--on", type=date.fromisoformat, help="announced or expired on this day, not today")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints."""
        today = options["on"] or timezone.localdate()
        with translation.override(options["language"]):
            written = as_markdown(statistics(), today) if options["markdown"] else as_text(statistics())
            self.stdout.write(written, ending="")
