"""What the tests of readiness ask the command and the check behind it."""

from io import StringIO

from django.core.management import call_command
from django.core.management.base import CommandError

from indberet.access.readiness.check import check


def wrong(**options):
    """The points that are not ok, as name -> state."""
    return {found.name: found.state for found in check(**options) if found.state != "ok"}


def run(*arguments):
    """What the command prints, and the error it ends with, '' for none."""
    out = StringIO()
    try:
        call_command("check_login", *arguments, stdout=out)
    except CommandError as refused:
        return out.getvalue(), str(refused)
    return out.getvalue(), ""
