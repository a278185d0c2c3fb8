"""Log-ins as rows: begun, in force, ended. A session counts for nothing without its row, so the server ends it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Literal, get_args

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from indberet.audit.log import write_event

from .identity import Identity
from .models import Login

How = Literal["logout", "idle", "absolute", "slo", "support"]
"""How a log-in ended: by the person, for want of activity, after LOGIN_HOURS, by single log-out, by support."""
HOWS: tuple[How, ...] = get_args(How)
NOTED_EVERY = timedelta(minutes=1)
"""`active_at` is written no more often than this, so a log-in may end so much early, never late."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A log-in in force: its row's number, when it began and when the person was last active."""

    number: int
    started_at: datetime
    active_at: datetime

    def idle_left(self, now: datetime) -> int:
        """Whole seconds until it ends unless the person is active; rounded up, so that at 0 it has ended."""
        return max(0, ceil((self.active_at + _idle() - now).total_seconds()))

    def left(self, now: datetime) -> int:
        """Whole seconds until it ends however active the person is; rounded up."""
        return max(0, ceil((self.started_at + _longest() - now).total_seconds()))


def begin(identity: Identity) -> Login:
    """Writes a log-in of now."""
    return Login.objects.create(
        subject=identity.subject,
        name=identity.name,
        organisation=identity.organisation,
        municipalities="".join(f",{code}" for code in identity.municipalities) + "," * bool(identity.municipalities),
        source=identity.source,
        name_id=identity.name_id,
        session_index=identity.session_index,
    )


def check(number: int, identity: Identity, *, active: bool) -> Standing | How:
    """The log-in when it is in force, else how it ended; one that has lasted too long is ended here. `active` notes
    that the person is at work. One query by key, and once a minute a write.
    """
    now = timezone.now()
    found = Login.objects.filter(pk=number).values_list("started_at", "active_at", "ended").first()
    if found is None:
        return "logout"
    started_at, active_at, ended = found
    if ended:
        return next(how for how in HOWS if how == ended)
    over = _over(started_at, active_at, now)
    if over:
        return _time_out(number, over, identity, now)
    if active and now - active_at >= NOTED_EVERY:
        note_activity(number)
        active_at = now
    return Standing(number=number, started_at=started_at, active_at=active_at)


def note_activity(number: int) -> None:
    """The person is active now. One that has ended stays ended."""
    Login.objects.filter(pk=number, ended="").update(active_at=timezone.now())


def end(number: int, how: How) -> None:
    """Ends one log-in, unless it has ended already."""
    Login.objects.filter(pk=number, ended="").update(ended=how, ended_at=timezone.now())


def end_logins(
    how: How,
    *,
    subject: str = "",
    municipality: str = "",
    name_id: str = "",
    session_index: str = "",
    everyone: bool = False,
    by: Identity | None = None,
) -> int:
    """Ends all log-ins in force that match everything given; how many. It acts on their next request. One that has
    lasted too long has ended by itself; `purge` writes how. `by` is who did it, for the trail; without, each person's
    own log-out is written. Raises ValueError when nothing is given.
    """
    rows = in_force().filter(_wanted(subject, municipality, name_id, session_index, everyone))
    with transaction.atomic():
        doomed = list(rows.select_for_update())
        Login.objects.filter(pk__in=[row.pk for row in doomed]).update(ended=how, ended_at=timezone.now())
        if by:
            detail = {"subject": subject, "everyone": everyone, "ended": len(doomed)}
            write_event(identity=by, action="sessions_ended", municipality=municipality, detail=detail)
        else:
            for row in doomed:
                _tell(row, "logout", how)
    return len(doomed)


def in_force(municipality: str = "") -> QuerySet[Login]:
    """The log-ins that a request would find in force, those last active first; of one municipality, or of all."""
    now = timezone.now()
    rows = Login.objects.filter(ended="", active_at__gt=now - _idle(), started_at__gt=now - _longest())
    rows = rows.filter(municipalities__contains=f",{municipality},") if municipality else rows
    return rows.order_by("-active_at", "-pk")


def purge(now: datetime) -> int:
    """Ends what has lasted too long although its browser never came back, and removes log-ins that ended more than
    EVENT_MONTHS (of 31 days) before `now`; how many were removed.
    """
    lapsed = Q(active_at__lte=now - _idle()) | Q(started_at__lte=now - _longest())
    for row in Login.objects.filter(lapsed, ended="").iterator():
        _lapse(row)
    removed, _ = Login.objects.filter(ended_at__lt=now - timedelta(days=31 * settings.EVENT_MONTHS)).delete()
    return removed


def _idle() -> timedelta:
    return timedelta(minutes=settings.IDLE_MINUTES)


def _longest() -> timedelta:
    return timedelta(hours=settings.LOGIN_HOURS)


def _over(started_at: datetime, active_at: datetime, now: datetime) -> How | None:
    if now - started_at >= _longest():
        return "absolute"
    return "idle" if now - active_at >= _idle() else None


def _time_out(number: int, how: How, identity: Identity, now: datetime) -> How:
    """Ends it, and writes so once however many requests come at the same time."""
    with transaction.atomic():
        if Login.objects.filter(pk=number, ended="").update(ended=how, ended_at=now):
            write_event(identity=identity, action="timeout", detail={"how": how})
    return how


def _lapse(row: Login) -> None:
    ends: Iterable[tuple[datetime, How]] = (
        (row.active_at + _idle(), "idle"),
        (row.started_at + _longest(), "absolute"),
    )
    ended_at, how = min(ends)
    with transaction.atomic():
        if Login.objects.filter(pk=row.pk, ended="").update(ended=how, ended_at=ended_at):
            _tell(row, "timeout", how)


def _tell(row: Login, action: str, how: How) -> None:
    person = Identity(subject=row.subject, name=row.name, organisation=row.organisation, cvr="")
    write_event(identity=person, action=action, detail={"how": how})


def _wanted(subject: str, municipality: str, name_id: str, session_index: str, everyone: bool) -> Q:
    given = {
        "subject": subject,
        "municipalities__contains": municipality and f",{municipality},",
        "name_id": name_id,
        "session_index": session_index,
    }
    wanted = Q(**{name: value for name, value in given.items() if value})
    if not wanted and not everyone:
        raise ValueError("say whose log-ins are to end")
    return wanted
