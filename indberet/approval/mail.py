"""E-mails: what the office is told, and how an e-mail is sent until it is gone.

An e-mail is a row that is written in the transaction of what it tells. It is sent after that; if it cannot be, the row
says why, and the nightly run tries again. A crash between sending and the row's mark sends it twice, never not at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parseaddr
from enum import StrEnum
from hashlib import sha256
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.utils import timezone
from structlog import get_logger

from indberet.definition.dates import show_date
from indberet.stopping import whole

from .models import Approval, Mail

HELD_FOR = timedelta(minutes=10)
"""Longer than any attempt to send takes; afterwards whoever took the e-mail is thought to be gone."""
MOST_UNREACHED = 2
NOBODY_THERE = (550, 551, 553, 556)
"""Answers of a server that are about the address alone (RFC 5321, section 4.2.3; RFC 7504)."""
log = get_logger(__name__)


class Tried(StrEnum):
    """What became of an attempt: the e-mail is gone; somebody else is at it; nobody can be reached at its address; the
    server will not take it now; or there is something wrong with the server itself."""

    SENT = "sent"
    HELD = "held"
    REFUSED = "refused"
    LATER = "later"
    UNREACHED = "unreached"


@dataclass
class Sent:
    """How it went: e-mails sent, and those that still wait, among them those `not_taken` by the server, each with the
    kind of its failure; `unreached` is the last failure of the server itself."""

    sent: int = 0
    waiting: int = 0
    not_taken: list[Mail] = field(default_factory=list)
    unreached: str = ""

    def tell(self, mail: Mail, tried: Tried) -> None:
        """Counts an attempt."""
        if tried == Tried.SENT:
            self.sent, self.waiting = self.sent + 1, self.waiting - 1
        elif tried == Tried.UNREACHED:
            self.unreached = mail.failure_kind
        elif tried != Tried.HELD:
            self.not_taken.append(mail)


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
    """Tries to send one e-mail; whether it is gone. Whatever is wrong with the mail server stays in the row. Once begun
    it is not stopped (`indberet.stopping`), so that nobody gets it twice for that."""
    with whole():
        return _try(mail) == Tried.SENT


def send_waiting(found: Sent | None = None) -> Sent:
    """Tries every e-mail that is not gone yet, the oldest first, until the server has failed us twice in a row: one
    that does not answer takes its time, and there will be another night. Counts in `found`, which holds what was done
    also when this is stopped."""
    waiting = list(Mail.unscoped.filter(sent_at=None, dropped_at=None).order_by("made_at", "id"))
    found, unreached = found or Sent(), 0
    found.waiting = len(waiting)
    for mail in waiting:
        with whole():
            tried = _try(mail)
            found.tell(mail, tried)
        unreached = unreached + 1 if tried == Tried.UNREACHED else 0
        if unreached == MOST_UNREACHED:
            break
    return found


def _try(mail: Mail) -> Tried:
    if not _take(mail):
        gone = Mail.unscoped.filter(pk=mail.pk).exclude(sent_at=None).exists()
        return Tried.SENT if gone else Tried.HELD
    mine = Mail.unscoped.filter(pk=mail.pk)
    try:
        EmailMessage(
            subject=mail.subject,
            body=mail.body,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[mail.to],
            headers={"Message-ID": _message_id(mail)},
        ).send()
    except Exception as wrong:  # a mail server fails in many ways, and none of them may undo an approval
        tried = _kind(wrong)
        mail.failure = f"{_class(wrong)}: {wrong}"[:200]
        mine.update(failure=mail.failure, taken_at=None, refusals=F("refusals") + int(tried == Tried.REFUSED))
        log.warning("mail_failed", mail=mail.pk, municipality=mail.municipality, error=_class(wrong))
        return tried
    mine.update(sent_at=timezone.now(), failure="", taken_at=None)
    return Tried.SENT


def _take(mail: Mail) -> bool:
    now = timezone.now()
    free = Q(taken_at=None) | Q(taken_at__lt=now - HELD_FOR)
    mine = Mail.unscoped.filter(free, pk=mail.pk, sent_at=None)
    return bool(mine.update(taken_at=now, attempts=F("attempts") + 1))


def _message_id(mail: Mail) -> str:
    """The same for the same e-mail, so that mail servers know it again should it be sent twice after a crash."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{sha256(f'{mail.pk} {mail.key}'.encode()).hexdigest()[:32]}@{host}>"


def _code(wrong: Exception) -> int:
    """What the server answered, by its number; 0 when it did not answer about this e-mail."""
    if isinstance(wrong, SMTPRecipientsRefused):
        return max((code for code, _text in wrong.recipients.values()), default=0)
    return wrong.smtp_code if isinstance(wrong, SMTPDataError) else 0


def _kind(wrong: Exception) -> Tried:
    """Whether trying again can help. An address that cannot even be written is refused as well."""
    code = _code(wrong)
    if code in NOBODY_THERE or (isinstance(wrong, ValueError) and not isinstance(wrong, OSError)):
        return Tried.REFUSED
    return Tried.LATER if code else Tried.UNREACHED


def _class(wrong: Exception) -> str:
    """The kind of the failure, without anybody's address: SMTPRecipientsRefused 550."""
    code = _code(wrong)
    return f"{type(wrong).__name__} {code}" if code else type(wrong).__name__


def _listed(names: Iterable[str]) -> str:
    return "; ".join(names) or "ingen"
