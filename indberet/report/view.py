"""Which report a person sees: a frozen one or that of now, with the one before it to compare with."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from django.utils import timezone
from structlog import get_logger

from indberet.access.scope import Scope
from indberet.definition.statistic import Statistic

from .compute import compute
from .figures import Figures, TableFigures
from .freeze import report_made
from .kept import changes_since_newest, frozen_days, newest_report, report_before, report_of, reports_due, run_failed
from .layout import Layout
from .models import EarlierReport, Report
from .show import Address, ShownTable

NOW = "now"
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
log = get_logger(__name__)


@dataclass(frozen=True)
class Seen:
    """A report as `scope` sees it. `frozen` is None for the report of now."""

    scope: Scope
    statistic: Statistic
    day: date
    frozen: Report | EarlierReport | None

    @property
    def choice(self) -> str:
        """The word for it in addresses."""
        if isinstance(self.frozen, EarlierReport):
            return moment_choice(self.frozen.made_at)
        return self.day.isoformat() if self.frozen else NOW

    @cached_property
    def figures(self) -> Figures:
        """Its figures: kept, or computed now."""
        if self.frozen:
            return Figures.from_json(self.frozen.figures)
        return compute(self.statistic, self.scope.municipality, self.day, since=self.since)

    @cached_property
    def since(self) -> datetime:
        """From when it counts changes."""
        if self.frozen:
            return self.frozen.since
        return changes_since_newest(self.statistic, self.scope.municipality, self.day)

    @cached_property
    def made_at(self) -> datetime:
        """When its figures were made."""
        return self.frozen.made_at if self.frozen else timezone.now()

    @cached_property
    def before(self) -> Report | None:
        """The report before it; before that of now it is the newest one."""
        if self.frozen:
            return report_before(self.scope, self.statistic, self.day)
        return newest_report(self.scope, self.statistic)

    @property
    def without_services(self) -> list[tuple[str, bool]]:
        """Sections without services on the day, and whether the municipality must tell of them."""
        demanded = {section.name: section.demanded for section in self.statistic.sections_on(self.day)}
        return [(name, demanded.get(name, False)) for name in self.figures.without_services]

    def layout(self, table: str) -> Layout:
        """The rows and columns of a table. Raises KeyError when there is no such table."""
        until = self.frozen.made_at if self.frozen else None
        found = self.statistic.table(table)
        return Layout(statistic=self.statistic, table=found, day=self.day, since=self.since, until=until)

    def tables(self, address: Address) -> list[ShownTable]:
        """The tables in the order of the statistic. Those that a kept report does not have are left out."""
        before = Figures.from_json(self.before.figures).tables if self.before else {}
        found: list[ShownTable] = []
        for table in self.statistic.tables:
            kept: TableFigures | None = self.figures.tables.get(table.id)
            if kept:
                found.append(ShownTable(self.layout(table.id), kept, before.get(table.id), address))
        return found


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The reports that one can look at, and why the one of today may be missing (guide C05)."""

    days: list[date]
    today: date
    due: date
    failed: bool

    @property
    def today_missing(self) -> bool:
        """Whether the night has made no report of today."""
        return self.today not in self.days

    @property
    def late(self) -> bool:
        """Whether it should have been made by now, and nothing says that the job failed: it did not run, or not to
        the end."""
        return self.today_missing and not self.failed and self.due >= self.today


def choices(scope: Scope, statistic: Statistic) -> Choices:
    """What there is to choose; a report that is late is told in the log. Raises NoPrivilege."""
    now = timezone.now()
    today = timezone.localdate(now)
    days = frozen_days(scope, statistic)
    found = Choices(days=days, today=today, due=reports_due(now), failed=run_failed(scope, statistic, today))
    if found.late:
        log.error("report_missing", statistic=statistic.id, municipality=scope.municipality, day=today.isoformat())
    return found


def moment_choice(made_at: datetime) -> str:
    """The word for the report that was made at a moment, as long as it is kept, whichever others its day has."""
    return f"{made_at.astimezone(UTC):{MOMENT}}"


def see(scope: Scope, statistic: Statistic, choice: str) -> Seen:
    """The report of `choice`: a day, the moment at which it was made, `now`, or nothing for the latest one (that of now
    when there is none). Raises Report.DoesNotExist, NoPrivilege."""
    scope.require("read", statistic.id)
    if choice == NOW:
        return Seen(scope, statistic, timezone.localdate(), None)
    if not choice:
        latest = frozen_days(scope, statistic)[:1]
        return see(scope, statistic, latest[0].isoformat() if latest else NOW)
    try:
        day = date.fromisoformat(choice)
    except ValueError:
        return _made_at(scope, statistic, choice)
    return Seen(scope, statistic, day, report_of(scope, statistic, day))


def _made_at(scope: Scope, statistic: Statistic, choice: str) -> Seen:
    """The report of its day, or one that stood before it was made anew."""
    try:
        moment = datetime.strptime(choice, MOMENT).replace(tzinfo=UTC)
    except ValueError as unreadable:
        raise Report.DoesNotExist(choice) from unreadable
    scope.require("read", statistic.id)
    found = report_made(statistic, scope.municipality, moment)
    if found is None:
        raise Report.DoesNotExist(choice)
    return Seen(scope, statistic, found.day, found)
