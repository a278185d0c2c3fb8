"""What is wrong with records, in the words that the form uses: what was found, not what the rule demands."""

from collections.abc import Collection

from django.utils import timezone

from indberet.definition.statistic import Statistic
from indberet.register.findings import found_in
from indberet.register.stored import Reader

Explanations = dict[tuple[int, str], str]
"""By record and rule."""


def explanations(statistic: Statistic, cases: Collection[int]) -> Explanations:
    """What the living records of some cases break today, in the active language; the same few queries however many."""
    circles = Reader(statistic, timezone.localdate()).circles(cases) if cases else ()
    told: Explanations = {}
    for circle in circles:
        for record, broken in found_in(circle, statistic):
            for found in broken:
                told.setdefault((record.id, found.rule.id), statistic.message(found.rule, record.values, found.others))
    return told
