"""E-mails: what the office is told, and how an e-mail is sent until it is gone.

An e-mail is a row that is written in the transaction of what it tells. It is sent after that; if it cannot be, the row
says why, and the nightly run tries again. A crash between sending and the row's mark sends it twice, never not at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.utils import timezone
from structlog import get_logger

from indberet.definition.dates import show_date

from .models import Approval, Mail

HELD_FOR = timedelta(minutes=10)
"""Longer than any attempt to send takes; afterwards whoever took the e-mail is thought to be gone."""
log = get_logger(__name__)


@dataclass(frozen=True)
class Sent:
    """How an attempt to send went: e-mails sent, and those that still wait."""

    sent: int = 0
    failed: int = 0


def approval_text(approval: Approval) -> str:
    """What the office is told of an approval, and nothing else (guide C16): the sections that are approved, the date
    of the report that was checked, and the sections with nothing to report. In Danish, whoever approves."""
    sections = approval.in_order
    approved = [found.section for found in sections if not found.nothing]
    nothing = [found.section for found in sections if found.nothing]
    return (
        f"Godkendte paragraffer: {_listed(approved)}\n"
        f"Rapportens dato: {show_date(approval.report_day)}\n"
        f"Paragraffer uden indsatser: {_listed(nothing)}\n"
    )


def write_mail(*, key: str, statistic: str, municipality: str, to: str, subject: str, body: str) -> Mail:
    """Puts an e-mail in line; the same `key` only once. To be called in the transaction of what it tells."""
    values = {"statistic": statistic, "municipality": municipality, "to": to, "subject": subject, "body": body}
    mail, _made = Mail.unscoped.get_or_create(key=key, defaults={**values, "made_at": timezone.now()})
    return mail


def send_mail(mail: Mail) -> bool:
    """Tries to send one e-mail; whether it is gone. Whatever is wrong with the mail server stays in the row."""
    if not _take(mail):
        return Mail.unscoped.filter(pk=mail.pk).exclude(sent_at=None).exists()
    try:
        EmailMessage(subject=mail.subject, body=mail.body, from_email=settings.DEFAULT_FROM_EMAIL, to=[mail.to]).send()
    except Exception as wrong:  # a mail server fails in many ways, and none of them may undo an approval
        failure = f"{type(wrong).__name__}: {wrong}"[:200]
        Mail.unscoped.filter(pk=mail.pk).update(failure=failure, taken_at=None)
        log.warning("mail_failed", mail=mail.pk, error=type(wrong).__name__)
        return False
    Mail.unscoped.filter(pk=mail.pk).update(sent_at=timezone.now(), failure="", taken_at=None)
    return True


def send_waiting() -> Sent:
    """Tries every e-mail that is not gone yet, the oldest first."""
    waiting = list(Mail.unscoped.filter(sent_at=None).order_by("made_at", "id"))
    gone = sum(send_mail(mail) for mail in waiting)
    return Sent(sent=gone, failed=len(waiting) - gone)


def _take(mail: Mail) -> bool:
    now = timezone.now()
    free = Q(taken_at=None) | Q(taken_at__lt=now - HELD_FOR)
    mine = Mail.unscoped.filter(free, pk=mail.pk, sent_at=None)
    return bool(mine.update(taken_at=now, attempts=F("attempts") + 1))


def _listed(names: Iterable[str]) -> str:
    return "; ".join(names) or "ingen"
