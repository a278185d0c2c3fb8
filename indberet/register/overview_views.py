"""The overview of a listing: show it, change how it is shown, and start work on the ticked rows."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from indberet.access.needs import needs
from indberet.access.paths import whole_number
from indberet.access.session import ScopedRequest
from indberet.definition.statistic import Statistic

from .find import cases_of_records, find_page, own_record_ids
from .listing import Listing
from .messages import tell_unfiltered
from .overview import Overview
from .queue import start_queue
from .view_state import PAGE_SIZES, VIEWS, ViewState, load_state, save_state

HIDDEN_FOR = 365 * 24 * 60 * 60
FOCUS = "focus"
DELETING = "deleting"


@needs("read", by_section=True)
def overview(request: ScopedRequest, statistic: Statistic, kind: str) -> HttpResponse:
    """Shows the listing; a POST changes the view or acts on the ticked rows and comes back here."""
    listing = Listing(statistic=statistic, municipality=request.scope.municipality, kind=kind)
    state = load_state(request.session, listing)
    limits = request.scope.limits("read", statistic.id)
    if limits:
        state.leave("cases")
    if request.method == "POST":
        _read_table(request, listing, state)
        response = _act(request, listing, state)
        save_state(request.session, listing, state)
        return response
    found = Overview(
        listing=listing,
        state=state,
        page=find_page(request.scope, listing, state),
        may_report=not listing.read_only and request.scope.may_some("report", statistic.id),
        hidden=_hidden_columns(request, statistic),
        limits=limits,
        focus=request.session.pop(FOCUS, 0) if FOCUS in request.session else 0,
    )
    return render(request, "register/overview.html", {"statistic": statistic, "overview": found, "listing": listing})


def _read_table(request: HttpRequest, listing: Listing, state: ViewState) -> None:
    """What stands in the table's own fields: ticks, filters, page size."""
    posted = request.POST
    columns = listing.columns(state.view)
    state.tick(_numbers(posted.getlist("shown")), _numbers(posted.getlist("ticked")))
    typed = {name: posted[f"filter-{name}"] for name in columns if f"filter-{name}" in posted}
    state.filter({**{name: text for name, text in state.filters.items() if name not in typed}, **typed})
    size = whole_number(posted.get("page_size", ""))
    if size in PAGE_SIZES and size != state.page_size:
        state.page_size = size
        state.go_first()


def _act(request: ScopedRequest, listing: Listing, state: ViewState) -> HttpResponse:
    """Carries out the pressed button, named `verb` or `verb:object`."""
    verb, _colon, name = request.POST.get("do", "filter").partition(":")
    here = redirect("overview", listing.statistic, listing.kind)
    if verb == "sort":
        if name in listing.columns(state.view):
            state.sort_by(name)
    elif verb in _TABLE:
        _TABLE[verb](request, state, name)
    elif verb == "columns":
        _remember_columns(request, listing, here)
    elif verb == "view":
        _show_view(request, listing, state, name)
    elif verb in _WORK and not listing.read_only:
        return _WORK[verb](request, listing, state, name) or here
    return here


def _clear(request: HttpRequest, state: ViewState, column: str) -> None:
    state.filter({name: text for name, text in state.filters.items() if name != column})


def _clear_all(request: HttpRequest, state: ViewState, _name: str) -> None:
    state.filter({})


def _show_rule(request: HttpRequest, state: ViewState, rule: str) -> None:
    """The records that break a rule, from the page of rules: every other filter ends."""
    state.show("records")
    state.filter({"severity": rule})


def _untick(request: HttpRequest, state: ViewState, _name: str) -> None:
    state.ticked = []


def _page(request: HttpRequest, state: ViewState, where: str) -> None:
    shown = _numbers(request.POST.getlist("shown"))
    pages = whole_number(request.POST.get("pages", "")) or 1
    if where == "next" and shown:
        state.go_after(shown[-1])
    elif where == "previous" and shown:
        state.go_before(shown[0])
    elif where == "last":
        state.go_last(pages)
    else:
        state.go_first()


def _show_view(request: ScopedRequest, listing: Listing, state: ViewState, name: str) -> None:
    """One of the three views; "Ydelser ved sag" shows the services of the ticked cases."""
    if name == "case_records":
        cases = _ticked_cases(request, listing, state)
        if not cases:
            messages.warning(request, _("Sæt hak ud for en sag, og klik så på Ydelser ved sag."))
            return
        state.cases = cases
    for view in VIEWS:
        if view == name:
            tell_unfiltered(request, listing, view, state.show(view, listing.shared_filters(view)))


def _add_case(request: ScopedRequest, listing: Listing, state: ViewState, _name: str) -> HttpResponse:
    return redirect("record_new", listing.statistic)


def _add_service(request: ScopedRequest, listing: Listing, state: ViewState, _name: str) -> HttpResponse | None:
    cases = _ticked_cases(request, listing, state)
    if len(cases) != 1:
        messages.warning(request, _("Sæt hak ud for netop én sag, og klik så på Tilføj ydelse."))
        return None
    return redirect("case_add", listing.statistic, cases[0])


def _edit(request: ScopedRequest, listing: Listing, state: ViewState, _name: str) -> HttpResponse | None:
    """Opens the first ticked service; *Gem og næste* goes on with the others, or with those of the same case."""
    ticked = list(state.ticked)
    if state.view == "cases" and ticked:
        ticked = own_record_ids(request.scope, listing.statistic, ticked)
    if not ticked:
        messages.warning(request, _("Sæt hak ud for den ydelse, du vil rette, og klik så på Redigér."))
        return None
    start_queue(request.session, ticked if len(ticked) > 1 else [])
    return redirect("record_edit", listing.statistic, ticked[0])


def _copy(request: ScopedRequest, listing: Listing, state: ViewState, _name: str) -> HttpResponse | None:
    if len(state.ticked) != 1 or state.view == "cases":
        messages.warning(request, _("Sæt hak ud for netop én ydelse, og klik så på Kopiér med anden Ydelses-UUID."))
        return None
    return redirect("record_copy", listing.statistic, state.ticked[0])


def _delete(request: ScopedRequest, listing: Listing, state: ViewState, name: str) -> HttpResponse | None:
    rows = [whole_number(name)] if name else list(state.ticked)
    if not rows:
        messages.warning(request, _("Sæt hak ud for det, du vil slette, og klik så på skraldespanden."))
        return None
    request.session[DELETING] = {"kind": "cases" if state.view == "cases" else "records", "rows": rows}
    return redirect("delete", listing.statistic)


_TABLE = {
    "filter": lambda request, state, name: None,
    "tick": lambda request, state, name: None,
    "clear": _clear,
    "clear-all": _clear_all,
    "rule": _show_rule,
    "untick": _untick,
    "page": _page,
}
_WORK = {"add_case": _add_case, "add_service": _add_service, "edit": _edit, "copy": _copy, "delete": _delete}


def _ticked_cases(request: ScopedRequest, listing: Listing, state: ViewState) -> list[int]:
    if state.view == "cases":
        return list(state.ticked)
    return cases_of_records(request.scope, listing.statistic, state.ticked)


def _cookie(statistic: Statistic) -> str:
    return f"hidden-columns-{statistic.id}"


def _hidden_columns(request: HttpRequest, statistic: Statistic) -> frozenset[str]:
    """Names of columns that this browser hides; at first those the statistic hides."""
    stored = request.COOKIES.get(_cookie(statistic))
    return frozenset(statistic.hidden_columns if stored is None else stored.split("."))


def _remember_columns(request: HttpRequest, listing: Listing, response: HttpResponse) -> None:
    """Keeps the choice in the browser; it names columns only."""
    shown = set(request.POST.getlist("columns"))
    offered = listing.columns("records")
    hidden = ".".join(name for name in offered if name not in shown and name != "cpr")
    secure = request.is_secure()
    response.set_cookie(
        _cookie(listing.statistic), hidden, max_age=HIDDEN_FOR, httponly=True, samesite="Lax", secure=secure
    )


def _numbers(texts: list[str]) -> list[int]:
    return [number for number in map(whole_number, texts) if number]
