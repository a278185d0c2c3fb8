"""How often each rule is broken and overruled, and with which reasons: numbers without persons."""

import re
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from indberet.access.scope import Scope
from indberet.definition.statistic import Statistic
from indberet.register.models import OWN_SOURCES, Record

MOST_REASONS = 5
TOLD_TO_THE_OFFICE = 2  # a reason that was given once may be about one person
PERSON_NUMBER = re.compile(r"(?<!\d)\d{6}[- ]?\d{4}(?!\d)")


@dataclass(frozen=True, kw_only=True)
class RuleCount:
    """Living records that break a rule, those of them that were entered here, and how many times it was overruled;
    `reasons` are the most common ones with their numbers."""

    records: int = 0
    own: int = 0
    overruled: int = 0
    reasons: tuple[tuple[str, int], ...] = ()

    @property
    def kind(self) -> str:
        """The listing that shows exactly these records."""
        return "own" if self.own == self.records else "all"

    @property
    def mostly_overruled(self) -> bool:
        """Whether more than half of those that met the rule overruled it: perhaps it is the rule that is wrong."""
        return 2 * self.overruled > self.records


def counts_of(scope: Scope, statistic: Statistic) -> dict[str, RuleCount]:
    """A municipality's own numbers by rule id. Raises NoPrivilege."""
    return _counts(Record.objects.within(scope, statistic.id), least=1)


def counts_of_all(statistic: Statistic) -> dict[str, RuleCount]:
    """The sums of all municipalities by rule id. For the office, so that reasons come only when given repeatedly."""
    return _counts(Record.unscoped.filter(statistic=statistic.id), least=TOLD_TO_THE_OFFICE)


def _counts(records: QuerySet[Record], *, least: int) -> dict[str, RuleCount]:
    living = records.filter(deleted_at=None)
    reasons = _reasons(living, least)
    rows = living.filter(findings__rule__gt="").order_by().values_list("findings__rule").annotate(**_numbers())
    return {
        rule: RuleCount(records=broken, own=own, overruled=overruled, reasons=tuple(reasons.get(rule, ())))
        for rule, broken, own, overruled in rows
    }


def _numbers() -> dict[str, Count]:
    """Records that break a rule, those of them entered here, and those where it was overruled."""
    accepted = Q(findings__accepted_at__isnull=False)
    return {
        "broken": Count("id"),
        "own": Count("id", filter=Q(source__in=OWN_SOURCES)),
        "overruled": Count("id", filter=accepted),
    }


def _reasons(living: QuerySet[Record], least: int) -> dict[str, list[tuple[str, int]]]:
    """The most common reasons by rule; what looks like a CPR number is not shown."""
    given = living.filter(findings__accepted_at__isnull=False, findings__reason__gt="").order_by()
    rows = given.values_list("findings__rule", "findings__reason").annotate(times=Count("id"))
    found: dict[str, list[tuple[str, int]]] = {}
    for rule, reason, times in rows.filter(times__gte=least).order_by("-times", "findings__reason"):
        if len(found.setdefault(rule, [])) < MOST_REASONS:
            found[rule].append((PERSON_NUMBER.sub("XXXXXX-XXXX", reason), times))
    return found
