"""`indberet purge`: removes for good what was deleted more than 30 days ago."""

from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from indberet.register.delete import purge


class Command(BaseCommand):
    """To be run once a day; safe to run twice."""

    help = "remove for good what was deleted more than 30 days ago"

    def handle(self, *args: Any, **options: Any) -> None:
        """Purges and says how many records went."""
        self.stdout.write(f"{purge(now=timezone.now())} records removed for good")
