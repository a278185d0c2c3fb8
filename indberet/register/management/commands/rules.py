"""`indberet rules`: the catalogue of rules, printed from the definitions."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.utils import translation

from indberet.definition.registry import statistics
from indberet.register.catalogue import as_markdown, as_text


class Command(BaseCommand):
    """Prints every statistic's rules: id, severity, period, fields, text, certainty and source."""

    help = "print the rules of every statistic"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The form of the answer."""
        parser.add_argument("--markdown", action="store_true", help="as the page docs/rules.md")
        parser.add_argument("--language", choices=("da", "en"), default="da", help="language of the texts")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints."""
        write = as_markdown if options["markdown"] else as_text
        with translation.override(options["language"]):
            self.stdout.write(write(statistics()), ending="")
