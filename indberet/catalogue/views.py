"""The pages Regler and Koder, for the municipalities and for the office."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from indberet.access.needs import Insight, insight, needs_insight
from indberet.access.session import PersonRequest
from indberet.definition.rules import Severity
from indberet.definition.statistic import Statistic

from .code_rows import code_tables
from .counts import RuleCount, counts_of, counts_of_all
from .release_notes import announcements, no_announcement
from .rule_rows import matching_proposals, matching_rules, not_rows, rule_rows
from .search import LONGEST, looks_like_cpr
from .words import severity_word


@needs_insight
def rules(request: PersonRequest, statistic: Statistic) -> HttpResponse:
    """What is demanded from when to when and who says so, with how often each rule is broken and overruled."""
    typed, severity = _typed(request), request.GET.get("severity", "")
    if looks_like_cpr(typed):
        return _without_cpr(request, "rules", statistic)
    seen, today = insight(request, statistic), timezone.localdate()
    every = rule_rows(statistic, _counts(seen, statistic), today)
    context = {
        "statistic": statistic,
        "scope": seen.scope,
        "counted": seen.scope or seen.all,
        "q": typed,
        "severity": severity,
        "severities": [(level.name.lower(), severity_word(level)) for level in reversed(Severity)],
        "rows": matching_rules(every, typed, severity),
        "total": len(every),
        "not_rules": matching_proposals(not_rows(statistic), typed),
        "announcements": announcements(statistic, today),
        "no_announcement": no_announcement(today),
    }
    return render(request, "catalogue/rules.html", context)


@needs_insight
def codes(request: PersonRequest, statistic: Statistic) -> HttpResponse:
    """Every code list with periods, what each code brings with it, and how sure it is."""
    typed, chosen = _typed(request), request.GET.get("list", "")
    if looks_like_cpr(typed):
        return _without_cpr(request, "codes", statistic)
    today = timezone.localdate()
    tables = code_tables(statistic, typed, today)
    shown = [table for table in tables if table.groups and chosen in ("", table.id)]
    context = {
        "statistic": statistic,
        "q": typed,
        "list": chosen,
        "lists": [(table.id, table.name) for table in tables],
        "scope": insight(request, statistic).scope,
        "shown": shown,
        "matches": sum(table.matches for table in shown),
        "announcements": announcements(statistic, today),
        "no_announcement": no_announcement(today),
    }
    return render(request, "catalogue/codes.html", context)


def _counts(seen: Insight, statistic: Statistic) -> dict[str, RuleCount]:
    if seen.scope:
        return counts_of(seen.scope, statistic)
    return counts_of_all(statistic) if seen.all else {}


def _typed(request: HttpRequest) -> str:
    return request.GET.get("q", "")[:LONGEST].strip()


def _without_cpr(request: HttpRequest, page: str, statistic: Statistic) -> HttpResponse:
    """The page without the number, so that it does not stand in the address."""
    messages.warning(request, _("Søg på koder og ord, ikke på CPR-numre. Borgere findes i oversigten."))
    return redirect(page, statistic)
