"""Reminders: only to municipalities that are late with something, by e-mail to their contacts, or as Digital Post where
the statistic offers it and the contact has asked for it. Each reminder once; never by SMS."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format

from indberet.approval.mail import write_mail
from indberet.approval.models import Mail
from indberet.approval.states import Latest, Standing, demanded, latest_by_municipality
from indberet.definition.approval import Due, Kind, month_before
from indberet.definition.code_lists import Code
from indberet.definition.dates import months_after, show_date
from indberet.definition.registry import municipalities
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
    """A deadline of which there is to be reminded `today`, on its day `days` (negative before it)."""

    statistic: Statistic
    kind: Kind
    deadline: date
    days: int
    today: date
    year: int = 0

    @property
    def since(self) -> datetime:
        """Whoever has reported from this moment on has reported what is due by the deadline."""
        return timezone.make_aware(datetime.combine(month_before(self.deadline), time.min))


@dataclass(frozen=True, kw_only=True)
class Lack:
    """What is missing of a municipality's data: its report, or so many sections that are still to be approved."""

    municipality: Code
    sections: int = 0


@dataclass(frozen=True, kw_only=True)
class Late:
    """A municipality to be reminded, whom to write to, and what is missing: of its own data, and of those that it acts
    for."""

    occasion: Occasion
    municipality: Code
    contacts: Sequence[Contact]
    lacks: Sequence[Lack]

    @property
    def sections(self) -> int:
        """How many are still to be approved."""
        return sum(lack.sections for lack in self.lacks)

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


def occasions(statistic: Statistic, today: date) -> Iterator[Occasion]:
    """The deadlines of which there is to be reminded today: the latest of each one's days that has come. A night that
    did not run is made up for."""
    plan = statistic.approval
    for year in plan.years_on(today):
        due, deadline = plan.due("approval", year), plan.deadline(year)
        if (days := _day_that_came(due, deadline, today)) is not None:
            yield Occasion(statistic=statistic, kind="approval", deadline=deadline, days=days, today=today, year=year)
    for month in (-1, 0, 1):
        first = months_after(today.replace(day=1), month)
        due, deadline = plan.due("report", first.year), plan.report_deadline(first)
        if (days := _day_that_came(due, deadline, today)) is not None:
            yield Occasion(statistic=statistic, kind="report", deadline=deadline, days=days, today=today)


def due_today(statistic: Statistic, today: date) -> Iterator[Late]:
    """The municipalities to be reminded today."""
    for occasion in occasions(statistic, today):
        latest = latest_approved(occasion)
        for code in reporting():
            if not _reminded(occasion, code.code) and (late := late_with(occasion, code, latest)):
                yield late


def late_with(occasion: Occasion, municipality: Code, latest: Mapping[str, Latest]) -> Late | None:
    """What the municipality is late with; None when it is not. `latest` is `latest_approved` of the occasion."""
    lacks = tuple(_lacks(occasion, municipality.code, latest))
    if not lacks:
        return None
    rows = Contact.unscoped.filter(statistic=occasion.statistic.id, municipality=municipality.code)
    return Late(occasion=occasion, municipality=municipality, contacts=list(rows.order_by("id")), lacks=lacks)


def latest_approved(occasion: Occasion) -> dict[str, Latest]:
    """What is approved of the occasion's round, by municipality."""
    if occasion.kind == "report":
        return {}
    return latest_by_municipality(occasion.statistic, occasion.statistic.approval.round(occasion.year, occasion.today))


def remind(due: Late, outbox: Path) -> Reminded:
    """Sends one reminder, once however many try: e-mails are put in line, a message is put in the outbox. Without a
    contact nothing is kept, so that it is sent as soon as there is one."""
    found, mails = due.occasion, due.by_mail
    if not due.contacts:
        return Reminded(due=due, mails=0, digital_post=0)
    with transaction.atomic():
        _row, first = Reminder.unscoped.get_or_create(
            statistic=found.statistic.id,
            municipality=due.municipality.code,
            kind=found.kind,
            deadline=found.deadline,
            days=found.days,
            defaults={"mails": len(mails), "digital_post": int(due.by_post), "made_at": timezone.now()},
        )
        if first:
            for contact in mails:
                write_to(due, contact)
            if due.by_post:
                put_in_outbox(outbox, key=due.key, recipient=due.municipality, label=subject_of(due), text=text_of(due))
    return Reminded(due=due, mails=len(mails), digital_post=int(due.by_post))


def subject_of(due: Late) -> str:
    """What the reminder is about. In Danish: it leaves the portal."""
    what = "Godkendelse" if due.occasion.kind == "approval" else "Indberetning"
    return f"Påmindelse: {what} af {due.occasion.statistic.name}, frist {show_date(due.occasion.deadline)}"


def text_of(due: Late) -> str:
    """The reminder, as things stand today. It names no citizen. In Danish: it leaves the portal."""
    found = due.occasion
    when = f"{'er' if found.today <= found.deadline else 'var'} {show_date(found.deadline)}"
    if found.kind == "approval":
        label = found.statistic.approval.round(found.year, found.today).label
        what = f"Fristen for at godkende {label} {when}. {_to_approve(due)}"
    else:
        month = month_before(found.deadline)
        with translation.override("da"):
            named = date_format(month, "F Y")
        what = (
            f"Fristen for at indberette {named} {when}. Vi har ikke modtaget noget siden {show_date(month)}{_for(due)}."
        )
    address = f"\n{settings.PUBLIC_URL}/" if settings.PUBLIC_URL else ""
    questions = f"{found.statistic.contact_email}, {found.statistic.contact_phone}"
    return (
        f"Til {due.municipality.get('legal_name') or due.municipality.label}\n\n"
        f"{found.statistic.name}\n{what}\n\n"
        f"Log ind på Indberet for at se rapporten, indberette og godkende.{address}\n\n"
        f"Opgjort {show_date(found.today)}. Spørgsmål: {questions}\n"
        "Danmarks Statistik\n"
    )


def _day_that_came(due: Due, deadline: date, today: date) -> int | None:
    """The latest of the deadline's days that has come; None before the first, or long after the last."""
    passed = (today - deadline).days
    if passed > LATEST:
        return None
    return max((days for days in due.remind if days <= passed), default=None)


def _lacks(occasion: Occasion, code: str, latest: Mapping[str, Latest]) -> Iterator[Lack]:
    """What is missing of the municipality's own data, and of those that it acts for."""
    for whose in (code, *occasion.statistic.approval.acts_for(code, occasion.today)):
        names = _answers_for(occasion, code, whose)
        if occasion.kind == "approval":
            missing = sum(not latest.get(whose, {}).get(name, Standing()).done for name in names)
        else:
            missing = 0 if not names or _reported(occasion, code, whose) else 1
        if missing:
            sections = missing if occasion.kind == "approval" else 0
            yield Lack(municipality=municipalities().known(whose), sections=sections)


def _answers_for(occasion: Occasion, code: str, whose: str) -> list[str]:
    """Sections of a municipality's data that this one answers for."""
    plan, today = occasion.statistic.approval, occasion.today
    return [name for name in demanded(occasion.statistic, today) if plan.responsible(whose, name, today) == code]


def _reported(occasion: Occasion, code: str, whose: str) -> bool:
    """Whether the data has been reported. Where a municipality answers for nothing of its own, what it would have
    reported may stand with the one that acts for it."""
    codes = (whose,) if _answers_for(occasion, whose, whose) else (whose, code)
    moments = (last_reported(occasion.statistic, each) for each in codes)
    return any(moment and moment >= occasion.since for moment in moments)


def _reminded(occasion: Occasion, code: str) -> bool:
    return Reminder.unscoped.filter(
        statistic=occasion.statistic.id,
        municipality=code,
        kind=occasion.kind,
        deadline=occasion.deadline,
        days__gte=occasion.days,
    ).exists()


def write_to(due: Late, contact: Contact) -> Mail:
    """Puts the reminder's e-mail to a contact in line, once."""
    return write_mail(
        key=f"{due.key} {contact.pk}",
        statistic=due.occasion.statistic.id,
        municipality=due.municipality.code,
        to=contact.email,
        subject=subject_of(due),
        body=text_of(due),
    )


def _to_approve(due: Late) -> str:
    """How many sections, and whose they are when they are not all the municipality's own."""
    count = "1 paragraf" if due.sections == 1 else f"{due.sections} paragraffer"
    each = " og ".join(f"{lack.sections} for {lack.municipality.label}" for lack in due.lacks)
    whose = f": {each}" if len(due.lacks) > 1 else _for(due)
    return f"{count} mangler at blive godkendt{whose}."


def _for(due: Late) -> str:
    """For whom, unless it is for the municipality itself alone."""
    names = [lack.municipality.label for lack in due.lacks]
    return "" if names == [due.municipality.label] else f" for {' og '.join(names)}"
