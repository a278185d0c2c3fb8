"""`indberet reminders`: reminds municipalities that are late; with --dry-run it only tells whom."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from indberet.approval.mail import send_waiting
from indberet.definition.registry import statistics
from indberet.office.reminders import Late, due_today, remind
from indberet.office.waiting import renew_waiting
from indberet.stopping import ENDS_WITH, STOPPED, Stopped, stoppable


class Command(BaseCommand):
    """To be run once a day (the nightly run does); each reminder is sent once, so it is safe to run twice."""

    help = "remind municipalities that have not reported or approved, by e-mail or Digital Post"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to send."""
        parser.add_argument("--dry-run", action="store_true", help="tell who would be reminded, and send nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        """One line for each municipality that is late, and what became of the e-mails."""
        try:
            with stoppable():
                self._remind(dry_run)
        except Stopped as stopped:
            raise CommandError(STOPPED, returncode=ENDS_WITH) from stopped

    def _remind(self, dry_run: bool) -> None:
        for statistic in statistics():
            for late in list(due_today(statistic, timezone.localdate())):
                self.stdout.write(line(late))
                if not dry_run:
                    remind(late, settings.MEMO_DIR)
        if not dry_run:
            self._send()

    def _send(self) -> None:
        over = renew_waiting(timezone.localdate()).over
        sent = send_waiting()
        wrong = sorted({f"{mail.municipality}: {mail.failure_kind}" for mail in sent.not_taken})
        wrong += [f"mail server: {sent.unreached}"] if sent.unreached else []
        self.stdout.write(
            f"{sent.sent} e-mails sent, {sent.waiting} wait for the next attempt, {over} were out of date"
        )
        self.stdout.write("".join(f"FAILED: {each}\n" for each in wrong), ending="")


def line(late: Late) -> str:
    """Whom, about what, and how."""
    found = late.occasion
    ways = [f"{len(late.by_mail)} e-mails"] if late.by_mail else []
    ways += ["Digital Post"] if late.by_post else []
    how = " and ".join(ways) or "NO CONTACT"
    return f"{found.statistic.id} {late.municipality.code} {found.kind} due {found.deadline} ({found.days:+d}): {how}"
