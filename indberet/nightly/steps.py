"""The steps of the nightly run. Each is safe to do again, tells what it did in numbers, and lists what failed; a
municipality that fails does not stop the others."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module

from django.conf import settings
from django.utils import timezone
from structlog import get_logger

from indberet.access.handshake import purge_stale
from indberet.access.logins import purge as purge_logins
from indberet.access.readiness.certificates import ending
from indberet.approval.mail import Sent, send_waiting
from indberet.audit.purge import purge_events
from indberet.audit.verify import verify
from indberet.definition.registry import statistics
from indberet.definition.statistic import Statistic
from indberet.office.models import Standing
from indberet.office.overview import reporting
from indberet.office.reminders import due_today, remind
from indberet.office.waiting import renew_waiting
from indberet.register.delete import purge
from indberet.register.recheck import recheck, to_do
from indberet.register.workers import worth_it
from indberet.report.freeze import tell_run
from indberet.report.models import RunState
from indberet.stopping import Stopped
from indberet.trail.samples import purge_samples

from .workers import reports

log = get_logger(__name__)
Progress = Callable[[str, int], None]
Count = int | str | list[str]
"""A number, or codes of municipalities."""
MOST_HANDSHAKES = 100_000
"""Log-ins that were begun and left, which one night removes; each new log-in also removes some."""


@dataclass
class Done:
    """What a step did, as numbers that tell.py puts into words, and what failed in it: a municipality (or what else it
    was about) and the error's name. The error's own words stay in the log, where person numbers are masked. `stopped`
    is set when it was asked to stop before it came to its end."""

    counts: dict[str, Count]
    failures: list[str] = field(default_factory=list)
    stopped: Stopped | None = None


@dataclass(frozen=True)
class Task:
    """A step by its name; `again` is one that a second run does again, for what has come since. The numbers in `adds`
    are of one run: they are added to those of the day's runs before."""

    name: str
    run: Callable[[date, Progress], Done]
    again: bool = False
    adds: tuple[str, ...] = ()


def tasks(jobs: int = 1) -> tuple[Task, ...]:
    """The steps in order, the long ones by `jobs` processes: findings before the reports that count them, e-mails after
    the reminders that write them."""
    found = statistics()
    return (
        *(Task(f"recheck {statistic.id}", _recheck(statistic, jobs)) for statistic in found),
        *(Task(f"reports {statistic.id}", _reports(statistic, jobs)) for statistic in found),
        *(Task(f"reminders {statistic.id}", _reminders(statistic), adds=("sent",)) for statistic in found),
        Task("e-mails", _mails, again=True, adds=("sent", "over")),
        Task("purge", _purge, adds=("records", "logins")),
        Task("events", _events, adds=("removed",)),
        Task("certificates", _certificates),
    )


def attempt(what: str, failures: list[str], work: Callable[[], object]) -> bool:
    """Does a part of a step; whether it went well. What failed is logged, listed and passed over."""
    try:
        work()
    except Exception as wrong:  # whatever it is, the other municipalities get their reports
        log.exception("nightly_failed", what=what)
        failures.append(f"{what}: {type(wrong).__name__}")
        return False
    return True


def _recheck(statistic: Statistic, jobs: int) -> Callable[[date, Progress], Done]:
    def run(today: date, progress: Progress) -> Done:
        found = recheck(statistic, today=today, jobs=jobs, progress=lambda records: progress(statistic.id, records))
        failures = [f"{code}: {wrong}" for code, wrong in sorted(found.failures.items())]
        return Done({"records": found.records, "differing": found.differing}, failures)

    return run


def _reports(statistic: Statistic, jobs: int) -> Callable[[date, Progress], Done]:
    def run(today: date, progress: Progress) -> Done:
        tell_run(statistic, today, RunState.RUNNING)
        failures: list[str] = []
        codes = by_size(statistic)
        for number, (code, wrong) in enumerate(reports(statistic, codes, today, worth_it(jobs, to_do(statistic))), 1):
            state = RunState.FAILED if wrong else RunState.DONE
            tell_run(statistic, today, state, municipality=code, message=wrong)
            failures += [f"{code}: {wrong}"] if wrong else []
            progress(f"reports {statistic.id}", number)
        tell_run(statistic, today, RunState.DONE)
        return Done({"made": len(codes) - len(failures), "all": len(codes)}, sorted(failures))

    return run


def by_size(statistic: Statistic) -> list[str]:
    """Codes of the municipalities, the one with the most records at its last report first, so that nobody waits for it
    at the end."""
    sizes = dict(Standing.unscoped.filter(statistic=statistic.id).values_list("municipality", "records"))
    return sorted((row.code for row in reporting()), key=lambda code: -sizes.get(code, 0))


def _reminders(statistic: Statistic) -> Callable[[date, Progress], Done]:
    def run(today: date, progress: Progress) -> Done:
        failures: list[str] = []
        sent, without = 0, []
        for late in list(due_today(statistic, today)):
            if not late.contacts:
                without.append(late.municipality.code)
            elif attempt(late.municipality.code, failures, lambda late=late: remind(late, settings.MEMO_DIR)):  # type: ignore[misc]
                sent += 1
        return Done({"sent": sent, "without": list(dict.fromkeys(without))}, failures)

    return run


def _mails(today: date, progress: Progress) -> Done:
    """What waits is brought up to date before it is sent. What another run is sending just now waits, and no more."""
    renewed, found, stopped = renew_waiting(today), Sent(), None
    try:
        send_waiting(found)
    except Stopped as asked:
        stopped = asked
    failures = [f"{mail.municipality}: {mail.failure_kind}" for mail in found.not_taken]
    failures += [f"mail server: {found.unreached}"] if found.unreached else []
    counts: dict[str, Count] = {"sent": found.sent, "waiting": found.waiting, "over": renewed.over}
    return Done({**counts, "given_up": renewed.given_up}, sorted(set(failures)), stopped)


def _certificates(today: date, progress: Progress) -> Done:
    """Certificates of the log-in that end within 60 days are failures: somebody has to order new ones in time."""
    failures = ending(settings.SAML_DIR, timezone.now()) if settings.LOGIN == "saml" else []
    return Done({"ending": len(failures)}, failures)


def _purge(today: date, progress: Progress) -> Done:
    now = timezone.now()
    counts: dict[str, Count] = {"records": purge(now=now), "logins": purge_logins(now)}
    purge_stale(MOST_HANDSHAKES)
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return Done(counts)


def _events(today: date, progress: Progress) -> Done:
    """Removes old events, with the spot checks of that time, and goes through what is kept. The head that it tells is
    to be kept where nobody who can change the trail can."""
    purge_samples(timezone.now(), months=settings.EVENT_MONTHS)
    removed = purge_events(timezone.now(), months=settings.EVENT_MONTHS)
    found = verify()
    log.info("events_verified", head=str(found.head), whole=found.holds, unlinked=found.unlinked)
    failures = [str(found.broken)] if found.broken else []
    failures += [f"trigger {name} is gone or switched off" for name in found.unguarded]
    return Done({"removed": removed, "whole": found.linked, "head": str(found.head)}, failures)
