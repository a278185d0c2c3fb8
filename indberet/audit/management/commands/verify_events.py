"""`indberet verify-events`: whether the audit trail is whole."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management import BaseCommand, CommandError

from indberet.audit.chain import Head, link_everything
from indberet.audit.verify import Verdict, verify


class Command(BaseCommand):
    """Ends with 0 when the chain holds, 1 when it is broken or a trigger that guards it is gone."""

    help = "verify that no event of the audit trail was changed, removed, put in or moved"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A head that was noted earlier."""
        parser.add_argument(
            "--since-head", type=_head, metavar="N:DIGEST", help="the head that an earlier run printed, kept elsewhere"
        )

    def handle(self, *args: Any, since_head: Head | None = None, **options: Any) -> None:
        """Links what is left, goes through the chain and prints what it found."""
        link_everything()
        try:
            found = verify(since_head)
        except LookupError:
            raise CommandError(f"Link {since_head} was removed for its age. Compare with a newer head.") from None
        self.stdout.write(_told(found))
        if not found.holds:
            raise CommandError("The audit trail is NOT whole; the lines above say where.", returncode=1)


def _told(found: Verdict) -> str:
    lines = [
        f"{found.linked:,} events hold together" + ("" if found.broken else "; the chain is whole"),
        f"{found.unlinked:,} events are not linked yet",
        f"head {found.head}",
    ]
    if found.broken:
        lines.append(f"BROKEN at {found.broken}")
    if found.unguarded:
        lines.append(f"GONE or switched off: triggers {', '.join(found.unguarded)}")
    return "\n".join(lines)


def _head(text: str) -> Head:
    number, _colon, digest = text.partition(":")
    if not re.fullmatch(r"[0-9]{1,18}", number) or not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ArgumentTypeError(f"'{text}' is not a head: a number, a colon and 64 hexadecimal digits")
    return Head(int(number), digest)
