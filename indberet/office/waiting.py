"""Reminders that wait for the mail server: what they say must be true on the day on which they are sent."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils import timezone

from indberet.approval.models import Mail
from indberet.definition.code_lists import Code
from indberet.definition.registry import statistics

from .overview import reporting
from .reminders import Late, late_with, latest_approved, occasions, subject_of, text_of, write_to

MOST_REFUSALS = 3
"""Refusals after which an address is given up. Ours (INVENTED)."""


@dataclass
class Renewed:
    """What became of the reminders that waited: how many hold no longer, and the municipalities with an address that
    was given up; they stay on the list until it is corrected or the reminder holds no longer."""

    over: int = 0
    given_up: list[str] = field(default_factory=list)


def renew_waiting(today: date) -> Renewed:
    """Brings every reminder that waits up to date: who has reported or approved since gets none, what it says and to
    whom is as of today, and one that a later reminder of the same deadline has taken over, or whose time is up, is
    dropped. To be called right before e-mails are sent."""
    due, found = _by_key(today), Renewed()
    open_ones = Mail.unscoped.filter(sent_at=None, key__startswith="reminder ")
    waiting = open_ones.filter(Q(dropped_at=None) | Q(refusals__gte=MOST_REFUSALS))
    for key, mails in _by_reminder(waiting.order_by("id")).items():
        late = due.get(key)
        if late:
            _renew(late, mails, found)
        else:
            found.over += _drop(mails)
    found.given_up = sorted(set(found.given_up))
    return found


def _by_key(today: date) -> dict[str, Late]:
    """What there is to be reminded of today, sent or not."""
    wanted: dict[str, Late] = {}
    for statistic in statistics():
        for occasion in occasions(statistic, today):
            latest = latest_approved(occasion)
            every = (late_with(occasion, code, latest) for code in _waiting_for(statistic.id))
            wanted |= {late.key: late for late in every if late}
    return wanted


def _waiting_for(statistic: str) -> list[Code]:
    """The municipalities with reminders that are not sent."""
    rows = Mail.unscoped.filter(sent_at=None, key__startswith=f"reminder {statistic} ")
    codes = set(rows.values_list("municipality", flat=True))
    return [row for row in reporting() if row.code in codes]


def _by_reminder(mails: Iterable[Mail]) -> dict[str, list[Mail]]:
    """E-mails by what they remind of; the last word of an e-mail's key is its contact."""
    found: dict[str, list[Mail]] = defaultdict(list)
    for mail in mails:
        found[mail.key.rpartition(" ")[0]].append(mail)
    return found


def _renew(late: Late, mails: list[Mail], found: Renewed) -> None:
    contacts = {f"{late.key} {contact.pk}": contact for contact in late.contacts}
    gone = [mail for mail in mails if mail.key not in contacts]
    if gone:  # whoever takes a contact's place gets what that one did not
        found.over += _drop(gone)
        for other in late.by_mail:
            write_to(late, other)
    for mail in mails:
        contact = contacts.get(mail.key)
        if contact is None:
            continue
        if mail.to != contact.email:
            mail.to, mail.refusals, mail.dropped_at = contact.email, 0, None
        elif mail.refusals >= MOST_REFUSALS:
            mail.dropped_at = mail.dropped_at or timezone.now()
            found.given_up.append(late.municipality.code)
        mail.subject, mail.body = subject_of(late), text_of(late)
        mail.save(update_fields=["to", "refusals", "dropped_at", "subject", "body"])


def _drop(mails: list[Mail]) -> int:
    """How many of them still waited. One that is over is over, also for an address that is corrected later."""
    still = sum(mail.dropped_at is None for mail in mails)
    ids = [mail.pk for mail in mails]
    Mail.unscoped.filter(pk__in=ids, sent_at=None).update(dropped_at=timezone.now(), refusals=0)
    return still
