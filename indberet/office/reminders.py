"""Reminders: only to municipalities that are late with something, by e-mail to their contacts, or as Digital Post where
the statistic offers it and the contact has asked for it. Each reminder once; never by SMS."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from indberet.approval.mail import write_mail
from indberet.approval.models import Mail
from indberet.approval.states import Latest, Progress, latest_by_municipality, progress
from indberet.definition.approval import Due, Kind, month_before
from indberet.definition.code_lists import Code
from indberet.definition.dates import months_after, show_date
from indberet.definition.statistic import Statistic
from indberet.pages.models import Contact

from .memo import put_in_outbox
from .models import Reminder
from .overview import reporting
from .standing import last_reported

LATEST = 14
"""Days after its deadline from which nobody is reminded of it any more. Ours (INVENTED)."""


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """A deadline of which there is to be reminded today, on its day `days` (negative before it)."""

    statistic: Statistic
    kind: Kind
    deadline: date
    days: int
    year: int = 0

    @property
    def since(self) -> datetime:
        """Whoever has reported from this moment on has reported what is due by the deadline."""
        return timezone.make_aware(datetime.combine(month_before(self.deadline), time.min))


@dataclass(frozen=True, kw_only=True)
class Late:
    """A municipality to be reminded, and whom to write to; `sections` are still to be approved."""

    occasion: Occasion
    municipality: Code
    contacts: Sequence[Contact]
    sections: int = 0

    @property
    def by_post(self) -> bool:
        """Whether somebody wants Digital Post, where the statistic offers it."""
        return self.occasion.statistic.capabilities.digital_post and any(row.digital_post for row in self.contacts)

    @property
    def by_mail(self) -> list[Contact]:
        """Who gets an e-mail."""
        offered = self.occasion.statistic.capabilities.digital_post
        return [row for row in self.contacts if not (offered and row.digital_post)]

    @property
    def key(self) -> str:
        """What tells the reminder from all others."""
        found = self.occasion
        return f"reminder {found.statistic.id} {self.municipality.code} {found.kind} {found.deadline} {found.days}"


@dataclass(frozen=True, kw_only=True)
class Reminded:
    """A reminder that was sent, or that nobody could be sent to."""

    due: Late
    mails: int
    digital_post: int

    @property
    def unreachable(self) -> bool:
        """Whether the municipality has no contact."""
        return not (self.mails or self.digital_post)


def occasions(statistic: Statistic, today: date) -> Iterator[Occasion]:
    """The deadlines of which there is to be reminded today: the latest of each one's days that has come. A night that
    did not run is made up for."""
    plan = statistic.approval
    for year in plan.years_on(today):
        due, deadline = plan.due("approval", year), plan.deadline(year)
        if (days := _day_that_came(due, deadline, today)) is not None:
            yield Occasion(statistic=statistic, kind="approval", deadline=deadline, days=days, year=year)
    for month in (-1, 0, 1):
        first = months_after(today.replace(day=1), month)
        due, deadline = plan.due("report", first.year), plan.report_deadline(first)
        if (days := _day_that_came(due, deadline, today)) is not None:
            yield Occasion(statistic=statistic, kind="report", deadline=deadline, days=days)


def due_today(statistic: Statistic, today: date) -> Iterator[Late]:
    """The municipalities to be reminded today."""
    for occasion in occasions(statistic, today):
        latest = _latest(occasion, today)
        for code in reporting():
            if not _reminded(occasion, code.code):
                sections = _lacking(occasion, code.code, latest, today)
                if sections is not None:
                    rows = Contact.unscoped.filter(statistic=statistic.id, municipality=code.code)
                    yield Late(
                        occasion=occasion, municipality=code, contacts=list(rows.order_by("id")), sections=sections
                    )


def remind(due: Late, outbox: Path) -> Reminded:
    """Sends one reminder, once: e-mails are put in line, a message is put in the outbox. Without a contact nothing is
    kept, so that it is sent as soon as there is one."""
    found, mails = due.occasion, due.by_mail
    if not due.contacts:
        return Reminded(due=due, mails=0, digital_post=0)
    with transaction.atomic():
        Reminder.unscoped.create(
            statistic=found.statistic.id,
            municipality=due.municipality.code,
            kind=found.kind,
            deadline=found.deadline,
            days=found.days,
            mails=len(mails),
            digital_post=int(due.by_post),
            made_at=timezone.now(),
        )
        for contact in mails:
            _write(due, contact)
        if due.by_post:
            put_in_outbox(outbox, key=due.key, recipient=due.municipality, label=subject_of(due), text=text_of(due))
    return Reminded(due=due, mails=len(mails), digital_post=int(due.by_post))


def subject_of(due: Late) -> str:
    """What the reminder is about. In Danish: it leaves the portal."""
    what = "Godkendelse" if due.occasion.kind == "approval" else "Indberetning"
    return f"Påmindelse: {what} af {due.occasion.statistic.name}, frist {show_date(due.occasion.deadline)}"


def text_of(due: Late) -> str:
    """The reminder. It names no citizen."""
    found = due.occasion
    when = f"er {show_date(found.deadline)}" if found.days <= 0 else f"var {show_date(found.deadline)}"
    if found.kind == "approval":
        label = found.statistic.approval.round(found.year, timezone.localdate()).label
        what = f"Fristen for at godkende {label} {when}. {_sections(due.sections)} mangler at blive godkendt."
    else:
        month = month_before(found.deadline)
        what = f"Fristen for at indberette {month:%m.%Y} {when}. Vi har ikke modtaget noget siden {show_date(month)}."
    return (
        f"Til {due.municipality.get('legal_name') or due.municipality.label}\n\n"
        f"{found.statistic.name}\n{what}\n\n"
        "Log ind på Indberet for at se rapporten, indberette og godkende.\n\n"
        f"Spørgsmål: {found.statistic.contact_email}, {found.statistic.contact_phone}\n"
        "Danmarks Statistik\n"
    )


def _day_that_came(due: Due, deadline: date, today: date) -> int | None:
    """The latest of the deadline's days that has come; None before the first, or long after the last."""
    passed = (today - deadline).days
    if passed > LATEST:
        return None
    return max((days for days in due.remind if days <= passed), default=None)


def _latest(occasion: Occasion, today: date) -> dict[str, Latest]:
    if occasion.kind == "report":
        return {}
    plan = occasion.statistic.approval
    return latest_by_municipality(occasion.statistic, plan.round(occasion.year, today))


def _lacking(occasion: Occasion, code: str, latest: dict[str, Latest], today: date) -> int | None:
    """How many sections are still to be approved; for a report 0. None when the municipality is not late."""
    if occasion.kind == "report":
        reported = last_reported(occasion.statistic, code)
        return None if reported and reported >= occasion.since else 0
    round = occasion.statistic.approval.round(occasion.year, today)
    found: Progress = progress(occasion.statistic, round, today, code, latest)
    return None if found.whole else found.demanded - found.done


def _reminded(occasion: Occasion, code: str) -> bool:
    return Reminder.unscoped.filter(
        statistic=occasion.statistic.id,
        municipality=code,
        kind=occasion.kind,
        deadline=occasion.deadline,
        days__gte=occasion.days,
    ).exists()


def _write(due: Late, contact: Contact) -> Mail:
    return write_mail(
        key=f"{due.key} {contact.pk}",
        statistic=due.occasion.statistic.id,
        municipality=due.municipality.code,
        to=contact.email,
        subject=subject_of(due),
        body=text_of(due),
    )


def _sections(count: int) -> str:
    return "1 paragraf" if count == 1 else f"{count} paragraffer"
