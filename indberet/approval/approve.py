"""Approving: the only writer of approvals. Each does one thing in one transaction with one event."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indberet.access.scope import Scope
from indberet.audit.log import write_event
from indberet.definition.approval import Round
from indberet.definition.statistic import Statistic
from indberet.register.persons import hold_municipality
from indberet.report.freeze import freeze_again
from indberet.report.models import Report

from .desk import Line, Sheet, latest_report, sheet
from .history import shown
from .mail import approval_text, send_mail, write_mail
from .models import Approval, ApprovedSection, Mail, State
from .receipts import receipt
from .two_persons import needs_two
from .written import table_of, written_since

DECIDED = {State.GIVEN: "approve_confirmed", State.REFUSED: "approve_refused", State.LAPSED: "approve_lapsed"}


class CannotApprove(Exception):
    """Nothing was approved; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of it: the approval, and whether the e-mail is gone (None while a second person is awaited)."""

    approval: Approval
    mailed: bool | None


def freeze_report(scope: Scope, statistic: Statistic, municipality: str, today: date) -> Report:
    """Makes the day's report, to be looked at and approved; if there is one, it is made anew when something was written
    since, so that it can be approved at once. Raises NoPrivilege, LookupError when one does not act for the
    municipality."""
    scope.require("approve", statistic.id)
    _acts_for(scope, statistic, municipality, today)
    kept = latest_report(statistic, municipality)
    if kept and kept.day == today and not _is_behind(statistic, kept, today):
        return kept
    report = freeze_again(statistic, municipality, today)
    _tell(
        scope, statistic, "report_frozen", municipality, {"day": today.isoformat(), "made": report.made_at.isoformat()}
    )
    return report


def approve(
    *,
    scope: Scope,
    statistic: Statistic,
    round: Round,
    municipality: str,
    sections: Iterable[str],
    seen: str,
    today: date,
) -> Outcome:
    """Approves sections of a municipality's data; those without services have nothing to report. With two persons it
    waits for the second. `seen` is the sheet's mark when it was shown. Raises NoPrivilege, LookupError (not ours to
    approve), CannotApprove."""
    scope.require("approve", statistic.id)
    names = set(sections)
    with transaction.atomic():
        hold_municipality(statistic, municipality)
        found = sheet(scope, statistic, round, today, municipality)
        chosen = _chosen(found, names, seen)
        _lapse(scope, found)
        two = needs_two(statistic, scope.municipality)
        approval = _write(scope, found, chosen, State.WAITING if two else State.GIVEN)
        mail = None if two else _mail_of(approval, statistic)
    return Outcome(approval=approval, mailed=send_mail(mail) if mail else None)


def confirm(*, scope: Scope, statistic: Statistic, number: int, today: date) -> Outcome:
    """The second person agrees, to what would be approved today: the day's report, the same period, no record written
    since. Raises Approval.DoesNotExist, NoPrivilege, CannotApprove when it is decided already or outdated, or for the
    same person."""
    with transaction.atomic():
        hold_municipality(statistic, _found(scope, statistic, number).municipality)
        approval = _waiting(scope, statistic, number)
        if approval.made_by == scope.identity.subject:
            raise CannotApprove(_("En anden end den, der godkendte først, skal bekræfte."))
        if _is_outdated(scope, statistic, approval, today):
            raise CannotApprove(
                _("%(receipt)s kan ikke bekræftes: perioden, dagens rapport eller data er en anden nu. Godkend på ny.")
                % {"receipt": approval.receipt}
            )
        _decide(scope, statistic, approval, State.GIVEN)
        mail = _mail_of(approval, statistic)
    return Outcome(approval=approval, mailed=send_mail(mail))


def refuse(*, scope: Scope, statistic: Statistic, number: int) -> Approval:
    """The second person does not agree, or the first takes it back. Raises Approval.DoesNotExist, NoPrivilege,
    CannotApprove when it is decided already."""
    with transaction.atomic():
        approval = _waiting(scope, statistic, number)
        _decide(scope, statistic, approval, State.REFUSED)
    return approval


def _chosen(found: Sheet, names: set[str], seen: str) -> Sequence[Line]:
    if not names:
        raise CannotApprove(_("Sæt hak ved mindst én paragraf."))
    if not found.current:
        raise CannotApprove(_("Dagens rapport mangler. Dan den først, og se den igennem."))
    if seen != found.seen:
        raise CannotApprove(
            _("Der er kommet en ny rapport eller godkendelse, siden du åbnede siden. Intet er godkendt.")
        )
    chosen = [line for line in found.lines if line.section.name in names]
    if len(chosen) < len(names) or not all(line.open for line in chosen):
        raise CannotApprove(
            _("En af paragrafferne kan ikke godkendes herfra. Siden er indlæst igen; intet er godkendt.")
        )
    stale = [line.section.name for line in chosen if not line.ready]
    if stale:
        told = _(
            "Der er ændret i %(sections)s, siden rapporten blev dannet. Intet er godkendt. "
            "Tryk på Dan dagens rapport på ny, se tallene igennem, og godkend så."
        )
        raise CannotApprove(told % {"sections": ", ".join(stale)})
    return chosen


def _is_behind(statistic: Statistic, report: Report, today: date) -> bool:
    """Whether the report lacks what was written since it was made, or has no figures that can be approved."""
    plan = statistic.approval
    return any(
        table_of(statistic, report, period.id) is None
        or any(
            found.any for found in written_since(statistic, report.municipality, report.made_at, period, today).values()
        )
        for period in plan.periods_on(today)
    )


def _is_outdated(scope: Scope, statistic: Statistic, approval: Approval, today: date) -> bool:
    if approval.year not in statistic.approval.years_on(today):
        return True
    round = statistic.approval.round(approval.year, today)
    try:
        found = sheet(scope, statistic, round, today, approval.municipality)
    except LookupError:
        return True
    return any(awaited.outdated for awaited in found.waiting if awaited.approval.pk == approval.pk)


def _lapse(scope: Scope, found: Sheet) -> None:
    """What waited and could not be confirmed any more makes room for the new approval."""
    for awaited in found.waiting:
        if awaited.outdated:
            _decide(scope, found.statistic, awaited.approval, State.LAPSED)


def _write(scope: Scope, found: Sheet, chosen: Sequence[Line], state: State) -> Approval:
    statistic, code, year = found.statistic, found.municipality.code, found.round.year
    sequence = found.sequence + 1
    report = found.report
    assert report is not None, "a sheet that is current has a report"
    approval = Approval.unscoped.create(
        statistic=statistic.id,
        municipality=code,
        acting=scope.municipality,
        year=year,
        period=found.round.label,
        through=found.round.through,
        report_day=report.day,
        report_made_at=report.made_at,
        sequence=sequence,
        receipt=receipt(statistic=statistic.number, municipality=code, year=year, sequence=sequence),
        state=state,
        made_at=timezone.now(),
        made_by=scope.identity.subject,
        made_by_name=scope.identity.name,
    )
    ApprovedSection.unscoped.bulk_create(_section(approval, line) for line in chosen)
    _tell(scope, statistic, "approve", code, {"approval": approval.receipt, "state": state.value, **_named(chosen)})
    return approval


def _section(approval: Approval, line: Line) -> ApprovedSection:
    counted = line.counted
    assert counted is not None, "a line that is ready has figures"
    return ApprovedSection(
        approval=approval,
        section=line.section.name,
        nothing=line.offers_nothing,
        services=counted.services,
        persons=counted.persons,
        errors=counted.errors,
    )


def _found(scope: Scope, statistic: Statistic, number: int) -> Approval:
    """An approval of the scope's own, whoever's data it is. Raises Approval.DoesNotExist, NoPrivilege."""
    scope.require("approve", statistic.id)
    return Approval.objects.within(scope, statistic.id).get(pk=number, acting=scope.municipality)


def _waiting(scope: Scope, statistic: Statistic, number: int) -> Approval:
    """The same, held, while it waits for the second person. Raises CannotApprove, telling who decided what and when."""
    _found(scope, statistic, number)
    approval = Approval.unscoped.select_for_update().get(pk=number)
    if approval.state == State.WAITING:
        return approval
    given = shown([approval])[0]
    told = _("%(receipt)s er afgjort: %(state)s, %(name)s, %(at)s.")
    decided = approval.decided_at or approval.made_at
    raise CannotApprove(
        told
        % {
            "receipt": approval.receipt,
            "state": given.state_text,
            "name": approval.decided_by_name or approval.made_by_name,
            "at": f"{timezone.localtime(decided):%d.%m.%Y %H.%M}",
        }
    )


def _decide(scope: Scope, statistic: Statistic, approval: Approval, state: State) -> None:
    approval.state, approval.decided_at = state, timezone.now()
    approval.decided_by, approval.decided_by_name = scope.identity.subject, scope.identity.name
    approval.save(update_fields=["state", "decided_at", "decided_by", "decided_by_name"])
    action = "approve_taken_back" if approval.taken_back else DECIDED[state]
    _tell(scope, statistic, action, approval.municipality, {"approval": approval.receipt})


def _mail_of(approval: Approval, statistic: Statistic) -> Mail:
    return write_mail(
        key=f"approval {approval.receipt}",
        statistic=statistic.id,
        municipality=approval.municipality,
        to=statistic.contact_email,
        subject=f"Godkendelse {approval.receipt}",
        body=approval_text(approval),
    )


def _acts_for(scope: Scope, statistic: Statistic, municipality: str, today: date) -> None:
    if municipality not in (scope.municipality, *statistic.approval.acts_for(scope.municipality, today)):
        raise LookupError(municipality)


def _named(chosen: Sequence[Line]) -> dict[str, list[str]]:
    return {
        "sections": [line.section.name for line in chosen if not line.offers_nothing],
        "nothing": [line.section.name for line in chosen if line.offers_nothing],
    }


def _tell(scope: Scope, statistic: Statistic, action: str, municipality: str, detail: dict[str, object]) -> None:
    acting = {"acting": scope.municipality} if municipality != scope.municipality else {}
    write_event(
        identity=scope.identity,
        action=action,
        municipality=municipality,
        statistic=statistic.id,
        detail={**detail, **acting},
    )
