"""`indberet end-sessions`: ends the log-ins of a person, of a municipality, or of everyone, from their next request."""

from argparse import ArgumentParser
from getpass import getuser
from typing import Any

from django.core.management import BaseCommand, CommandError

from indberet.access.identity import Identity
from indberet.access.logins import end_logins
from indberet.definition.registry import municipalities


class Command(BaseCommand):
    """What has been typed and not saved waits until its person logs in again. Who runs it stands in the audit trail."""

    help = "end the log-ins of a person, a municipality or everyone; it acts on their next request"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--municipality", metavar="CODE", help="of all who may act for it: three digits, e.g. 461")
        whose.add_argument("--user", metavar="SUBJECT", help="of one person, by the actor of the audit trail")
        whose.add_argument("--everyone", action="store_true", help="of everybody")

    def handle(self, *args: Any, municipality: str | None, user: str | None, everyone: bool, **options: Any) -> None:
        """Ends them, and says how many."""
        if municipality is not None and not municipalities().known(municipality):
            raise CommandError(
                f"--municipality is '{municipality}', expected three digits of a municipality, e.g. 461."
            )
        if user is not None and not user.strip():
            raise CommandError("--user is empty, expected the subject of a person.")
        by = Identity(subject=f"operator:{getuser()}", name=getuser(), organisation="", cvr="", source="operator")
        ended = end_logins("support", subject=user or "", municipality=municipality or "", everyone=everyone, by=by)
        self.stdout.write(f"{ended} {'log-in' if ended == 1 else 'log-ins'} ended")
