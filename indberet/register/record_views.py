"""The form of a record: new case, new service on a case, correction, copy. Every save goes through save_record."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indberet.access.needs import missing_right, needs
from indberet.access.paths import whole_number
from indberet.access.posted import posted
from indberet.access.scope import Scope
from indberet.access.session import ScopedRequest, take_typed
from indberet.definition.statistic import Statistic

from .find import Beside, beside, find_case, find_person, find_record
from .forms import LooksBeside, RecordForm
from .messages import tell_saved
from .models import Case, Record
from .one_case import leaves
from .overview_views import FOCUS
from .queue import place_of
from .record_page import (
    Mode,
    RecordPage,
    corrected_at_source,
    disagreement,
    edit_url,
    findings_of_stored,
    opened_version,
    show_values,
    summary,
)
from .save import (
    AlreadySaved,
    Conflict,
    CorrectedAtSource,
    NotSaved,
    NumberFixed,
    NumberTaken,
    OtherSection,
    RecordGone,
    RulesBroken,
    Saved,
    save_record,
    saved_by,
)
from .values import Values, case_values, record_values

PERSON = ("cpr", "udl")


@needs("report", by_section=True)
def record_new(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """A new case with its first service."""
    return _form_page(request, _Job(statistic, "new", initial=_own_municipality(request, statistic)))


@needs("report", by_section=True)
def case_add(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponse:
    """One more service on a case; the case's own data is filled in."""
    case = find_case(request.scope, statistic, number)
    initial = _own_municipality(request, statistic) | case_values(statistic, case)
    return _form_page(request, _Job(statistic, "add", case=case, initial=initial))


@needs("report", by_section=True)
def record_copy(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponse:
    """The same service with another Ydelses-UUID (guide: several records that are one service)."""
    record = find_record(request.scope, statistic, number)
    if record.deleted_at:
        raise Http404
    initial = record_values(statistic, record) | {"service_uuid": ""}
    return _form_page(request, _Job(statistic, "copy", case=record.case, initial=initial))


@needs("read", by_section=True)
def record_edit(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponse:
    """A service to correct or end; for reading only when it came from a system or one may not report."""
    record = find_record(request.scope, statistic, number)
    if request.session.get(FOCUS) != record.pk:
        request.session[FOCUS] = record.pk
    if request.method == "POST" and not request.scope.may_some("report", statistic.id):
        return missing_right(request, statistic, "report")
    if record.deleted_at and request.method == "GET":
        return _read_only(request, statistic, record)
    if not record.is_own or not request.scope.may_some("report", statistic.id):
        return _read_only(request, statistic, record)
    job = _Job(statistic, "edit", case=record.case, record=record, initial=record_values(statistic, record))
    return _form_page(request, job)


@needs("read", by_section=True)
def record_show(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponse:
    """A service for reading only, from the listing of everything received, with the way to where it is corrected."""
    record = find_record(request.scope, statistic, number)
    if request.session.get(FOCUS) != record.pk:
        request.session[FOCUS] = record.pk
    return _read_only(request, statistic, record, "all")


@needs("report", by_section=True)
@posted
def form_fields(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """The fields that what was typed so far asks for, and the person's services once the person is known."""
    job = _opened_job(request, statistic)
    form = job.form(request.scope, request.POST)
    case = job.case_for(request.scope, form.record.values)
    form.beside = job.beside(request.scope, case)
    form.show_as_typed()
    page = RecordPage(
        scope=request.scope, statistic=statistic, mode=job.mode, form=form, case=case, record=job.record, token=""
    )
    return render(request, "register/fields.html", {"statistic": statistic, "page_of_record": page, "form": form})


def _opened_job(request: ScopedRequest, statistic: Statistic) -> "_Job":
    """What the form was opened on, as its hidden inputs tell: a record, a case, or nothing yet."""
    record, case = whole_number(request.POST.get("record", "")), whole_number(request.POST.get("case", ""))
    if record:
        found = find_record(request.scope, statistic, record)
        return _Job(statistic, "edit", {}, found.case, found)
    if case:
        known = find_case(request.scope, statistic, case)
        return _Job(statistic, "add", case_values(statistic, known), known)
    return _Job(statistic, "new", {})


@dataclass(frozen=True)
class Sent:
    """What a form carries along: the versions it was opened on, and its one-time token (a new one unless given)."""

    version: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))


@dataclass(frozen=True)
class _Job:
    """One form page: what is being made or changed, and from which values it starts."""

    statistic: Statistic
    mode: Mode
    initial: Values
    case: Case | None = None
    record: Record | None = None

    def form(self, scope: Scope, data: Any = None) -> RecordForm:
        """The form, filled from the start values or from what was posted."""
        locked = PERSON if self.mode in ("add", "copy") else ()

        def look(values: Mapping[str, Any]) -> Beside:
            case = self.case_for(scope, values)
            saved = saved_by(data.get("token", "")) if data and not self.record else 0
            return self.beside(scope, case, saved)(values)

        return RecordForm(
            self.statistic,
            today=timezone.localdate(),
            values=self.initial,
            data=data,
            locked=[name for name in locked if self.statistic.has_field(name)],
            stored=self.record,
            beside=look,
        )

    def case_for(self, scope: Scope, values: Mapping[str, Any]) -> Case | None:
        """The case that a record with these values stands on, if there is one already."""
        if self.case and not (self.record and leaves(self.case, values)):
            return self.case
        return _known_person(scope, self.statistic, values)

    def beside(self, scope: Scope, case: Case | None, saved: int = 0) -> LooksBeside:
        """Finds what stands beside the record on this case; `saved` is what the form made of it before."""
        record = self.record.pk if self.record else saved
        told: dict[str, Any] = {"today": timezone.localdate(), "case": case, "record": record}
        return partial(beside, scope, self.statistic, **told)


def _form_page(request: ScopedRequest, job: _Job) -> HttpResponse:
    if request.method == "POST":
        return _save(request, job)
    typed = take_typed(request, request.scope)
    form = job.form(request.scope, typed)
    if typed is None:
        if job.record:
            form.show_findings()
        return _show(request, job, form, Sent(opened_version(job.case, job.record)))
    form.show_as_typed()
    notice = _("Det, du havde skrevet, er her endnu. Kontrollér det, og gem.")
    sent = Sent(str(typed.get("version", "")), str(typed.get("token", "")))
    return _show(request, job, form, sent, notice=notice)


def _save(request: ScopedRequest, job: _Job) -> HttpResponse:
    typed = request.POST.copy()
    chosen, _bar, uuid = str(typed.get("place", "")).partition("|")
    if chosen:
        typed["p_number"], typed["department_uuid"] = chosen, uuid
    form = job.form(request.scope, typed)
    sent = Sent(str(typed.get("version", "")), str(typed.get("token", "")) or secrets.token_urlsafe(24))
    if typed.get("do") == "refresh" or chosen:
        form.show_as_typed()
        return _show(request, job, form, sent)
    if not form.is_ready:
        return _show(request, job, form, sent, status=422)
    try:
        saved = save_record(
            scope=request.scope,
            statistic=job.statistic,
            values=form.cleaned_data,
            record=job.record,
            case=job.case if job.record is None else None,
            accepted=form.accepted,
            reasons=form.reasons,
            version=sent.version,
            token=sent.token,
        )
    except NotSaved as problem:
        return _explain(request, job, form, problem, sent)
    tell_saved(request, saved)
    return _onward(request, job, saved)


def _explain(request: ScopedRequest, job: _Job, form: RecordForm, problem: NotSaved, sent: Sent) -> HttpResponse:
    """The same form with what was typed, and why it was not saved."""
    if isinstance(problem, RulesBroken):
        form.add_broken(problem.broken)
        return _show(request, job, form, sent, status=422)
    if isinstance(problem, tuple(REFUSALS)):
        name = "cpr" if form.cleaned_data.get("cpr") else "udl"
        field = "service_code" if isinstance(problem, OtherSection) else name
        form.add_error(field, str(REFUSALS[type(problem)]))
        return _show(request, job, form, sent, status=422)
    if isinstance(problem, CorrectedAtSource):
        for field in problem.fields:
            form.add_error(field, corrected_at_source(job.statistic, problem, field))
        return _show(request, job, form, sent, status=422)
    if isinstance(problem, AlreadySaved):
        form.add_error(None, _already_saved(problem))
        return _show(request, job, form, Sent(sent.version), status=409)
    if isinstance(problem, RecordGone):
        return _gone(request, job, form, problem)
    assert isinstance(problem, Conflict)
    record = problem.record or job.record
    version = opened_version(problem.case, record)
    conflict = disagreement(job.statistic, record, form.cleaned_data) if record else None
    if record is None:
        form.add_error(None, _("Sagen er ændret af en anden imens. Kontrollér borgerens oplysninger, og gem igen."))
    return _show(request, job, form, Sent(version, sent.token), status=409, conflict=conflict)


REFUSALS: dict[type[NotSaved], Promise] = {
    NumberTaken: gettext_lazy("Kommunen har allerede en anden sag på dette nummer. Tilføj ydelsen dér i stedet."),
    NumberFixed: gettext_lazy(
        "Nummeret kan kun rettes af kommunen selv, fordi du kun ser nogle af dens paragraffer. Er det forkert, så slet "
        "ydelsen, og opret den på det rigtige nummer."
    ),
    OtherSection: gettext_lazy(
        "Ydelsen hører til en paragraf, som kommunen selv indberetter. Du kan kun indberette de paragraffer, din "
        "kommune varetager for den."
    ),
}
"""What is said at the field when a save was refused for one value of it."""


def _gone(request: ScopedRequest, job: _Job, form: RecordForm, problem: RecordGone) -> HttpResponse:
    """The record was deleted meanwhile: what was typed is offered as a new service on the same case."""
    who = problem.record.deleted_by
    form.add_error(
        None,
        _(
            "Ydelsen blev slettet af %(who)s, mens du rettede den. "
            "Det, du har skrevet, er her endnu: Opret gemmer det som en ny ydelse."
        )
        % {"who": who},
    )
    anew = _Job(job.statistic, "new", initial=job.initial)
    return _show(request, anew, form, Sent(""), status=409)


def _already_saved(problem: AlreadySaved) -> str:
    time = f"{timezone.localtime(problem.record.created_at):%H.%M}"
    return _(
        "Formularen blev gemt kl. %(time)s, og det, du siden har ændret, er ikke gemt. "
        "Gem igen for at oprette en ydelse mere, eller luk og redigér den, der er gemt."
    ) % {"time": time}


def _onward(request: ScopedRequest, job: _Job, saved: Saved) -> HttpResponse:
    """Where the pressed button leads, as the statistic's guide says."""
    do, statistic, record = request.POST.get("do", ""), job.statistic, saved.record
    request.session[FOCUS] = record.pk
    if do == "create":
        if job.mode != "new" and statistic.flow.add_goes_on_with == "service":
            return redirect("case_add", statistic, record.case_id)
        return redirect("record_new", statistic)
    if do == "save":
        return redirect("record_edit", statistic, record.pk)
    if do == "save_next":
        place = place_of(request.session, request.scope, statistic, record)
        if place.next:
            return redirect("record_edit", statistic, place.next)
        messages.info(request, _("Det var den sidste ydelse."))
    return redirect("overview", statistic, "own")


def _show(
    request: ScopedRequest,
    job: _Job,
    form: RecordForm,
    sent: Sent,
    *,
    status: int = 200,
    conflict: Any = None,
    notice: str = "",
) -> HttpResponse:
    page = RecordPage(
        scope=request.scope,
        statistic=job.statistic,
        mode=job.mode,
        form=form,
        case=job.case or form.around.case,
        record=job.record,
        place=place_of(request.session, request.scope, job.statistic, job.record) if job.record else None,
        version=sent.version,
        token=sent.token,
        conflict=conflict,
        notice=notice,
    )
    context = {"statistic": job.statistic, "page_of_record": page, "form": form}
    return render(request, "register/form.html", context, status=status)


def _read_only(request: ScopedRequest, statistic: Statistic, record: Record, kind: str = "own") -> HttpResponse:
    """For reading only; `kind` is the listing that it is shown from, where it is in both."""
    values = record_values(statistic, record)
    context = {
        "statistic": statistic,
        "record": record,
        "close_url": reverse("overview", args=[statistic, kind if record.is_own else "all"]),
        "edit_url": edit_url(request.scope, statistic, record),
        "summary": summary(statistic, record, current=True),
        "values": show_values(statistic, values, record),
        "limited": bool(request.scope.limits("read", statistic.id)),
        "findings": [] if record.deleted_at else findings_of_stored(request.scope, statistic, record),
    }
    return render(request, "register/record.html", context)


def _known_person(scope: Scope, statistic: Statistic, values: Mapping[str, Any]) -> Case | None:
    """The case of the person whose number is typed, if there is one."""
    cpr, udl = (values.get(name) or "" for name in PERSON)
    return find_person(scope, statistic, cpr=cpr, udl=udl)


def _own_municipality(request: ScopedRequest, statistic: Statistic) -> Values:
    """Proposes one's own municipality as the paying one."""
    return {"paying_municipality": request.scope.municipality} if statistic.has_field("paying_municipality") else {}
