"""The pages of approval."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from indberet.access.needs import needs
from indberet.access.session import ScopedRequest
from indberet.definition.approval import Round
from indberet.definition.dates import show_date
from indberet.definition.statistic import Statistic

from . import approve as service
from .changes import since_approval
from .deadlines import days_text, deadline_of
from .desk import desk
from .history import approval_of, approvals_of
from .receipt_pdf import receipt_pdf, receipt_rows
from .two_persons import SamePerson, want_one, want_two, wish_of


@needs("read")
def approval(request: ScopedRequest, statistic: Statistic, year: int | None = None) -> HttpResponse:
    """The sections of a year with the report's figures, what changed since they were approved, and the history."""
    scope, today = request.scope, timezone.localdate()
    round = _round(statistic, year)
    sheets = desk(scope, statistic, round, today)
    context = {
        "statistic": statistic,
        "round": round,
        "due": statistic.approval.due("approval", round.year),
        "days": days_text((round.deadline - today).days),
        "deadline": deadline_of(scope, statistic, today, round),
        "years": statistic.approval.years_on(today),
        "sheets": [(sheet, since_approval(sheet, today)) for sheet in sheets],
        "delegations": _delegations(statistic, scope.municipality),
        "history": approvals_of(scope, statistic, round.year),
        "may_approve": scope.may("approve", statistic.id),
        "subject": scope.identity.subject,
        "wish": wish_of(scope, statistic),
        "persons": statistic.texts.find("measures.persons") or _("Borgere"),
    }
    return render(request, "approval/approval.html", context)


@needs("approve")
@require_POST
def approval_report(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """Makes the day's report, so that it can be looked at and approved."""
    code = request.POST.get("municipality", request.scope.municipality)
    try:
        report = service.freeze_report(request.scope, statistic, code, timezone.localdate())
    except LookupError as foreign:
        raise Http404 from foreign
    messages.success(request, _("Rapporten af %(day)s er dannet.") % {"day": show_date(report.day)})
    return _back(request, statistic)


@needs("approve")
@require_POST
def approval_give(request: ScopedRequest, statistic: Statistic, year: int) -> HttpResponse:
    """Approves the ticked sections."""
    try:
        outcome = service.approve(
            scope=request.scope,
            statistic=statistic,
            round=_round(statistic, year),
            municipality=request.POST.get("municipality", request.scope.municipality),
            sections=request.POST.getlist("section"),
            seen=request.POST.get("seen", ""),
            today=timezone.localdate(),
        )
    except LookupError as foreign:
        raise Http404 from foreign
    except service.CannotApprove as why:
        messages.error(request, str(why))
        return redirect("approval_year", statistic, year)
    _say(request, outcome)
    return redirect("receipt", statistic, outcome.approval.pk)


@needs("approve")
@require_POST
def approval_confirm(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponse:
    """The second person agrees."""
    try:
        outcome = service.confirm(scope=request.scope, statistic=statistic, number=number)
    except service.CannotApprove as why:
        messages.error(request, str(why))
        return redirect("approval", statistic)
    _say(request, outcome)
    return redirect("receipt", statistic, number)


@needs("approve")
@require_POST
def approval_refuse(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponse:
    """The second person does not agree, or the first one takes it back."""
    refused = service.refuse(scope=request.scope, statistic=statistic, number=number)
    messages.success(request, _("Godkendelsen %(receipt)s er afvist.") % {"receipt": refused.receipt})
    return redirect("approval_year", statistic, refused.year)


@needs("approve")
@require_POST
def approval_persons(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """Whether two persons approve."""
    try:
        told = _set_persons(request, statistic)
    except SamePerson as why:
        messages.error(request, str(why))
    else:
        messages.success(request, told)
    return _back(request, statistic)


@needs("read")
def receipt(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponse:
    """An approval's receipt."""
    found = approval_of(request.scope, statistic, number)
    context = {"statistic": statistic, "given": found, "rows": receipt_rows(found)}
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


def _delegations(statistic: Statistic, code: str) -> list[object]:
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
    year = request.POST.get("year", "")
    return (
        redirect("approval_year", statistic, int(year))
        if year.isdigit() and len(year) == 4
        else redirect("approval", statistic)
    )
