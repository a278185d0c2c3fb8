"""The only way persons are read: within a scope, and every look leaves an event."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet, prefetch_related_objects

from indberet.access.scope import NoPrivilege, Scope
from indberet.audit.log import pseudonym, write_event
from indberet.definition.rules import ERROR
from indberet.definition.statistic import Statistic
from indberet.definition.values import RecordValues

from .filters import UnreadableFilter, condition
from .listing import Listing
from .models import OWN_SOURCES, Case, Finding, Record
from .sections import seen_by
from .stored import Reader
from .view_state import ViewState

PERSON_COLUMNS = ("cpr", "udl")


class Beside(NamedTuple):
    """What stands beside a record: its case's other records, and the person's in other municipalities. The latter are
    for rules only: nothing of them may be shown, logged or kept. `case` is the record's, if there is one already."""

    others: Sequence[RecordValues] = ()
    elsewhere: Sequence[RecordValues] = ()
    case: Case | None = None


@dataclass(kw_only=True)
class Page:
    """One page of a view: its rows, the number of all that match, and filters that could not be read."""

    rows: Sequence[Record] | Sequence[Case]
    total: int
    bad_filters: dict[str, str] = field(default_factory=dict)


def find_record(scope: Scope, statistic: Statistic, number: int) -> Record:
    """The record with its case, deleted or not. Raises Record.DoesNotExist outside the scope, NoPrivilege."""
    rows = Record.objects.within(scope, statistic.id).select_related("case").prefetch_related("codes", "findings")
    record = rows.get(pk=number)
    _tell(scope, statistic, "open", [record.case_id], record=record.pk)
    return record


def find_case(scope: Scope, statistic: Statistic, number: int) -> Case:
    """The case, if it has living records of its own. Raises Case.DoesNotExist, NoPrivilege."""
    case = Case.objects.within(scope, statistic.id).get(pk=number, all_records__gt=0)
    _tell(scope, statistic, "open", [case.pk])
    return case


def find_person(scope: Scope, statistic: Statistic, *, cpr: str = "", udl: str = "") -> Case | None:
    """The living case of a CPR or UDL number, or None. Raises NoPrivilege."""
    if not cpr and not udl:
        return None
    key = {"cpr": cpr} if cpr else {"udl": udl}
    case = Case.objects.within(scope, statistic.id).filter(all_records__gt=0, **key).first()
    detail = {name: pseudonym(number) for name, number in key.items()}
    _tell(scope, statistic, "search", [case.pk] if case else [], detail=detail)
    return case


def beside(
    scope: Scope,
    statistic: Statistic,
    values: Mapping[str, Any],
    *,
    today: date,
    case: Case | None = None,
    record: int = 0,
) -> Beside:
    """What stands beside a record with these values, on `case` if that is there already; `record` is the id of the
    stored one itself. Looking at the case has told of it. Records that the scope may not read are left out."""
    reader = Reader(statistic, today)
    circle = reader.circle(case.pk if case else None, cpr=values.get("cpr") or "", municipality=scope.municipality)
    return Beside(seen_by(scope, statistic, circle.beside(record)), circle.elsewhere, case)


def records_of_case(scope: Scope, statistic: Statistic, case: Case) -> list[Record]:
    """The case's living records from all sources, oldest first; looking at the case has told of it."""
    rows = Record.objects.within(scope, statistic.id).filter(case=case, deleted_at=None)
    return list(rows.prefetch_related("codes").order_by("start", "id"))


def records_by_id(scope: Scope, statistic: Statistic, numbers: Iterable[int]) -> list[Record]:
    """The living records among `numbers`, with their cases."""
    rows = Record.objects.within(scope, statistic.id).filter(pk__in=list(numbers), deleted_at=None)
    found = list(rows.select_related("case").order_by("case__cpr", "case_id", "id"))
    _tell(scope, statistic, "open", _cases(found))
    return found


def cases_by_id(scope: Scope, statistic: Statistic, numbers: Iterable[int]) -> list[Case]:
    """The living cases among `numbers`."""
    found = list(
        Case.objects.within(scope, statistic.id).filter(pk__in=list(numbers), all_records__gt=0).order_by("cpr", "id")
    )
    _tell(scope, statistic, "open", [case.pk for case in found])
    return found


def own_record_ids(scope: Scope, statistic: Statistic, case_ids: Iterable[int]) -> list[int]:
    """Ids of the cases' living records that were entered here."""
    rows = Record.objects.within(scope, statistic.id).filter(case__in=list(case_ids), deleted_at=None)
    return list(rows.filter(source__in=OWN_SOURCES).order_by("case_id", "start", "id").values_list("pk", flat=True))


def cases_of_records(scope: Scope, statistic: Statistic, numbers: Iterable[int]) -> list[int]:
    """Ids of the cases that the living records belong to, each once."""
    rows = Record.objects.within(scope, statistic.id).filter(pk__in=list(numbers), deleted_at=None)
    return list(rows.order_by("case_id").values_list("case_id", flat=True).distinct())


def living_by_case(scope: Scope, statistic: Statistic, case_ids: Iterable[int]) -> Counter[int]:
    """How many living records each of the cases has, of those that may be read."""
    rows = Record.objects.within(scope, statistic.id).filter(case__in=list(case_ids), deleted_at=None)
    return Counter(dict(rows.order_by().values_list("case_id").annotate(Count("id"))))


def recent_places(scope: Scope, statistic: Statistic, most: int = 5) -> list[tuple[str, str]]:
    """(P-number, department UUID) of the municipality's recently changed records, newest first; no persons."""
    rows = Record.objects.within(scope, statistic.id).filter(deleted_at=None)
    latest = rows.order_by("-changed_at", "-id").values_list("p_number", "department_uuid")[:200]
    return list(dict.fromkeys(place for place in latest if all(place)))[:most]


def findings_of(records: Iterable[Record]) -> list[Finding]:
    """The findings of records that were found, worst first, those that nobody has accepted before the others."""
    marked = [record for record in records if record.severity]
    prefetch_related_objects(marked, "findings")
    rows = (row for record in marked for row in record.findings.all())
    return sorted(rows, key=lambda row: (-row.severity, row.accepted_at is not None, row.rule))


def ids_of_deletion(scope: Scope, statistic: Statistic, deletion: UUID) -> list[int]:
    """Ids of the records that one deletion hid and that can still be restored."""
    rows = Record.objects.within(scope, statistic.id).filter(deletion=deletion).exclude(deleted_at=None)
    return list(rows.values_list("pk", flat=True))


def count_with_errors(scope: Scope, statistic: Statistic, numbers: Iterable[int]) -> int:
    """How many of the living records among `numbers` have errors."""
    rows = Record.objects.within(scope, statistic.id).filter(pk__in=list(numbers), deleted_at=None)
    return rows.filter(severity=ERROR).count()


def deleted_records(scope: Scope, statistic: Statistic) -> list[Record]:
    """The newest 500 records that can still be restored, newest deletion first; what a system withdrew is sent anew."""
    rows = Record.objects.within(scope, statistic.id).filter(source__in=OWN_SOURCES).exclude(deleted_at=None)
    rows = rows.select_related("case")
    found = list(rows.order_by("-deleted_at", "-id")[:500])
    _tell(scope, statistic, "list", _cases(found), detail={"view": "deleted"})
    return found


def matching(scope: Scope, listing: Listing, state: ViewState) -> tuple[QuerySet[Any], dict[str, str]]:
    """The rows of a view (Record, or Case for the view of cases), and messages for filters that could not be read.
    Raises NoPrivilege for the view of cases, which counts their records, when only some of these may be read."""
    if state.view == "cases" and scope.limits("read", listing.statistic.id):
        raise NoPrivilege("read", listing.statistic.id)
    cases = Case.objects.within(scope, listing.statistic.id)
    records = Record.objects.within(scope, listing.statistic.id).filter(deleted_at=None)
    wanted, bad = _conditions(listing, state, cases, records)
    if state.view == "cases":
        return cases.filter(wanted, **{f"{listing.counter}__gt": 0}), bad
    rows: QuerySet[Any] = records.filter(wanted)
    if listing.kind == "own":
        rows = rows.filter(source__in=OWN_SOURCES)
    if state.view == "case_records":
        rows = rows.filter(case__in=state.cases)
    return rows, bad


def find_page(scope: Scope, listing: Listing, state: ViewState) -> Page:
    """The page that `state` asks for; paging is by key, so that it is as fast at the end as at the beginning."""
    rows, bad = matching(scope, listing, state)
    total = rows.count()
    found = _slice(rows, scope, listing, state, total)
    if not found and total and state.page > 1:  # the page's rows are gone
        state.go_first()
        found = _slice(rows, scope, listing, state, total)
    cases = [row.pk for row in found] if state.view == "cases" else _cases(found)
    _tell(scope, listing.statistic, "list", cases, detail=_look(listing, state))
    return Page(rows=found, total=total, bad_filters=bad)


def sort_key(listing: Listing, state: ViewState) -> tuple[str, ...]:
    """The columns that order the view; the last is unique."""
    column = listing.counter if state.sort == "count" else state.sort
    if state.view == "cases":
        return (column, "id")
    if column in PERSON_COLUMNS:
        return (f"case__{column}", "case_id", "id")
    return (column, "id")


def ordered(rows: QuerySet[Any], key: tuple[str, ...], *, descending: bool) -> QuerySet[Any]:
    """`rows` in the order of `key`."""
    if key[0].startswith("case__"):
        rows = rows.select_related("case")
    return rows.order_by(*(f"-{column}" if descending else column for column in key))


def _slice(rows: QuerySet[Any], scope: Scope, listing: Listing, state: ViewState, total: int) -> list[Any]:
    key = sort_key(listing, state)
    backwards = state.anchor in ("before", "last")
    descending = state.descending != backwards
    limit = state.page_size
    if state.anchor == "last":
        limit = total % state.page_size or state.page_size
    row = _anchor(rows.model.objects.within(scope, listing.statistic.id), key, state)
    if row:
        rows = rows.filter(_past(key, row, descending=descending, inclusive=False))
    if state.view != "cases":
        rows = rows.select_related("case")
    if key[0].startswith("case__"):
        rows = rows.filter(_by_cases(scope, listing, state, row, descending=descending))
    found = list(ordered(rows, key, descending=descending)[:limit])
    return found[::-1] if backwards else found


def _by_cases(scope: Scope, listing: Listing, state: ViewState, row: Sequence[Any] | None, *, descending: bool) -> Q:
    """What makes the database go by the cases in their order, instead of sorting every record of the municipality.

    Without filters the next cases are named: each has a record, so the page lies within one case more than it has rows.
    """
    if state.filters or state.view != "records" or scope.limits("read", listing.statistic.id):
        return Q(case__statistic=listing.statistic.id, case__municipality=listing.municipality)
    key = (state.sort, "id")
    cases = Case.objects.within(scope, listing.statistic.id).filter(**{f"{listing.counter}__gt": 0})
    if row:
        cases = cases.filter(_past(key, row[:2], descending=descending, inclusive=True))
    return Q(case__in=ordered(cases, key, descending=descending).values("pk")[: state.page_size + 1])


def _anchor(rows: QuerySet[Any], key: tuple[str, ...], state: ViewState) -> Sequence[Any] | None:
    """The key of the row that the page lies beside, or None when it lies at an end or the row is gone."""
    if state.anchor not in ("after", "before"):
        return None
    row: Sequence[Any] | None = rows.filter(pk=state.row).values_list(*key).first()
    return row


def _past(key: tuple[str, ...], values: Sequence[Any], *, descending: bool, inclusive: bool) -> Q:
    """Rows past `values` in key order. The first column is also compared alone, so that an index can be used."""
    side = "lt" if descending else "gt"
    past = Q(**{f"{key[-1]}__{side}{'e' if inclusive else ''}": values[-1]})
    for column, value in list(zip(key, values, strict=True))[-2::-1]:
        past = Q(**{f"{column}__{side}": value}) | (Q(**{column: value}) & past)
    return Q(**{f"{key[0]}__{side}e": values[0]}) & past


def _conditions(
    listing: Listing, state: ViewState, cases: QuerySet[Case], records: QuerySet[Record]
) -> tuple[Q, dict[str, str]]:
    """What is asked for. Persons are sought among the municipality's `cases` first, which are few and have an index;
    cases of a source among its living `records`."""
    wanted, bad = Q(), {}
    for column, typed in state.filters.items():
        try:
            found = condition(listing.statistic, column, typed, counter=listing.counter, of_case="")
        except UnreadableFilter as unreadable:
            bad[column] = str(unreadable)
        else:
            if column in PERSON_COLUMNS and state.view != "cases":
                found = Q(case__in=cases.filter(found))
            elif column == "source" and state.view == "cases":
                found = Q(pk__in=records.filter(found).values("case"))
            wanted &= found
    return wanted, bad


def _look(listing: Listing, state: ViewState) -> dict[str, Any]:
    filters = {column: pseudonym(text) if column in PERSON_COLUMNS else text for column, text in state.filters.items()}
    return {"listing": listing.number, "view": state.view, "page": state.page, "filters": filters}


def _cases(records: Iterable[Record]) -> list[int]:
    return sorted({record.case_id for record in records})


def _tell(
    scope: Scope,
    statistic: Statistic,
    action: str,
    cases: Iterable[int],
    *,
    record: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    write_event(
        identity=scope.identity,
        action=action,
        municipality=scope.municipality,
        statistic=statistic.id,
        record=record,
        cases=cases,
        detail={**(detail or {}), **scope.on_behalf(statistic.id)},
    )
