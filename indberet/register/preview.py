"""Trying a coming day: which rules the services that run on that day would break if it were theirs. Writes nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from indberet.access.scope import Scope
from indberet.audit.log import write_event
from indberet.definition.rules import Rule
from indberet.definition.statistic import Statistic

from .models import Record
from .recheck import living_cases
from .stored import Circle, Reader

MOST_SHOWN = 500
Progress = Callable[[int], None]


@dataclass(kw_only=True)
class Preview:
    """What would break on a day: records that were tried, those that would break something they do not break now, and
    how many by rule. `chosen` are ids of the records of one rule, the first 500."""

    on: date
    records: int = 0
    breaking: int = 0
    by_rule: Counter[str] = field(default_factory=Counter)
    chosen: list[int] = field(default_factory=list)


def preview(
    statistic: Statistic,
    *,
    on: date,
    today: date,
    municipality: str = "",
    rule: str = "",
    progress: Progress = lambda records: None,
) -> Preview:
    """Tries `on` in the place of the start date of every living record that runs on that day or later, in one
    municipality or in all, as rules are asked on that day. Rules that a record breaks already are not counted."""
    found = Preview(on=on)
    reader = Reader(statistic, max(today, on), on=on)
    for cases in living_cases(statistic, municipality=municipality):
        for circle in reader.circles(cases):
            found.records += len(circle.records)
            for record, rules in _would_break(statistic, circle, today):
                found.breaking += 1
                found.by_rule.update(each.id for each in rules)
                if rule in {each.id for each in rules} and len(found.chosen) < MOST_SHOWN:
                    found.chosen.append(record)
        progress(found.records)
    return found


def preview_of(scope: Scope, statistic: Statistic, *, on: date, today: date, rule: str = "") -> Preview:
    """The preview of the scope's municipality. Raises NoPrivilege."""
    scope.require("read", statistic.id)
    return preview(statistic, on=on, today=today, municipality=scope.municipality, rule=rule)


def chosen_records(scope: Scope, statistic: Statistic, found: Preview, rule: str) -> list[Record]:
    """The records that a preview chose, by person; looking at them is told. Raises NoPrivilege."""
    rows = Record.objects.within(scope, statistic.id).filter(pk__in=found.chosen, deleted_at=None)
    records = list(rows.select_related("case").order_by("case__cpr", "case_id", "id"))
    write_event(
        identity=scope.identity,
        action="list",
        municipality=scope.municipality,
        statistic=statistic.id,
        cases=sorted({record.case_id for record in records}),
        detail={"view": "preview", "on": found.on.isoformat(), "rule": rule},
    )
    return records


def _would_break(statistic: Statistic, circle: Circle, today: date) -> Iterator[tuple[int, list[Rule]]]:
    """Records of the case, with the rules that they would break and do not break now."""
    now = [statistic.values(each.values.values, today, entered=each.values.entered) for each in circle.records]
    for place, record in enumerate(circle.records):
        would = _rules(statistic.broken(record.values, circle.beside(record.id), circle.elsewhere))
        if would:
            others = [*now[:place], *now[place + 1 :]]
            already = {each.id for each in _rules(statistic.broken(now[place], others, circle.elsewhere))}
            if new := [each for each in would if each.id not in already]:
                yield record.id, new


def _rules(broken: Iterable[tuple[Rule, object]]) -> list[Rule]:
    return [rule for rule, _others in broken]
