"""Trying a coming day: what the municipality's running services would lack if its law were theirs."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from indberet.access.needs import needs
from indberet.access.session import ScopedRequest
from indberet.definition.dates import read_date, show_date
from indberet.definition.errors import Unreadable
from indberet.definition.rules import ERROR, Rule
from indberet.definition.statistic import Statistic

from .messages import person
from .models import Record
from .preview import MOST_SHOWN, Preview, chosen_records, preview_of
from .record_page import Summary, summary


@dataclass(frozen=True, kw_only=True)
class Line:
    """A rule that records would break."""

    rule: Rule
    text: str
    is_error: bool
    records: int
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Person:
    """A record of the chosen rule."""

    name: str
    summary: Summary


@needs("read")
def preview(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """Asks for a day; with one it tells what would break, and with a rule which records."""
    today = timezone.localdate()
    typed = request.GET.get("on", "").strip()
    context = {"statistic": statistic, "typed": typed or show_date(_next_law(today)), "most": MOST_SHOWN}
    if not typed:
        return render(request, "register/preview.html", context)
    try:
        on = read_date(typed, today)
    except Unreadable as unreadable:
        context["error"] = statistic.explain(unreadable)
        return render(request, "register/preview.html", context, status=422)
    rule = request.GET.get("rule", "")
    found = preview_of(request.scope, statistic, on=on, today=today, rule=rule)
    context |= {"found": found, "lines": _lines(statistic, found, rule)}
    if found.chosen:
        records = chosen_records(request.scope, statistic, found, rule)
        context |= {"persons": [_person(statistic, record) for record in records]}
    return render(request, "register/preview.html", context)


def _next_law(today: date) -> date:
    """The next 1 January or 1 July, on which the law changes."""
    return date(today.year, 7, 1) if today < date(today.year, 7, 1) else date(today.year + 1, 1, 1)


def _lines(statistic: Statistic, found: Preview, chosen: str) -> list[Line]:
    lines = [
        Line(
            rule=rule,
            text=statistic.rule_text(rule),
            is_error=rule.severity == ERROR,
            records=found.by_rule[rule.id],
            chosen=rule.id == chosen,
        )
        for rule in statistic.rules
        if found.by_rule[rule.id]
    ]
    return sorted(lines, key=lambda line: (not line.is_error, -line.records))


def _person(statistic: Statistic, record: Record) -> Person:
    return Person(name=person(record.case), summary=summary(statistic, record))
