"""Deadlines as they are shown: how many days are left, and whether anything is left to do."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indberet.access.scope import Scope
from indberet.definition.approval import Round, month_before
from indberet.definition.dates import months_after, show_date
from indberet.definition.registry import municipalities
from indberet.definition.statistic import Statistic

from .states import Progress, progress


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A round of approval and how far it is. `days` are left until the deadline, negative when it has passed."""

    round: Round
    progress: Progress
    days: int

    @property
    def passed(self) -> bool:
        """Whether it is too late and something is missing."""
        return self.days < 0 and not self.progress.whole

    @property
    def text(self) -> str:
        """The deadline in words; nothing when all is approved."""
        if self.progress.whole:
            return ""
        return f"{_('Frist')} {show_date(self.round.deadline)}, {days_text(self.days)}"

    @property
    def state(self) -> str:
        """How far approval is, in words."""
        if not self.progress.demanded:
            return _("En anden kommune godkender %(period)s") % {"period": self.round.label}
        if self.progress.whole:
            return _("%(period)s er godkendt") % {"period": self.round.label}
        told = _("%(done)s af %(all)s paragraffer er godkendt for %(period)s") % {
            "done": self.progress.done,
            "all": self.progress.demanded,
            "period": self.round.label,
        }
        others = [
            _("%(count)s for %(name)s") % {"count": count, "name": municipalities().known(code).label}
            for code, count in self.progress.for_others.items()
        ]
        return _("%(told)s (heraf %(others)s)") % {"told": told, "others": ", ".join(others)} if others else told


@dataclass(frozen=True, kw_only=True)
class ReportDeadline:
    """The next deadline for reporting: of `month` (its first day), on `day`, in `days`."""

    month: date
    day: date
    days: int

    @property
    def text(self) -> str:
        """The deadline in words."""
        return f"{_('Frist')} {show_date(self.day)}, {days_text(self.days)}"


def report_deadline_of(statistic: Statistic, today: date) -> ReportDeadline:
    """Each month is reported in the month after it; the day of the deadline counts."""
    day = statistic.approval.report_deadline(today)
    if day < today:
        day = statistic.approval.report_deadline(months_after(today.replace(day=1), 1))
    return ReportDeadline(month=month_before(day), day=day, days=(day - today).days)


def deadline_of(scope: Scope, statistic: Statistic, today: date, round: Round | None = None) -> Deadline:
    """The municipality's round, by default that of today. Raises NoPrivilege."""
    scope.require("read", statistic.id)
    round = round or statistic.approval.round(statistic.approval.year_on(today), today)
    found = progress(statistic, round, today, scope.municipality)
    return Deadline(round=round, progress=found, days=(round.deadline - today).days)


def days_text(days: int) -> str:
    """In how many days, or how many days ago."""
    if days == 0:
        return _("i dag")
    if days > 0:
        return ngettext("om %(count)s dag", "om %(count)s dage", days) % {"count": days}
    return ngettext("overskredet med %(count)s dag", "overskredet med %(count)s dage", -days) % {"count": -days}
