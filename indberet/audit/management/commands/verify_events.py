"""`indberet verify-events`: whether the audit trail is whole."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from indberet.audit.chain import Head, link_everything, oldest_unlinked
from indberet.audit.verify import Verdict, verify

WITHIN = timedelta(minutes=5)
"""So long an event may wait for its link. It takes about a second; longer, and a process was killed, or cannot link."""
MOST = 10
"""Links that are named of those whose events are dated back."""


class Command(BaseCommand):
    """Ends with 0 when the chain holds; with 1 when it is broken, a trigger that guards it is gone, or an event had
    waited long for its link, during which it could have been changed unseen."""

    help = "verify that no event of the audit trail was changed, removed, put in or moved"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A head that was noted earlier."""
        parser.add_argument(
            "--since-head", type=_head, metavar="N:DIGEST", help="the head that an earlier run printed, kept elsewhere"
        )

    def handle(self, *args: Any, since_head: Head | None = None, **options: Any) -> None:
        """Links what is left, goes through the chain and prints what it found."""
        waited = _waited()
        link_everything()
        try:
            found = verify(since_head)
        except LookupError:
            raise CommandError(f"Link {since_head} was removed for its age. Compare with a newer head.") from None
        self.stdout.write(_told(found, waited))
        if not found.holds:
            raise CommandError("The audit trail is NOT whole; the lines above say where.", returncode=1)
        if waited > WITHIN:
            raise CommandError(
                "The chain holds, but events waited too long for their links. They are linked now. Find out which "
                "process was killed or could not link (`events_not_linked` in the log).",
                returncode=1,
            )


def _waited() -> timedelta:
    """How long the oldest event has waited that is not linked."""
    oldest = oldest_unlinked()
    return timezone.now() - oldest if oldest else timedelta(0)


def _told(found: Verdict, waited: timedelta) -> str:
    lines = [
        f"{found.linked:,} events hold together" + ("" if found.broken else "; the chain is whole"),
        f"{found.unlinked:,} events are not linked yet",
        f"head {found.head}",
    ]
    if waited > WITHIN:
        lines.append(f"LATE: an event had waited {waited.total_seconds() / 60:,.0f} minutes for its link")
    if found.dated_back:
        links = ", ".join(map(str, found.dated_back[:MOST])) + (" ..." if len(found.dated_back) > MOST else "")
        lines.append(f"dated over an hour before those linked ahead of them: {len(found.dated_back):,} (links {links})")
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
