"""`indberet database-grants ROLE`: what the application's role may do on PostgreSQL; printed, or done."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from indberet.audit.grants import CannotGrant, apply, statements


class Command(BaseCommand):
    """To be run as the owner of the tables, after every `indberet migrate`."""

    help = "print what the application's role on PostgreSQL has to be granted: all but to change the audit trail"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The role, and whether to do it."""
        parser.add_argument("role", help="the role that INDBERET_DATABASE_URL names when Indberet serves")
        parser.add_argument("--apply", action="store_true", help="grant it in place of printing it")

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        """Prints or grants."""
        try:
            if options["apply"]:
                apply(role)
                self.stdout.write(f"{role} may do everything but change or remove events of the audit trail.")
            else:
                self.stdout.write("\n".join(statements(role)))
        except CannotGrant as refused:
            raise CommandError(str(refused)) from refused
