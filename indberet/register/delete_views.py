"""Deleting with a warning that says what goes, and getting it back."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indberet.access.needs import needs
from indberet.access.posted import posted
from indberet.access.session import ScopedRequest
from indberet.definition.statistic import Statistic

from .delete import delete_records, restore_records
from .find import (
    cases_by_id,
    count_with_errors,
    deleted_records,
    ids_of_deletion,
    living_by_case,
    own_record_ids,
    records_by_id,
)
from .listing import Listing
from .messages import person, tell_deleted, tell_restored
from .models import Case, Record
from .overview_views import DELETING
from .record_page import period, summary
from .view_state import untick

MOST_NAMED = 20


@dataclass(frozen=True, kw_only=True)
class Doomed:
    """What a confirmation is about: the lines that name it, and the numbers of services and cases that go."""

    kind: str
    records: int
    cases: int
    lines: list[str]
    unnamed: int


@needs("report", by_section=True)
def delete(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """Names what is to be deleted and asks; a POST deletes it."""
    asked = request.session.get(DELETING)
    if not asked:
        return redirect("overview", statistic, "own")
    records = _records(request, statistic, asked)
    if not records:
        messages.warning(request, _("Det, der skulle slettes, findes ikke længere eller kan ikke slettes her."))
        del request.session[DELETING]
        return redirect("overview", statistic, "own")
    if request.method == "POST":
        del request.session[DELETING]
        untick(request.session, Listing(statistic=statistic, municipality=request.scope.municipality, kind="own"))
        deletion = delete_records(scope=request.scope, statistic=statistic, record_ids=[row.pk for row in records])
        tell_deleted(request, deletion)
        return redirect("overview", statistic, "own")
    doomed = _doomed(statistic, asked["kind"], records, _emptied(request, statistic, records))
    return render(request, "register/delete.html", {"statistic": statistic, "doomed": doomed})


@needs("report", by_section=True)
@posted
def restore(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """Brings back what one deletion hid."""
    try:
        deletion = uuid.UUID(request.POST.get("deletion", ""))
    except ValueError as wrong:
        raise Http404 from wrong
    found = ids_of_deletion(request.scope, statistic, deletion)
    count = restore_records(scope=request.scope, statistic=statistic, deletion=deletion)
    tell_restored(request, count, count_with_errors(request.scope, statistic, found) if count else 0)
    return redirect("overview", statistic, "own")


@needs("report", by_section=True)
def deleted(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """What was deleted in the last 30 days."""
    rows = [
        {"record": record, "summary": summary(statistic, record), "person": person(record.case)}
        for record in deleted_records(request.scope, statistic)
    ]
    return render(request, "register/deleted.html", {"statistic": statistic, "rows": rows})


def _records(request: ScopedRequest, statistic: Statistic, asked: dict[str, object]) -> list[Record]:
    rows = asked["rows"]
    assert isinstance(rows, list)
    if asked["kind"] == "cases":
        cases = [case.pk for case in cases_by_id(request.scope, statistic, rows)]
        rows = own_record_ids(request.scope, statistic, cases)
    return [record for record in records_by_id(request.scope, statistic, rows) if record.is_own]


def _emptied(request: ScopedRequest, statistic: Statistic, records: list[Record]) -> list[Case]:
    """The cases that would have no services left, of those that may be known of."""
    by_case: dict[int, list[Record]] = {}
    for record in records:
        by_case.setdefault(record.case_id, []).append(record)
    living = living_by_case(request.scope, statistic, by_case)
    return [rows[0].case for case, rows in by_case.items() if living[case] <= len(rows)]


def _doomed(statistic: Statistic, kind: str, records: list[Record], emptied: list[Case]) -> Doomed:
    if kind == "cases":
        counts: dict[int, int] = {}
        for record in records:
            counts[record.case_id] = counts.get(record.case_id, 0) + 1
        cases = {record.case_id: record.case for record in records}
        lines = [
            ngettext("sag %(person)s med %(count)s ydelse", "sag %(person)s med %(count)s ydelser", counts[id])
            % {"person": person(case), "count": counts[id]}
            for id, case in cases.items()
        ]
    else:
        lines = [
            _("ydelse %(code)s (%(period)s) på sag %(person)s")
            % {"code": record.service_code, "period": period(record), "person": person(record.case)}
            for record in records
        ]
    return Doomed(
        kind=kind,
        records=len(records),
        cases=len(emptied),
        lines=lines[:MOST_NAMED],
        unnamed=max(0, len(lines) - MOST_NAMED),
    )
