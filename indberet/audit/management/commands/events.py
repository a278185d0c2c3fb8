"""`indberet events`: the audit trail as lines, for a system that keeps logs."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from indberet.audit.chain import link_everything, written
from indberet.audit.verify import rows_after


class Command(BaseCommand):
    """Each line is an event with its number and digest in the chain, oldest link first."""

    help = "print the audit trail as JSON Lines, for a system that keeps logs"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to begin."""
        parser.add_argument(
            "--since-number", type=int, default=0, metavar="N", help="print what was linked after link N (default: all)"
        )

    def handle(self, *args: Any, since_number: int, **options: Any) -> None:
        """Links what is left and prints."""
        link_everything()
        for row in rows_after(since_number):
            self.stdout.write(json.dumps({**row, "at": written(row["at"])}, ensure_ascii=False))
