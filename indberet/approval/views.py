"""The pages of approval."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from indberet.access.delegation import told_approval
from indberet.access.needs import needs
from indberet.access.paths import whole_number
from indberet.access.posted import posted
from indberet.access.session import ScopedRequest
from indberet.definition.approval import Delegation, Round
from indberet.definition.dates import show_date
from indberet.definition.registry import municipalities
from indberet.definition.statistic import Statistic
from indberet.report.view import moment_choice

from . import approve as service
from .changes import since_approval
from .deadlines import days_text, deadline_of
from .desk import desk
from .history import approval_of, approvals_of
from .receipt_pdf import receipt_pdf, receipt_rows
from .records import Asked, section_records
from .two_persons import SamePerson, want_one, want_two, wish_of

TICKED = "ticked_sections"


@needs("read")
def approval(request: ScopedRequest, statistic: Statistic, year: int | None = None) -> HttpResponse:
    """The sections of a year with the report's figures, what changed since they were approved, and the history."""
    scope, today = request.scope, timezone.localdate()
    round = _round(statistic, year)
    ticked = request.session.pop(TICKED) if TICKED in request.session else {"municipality": "", "sections": []}
    context = {
        "statistic": statistic,
        "round": round,
        "due": statistic.approval.due("approval", round.year),
        "days": days_text((round.deadline - today).days),
        "deadline": deadline_of(scope, statistic, today, round),
        "years": statistic.approval.years_on(today),
        "sheets": [(sheet, since_approval(sheet, today)) for sheet in desk(scope, statistic, round, today)],
        "ticked": ticked,
        "delegations": [told_approval(row) for row in _delegations(statistic, scope.municipality)],
        "history": approvals_of(scope, statistic, round.year),
        "may_approve": scope.may("approve", statistic.id),
        "subject": scope.identity.subject,
        "wish": wish_of(scope, statistic),
        "persons": statistic.text("measures.persons"),
    }
    return render(request, "approval/approval.html", context)


@needs("read", by_section=True)
@require_GET
def approval_records(request: ScopedRequest, statistic: Statistic, year: int) -> HttpResponse:
    """The records behind a figure beside a section, or those written since a report."""
    asked = Asked(
        municipality=request.GET.get("municipality", request.scope.municipality),
        section=request.GET.get("section", ""),
        what=request.GET.get("what", ""),
        approval=whole_number(request.GET.get("approval", "")),
    )
    try:
        found = section_records(request.scope, statistic, year, asked, timezone.localdate())
    except LookupError as unknown:
        raise Http404 from unknown
    number = min(max(1, whole_number(request.GET.get("page", ""))), found.pages)
    here = {**request.GET.dict(), "page": ""}
    context = {
        "statistic": statistic,
        "year": year,
        "found": found,
        "rows": found.page(number),
        "number": number,
        "here": f"{request.path}?{urlencode(here)}",
        "municipality": municipalities().known(asked.municipality),
        "elsewhere": asked.municipality != request.scope.municipality,
        "opens_approval": request.scope.may("read", statistic.id),
        "now": timezone.now(),
    }
    return render(request, "approval/records.html", context)


@needs("approve")
@posted
def approval_report(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """Makes the day's report, also anew, so that it can be looked at and approved."""
    code, back = request.POST.get("municipality", request.scope.municipality), _back(request, statistic)
    try:
        report = service.freeze_report(request.scope, statistic, code, timezone.localdate())
    except LookupError as foreign:
        raise Http404 from foreign
    told = _("Rapporten af %(day)s er dannet %(made)s.")
    made = f"{timezone.localtime(report.made_at):%d.%m.%Y %H.%M}"
    messages.success(request, told % {"day": show_date(report.day), "made": made})
    return back


@needs("approve")
@posted
def approval_give(request: ScopedRequest, statistic: Statistic, year: int) -> HttpResponse:
    """Approves the ticked sections. If it cannot be, the page comes as it is now, and keeps the ticks."""
    code, sections = request.POST.get("municipality", request.scope.municipality), request.POST.getlist("section")
    try:
        outcome = service.approve(
            scope=request.scope,
            statistic=statistic,
            round=_round(statistic, year),
            municipality=code,
            sections=sections,
            seen=request.POST.get("seen", ""),
            today=timezone.localdate(),
        )
    except LookupError as foreign:
        raise Http404 from foreign
    except service.CannotApprove as why:
        messages.error(request, str(why))
        known = [section.name for section in statistic.sections_on(timezone.localdate())]
        kept = [name for name in known if name in sections]
        request.session[TICKED] = {"municipality": code, "sections": kept}
        return redirect("approval_year", statistic, year)
    _say(request, outcome)
    return redirect("receipt", statistic, outcome.approval.pk)


@needs("approve")
@posted
def approval_confirm(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponse:
    """The second person agrees."""
    today = timezone.localdate()
    try:
        outcome = service.confirm(scope=request.scope, statistic=statistic, number=number, today=today)
    except service.CannotApprove as why:
        messages.error(request, str(why))
        return redirect("receipt", statistic, number)
    _say(request, outcome)
    return redirect("receipt", statistic, number)


@needs("approve")
@posted
def approval_refuse(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponse:
    """The second person does not agree, or the first one takes it back."""
    try:
        refused = service.refuse(scope=request.scope, statistic=statistic, number=number)
    except service.CannotApprove as why:
        messages.error(request, str(why))
        return redirect("receipt", statistic, number)
    told = _("Godkendelsen %(receipt)s er taget tilbage.")
    if not refused.taken_back:
        told = _("Godkendelsen %(receipt)s er afvist.")
    messages.success(request, told % {"receipt": refused.receipt})
    return redirect("approval_year", statistic, refused.year)


@needs("approve")
@posted
def approval_persons(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """Whether two persons approve."""
    back = _back(request, statistic)
    try:
        told = _set_persons(request, statistic)
    except SamePerson as why:
        messages.error(request, str(why))
    else:
        messages.success(request, told)
    return back


@needs("read")
def receipt(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponse:
    """An approval's receipt."""
    found = approval_of(request.scope, statistic, number)
    own = found.approval.municipality == request.scope.municipality
    choice = moment_choice(found.approval.report_made_at) if own else ""
    context = {"statistic": statistic, "given": found, "rows": receipt_rows(found), "report_choice": choice}
    return render(request, "approval/receipt.html", context)


@needs("read")
def receipt_file(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponse:
    """The receipt as PDF."""
    found = approval_of(request.scope, statistic, number)
    name = content_disposition_header(True, f"{_('kvittering')}-{found.approval.receipt}.pdf") or ""
    return HttpResponse(receipt_pdf(found), content_type="application/pdf", headers={"Content-Disposition": name})


def _round(statistic: Statistic, year: int | None) -> Round:
    today = timezone.localdate()
    try:
        return statistic.approval.round(statistic.approval.year_on(today) if year is None else year, today)
    except KeyError as unknown:
        raise Http404 from unknown


def _delegations(statistic: Statistic, code: str) -> list[Delegation]:
    return [row for row in statistic.approval.delegations if code in (row.municipality, row.acting)]


def _set_persons(request: ScopedRequest, statistic: Statistic) -> str:
    if request.POST.get("two") == "yes":
        want_two(request.scope, statistic)
        return _("Fra nu af skal to personer godkende.")
    if want_one(request.scope, statistic):
        return _("Fra nu af kan én person godkende.")
    return _("En anden med ret til at godkende skal være enig, før én person kan godkende alene.")


def _say(request: HttpRequest, outcome: service.Outcome) -> None:
    named = {"receipt": outcome.approval.receipt}
    if outcome.mailed is None:
        messages.info(request, _("Godkendelsen %(receipt)s venter på, at en anden bekræfter den.") % named)
        return
    messages.success(request, _("Godkendt. Kvitteringsnummer %(receipt)s.") % named)
    if not outcome.mailed:
        messages.warning(
            request,
            _("E-mailen til Danmarks Statistik kunne ikke sendes nu. Godkendelsen gælder, og der prøves igen i nat."),
        )


def _back(request: HttpRequest, statistic: Statistic) -> HttpResponse:
    """To the page one came from. Raises Http404 for a year that cannot be approved, so ask before anything is done."""
    year = request.POST.get("year", "")
    if not year:
        return redirect("approval", statistic)
    return redirect("approval_year", statistic, _round(statistic, whole_number(year)).year)
