"""What several tests of approval have in common: people who approve, a report, an approval."""

from datetime import date
from typing import Any

from django.utils import timezone

from indberet.access.scope import Scope
from indberet.approval.approve import Outcome, approve, freeze_report
from indberet.approval.desk import sheet
from indberet.approval.models import Approval
from indberet.approval.receipts import receipt
from indberet.definition.approval import Round
from indberet.definition.statistic import Statistic
from indberet.office.models import Extract
from tests.people import ADULTS, CHILDREN, ODENSE, TODAY, scope

ISHOEJ, VALLENSBAEK = "183", "187"
GUDRUN, GORM = scope("Gudrun", ODENSE, "approve"), scope("Gorm", ODENSE, "approve")
INGER = scope("Inger", ISHOEJ, "approve")
VERA = scope("Vera", VALLENSBAEK, "approve")


def round_of(statistic: Statistic, today: date = TODAY) -> Round:
    """The round that is to be approved."""
    return statistic.approval.round(statistic.approval.year_on(today), today)


def give(
    *sections: str,
    by: Scope = GUDRUN,
    statistic: Statistic = CHILDREN,
    municipality: str = "",
    today: date = TODAY,
    **changes: Any,
) -> Outcome:
    """Approves sections on the day's report, having seen it."""
    code, round = municipality or by.municipality, round_of(statistic, today)
    freeze_report(by, statistic, code, today)
    seen = sheet(by, statistic, round, today, code).seen
    told = {"scope": by, "statistic": statistic, "round": round, "municipality": code, "today": today}
    return approve(**{**told, "sections": sections, "seen": seen, **changes})


def waiting() -> Approval:
    """An approval in Odense that waits for the second person."""
    year = ADULTS.approval.year_on(timezone.localdate())
    return Approval.unscoped.create(
        statistic=ADULTS.id,
        municipality=ODENSE,
        acting=ODENSE,
        year=year,
        period="2015K1-2026K3",
        through=date(2026, 9, 30),
        report_day=timezone.localdate(),
        report_made_at=timezone.now(),
        sequence=1,
        receipt=receipt(statistic=1, municipality=ODENSE, year=year, sequence=1),
        state="waiting",
        made_at=timezone.now(),
        made_by="test#first",
        made_by_name="First",
    )


def an_extract() -> Extract:
    """The row of an extract."""
    return Extract.unscoped.create(
        statistic=ADULTS.id, year=2026, everything=False, started_at=timezone.now(), started_by="operator"
    )
