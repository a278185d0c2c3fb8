"""The approvals that were given, with their e-mails: for the page, the receipt and the office."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from indberet.access.scope import Scope
from indberet.definition.code_lists import Code
from indberet.definition.registry import municipalities, statistic
from indberet.definition.statistic import Statistic

from .models import Approval, Mail, State


@dataclass(frozen=True, kw_only=True)
class Given:
    """An approval as it is shown: its sections in two lists, and the e-mail to the office (None while it waits for the
    second person, or was refused)."""

    approval: Approval
    approved: tuple[str, ...]
    nothing: tuple[str, ...]
    mail: Mail | None

    @property
    def statistic(self) -> Statistic:
        """What was approved."""
        return statistic(self.approval.statistic)

    @property
    def municipality(self) -> Code:
        """Whose data it is."""
        return municipalities().known(self.approval.municipality)

    @property
    def acting(self) -> Code | None:
        """Who approved for it, when that is another municipality."""
        other = self.approval.acting != self.approval.municipality
        return municipalities().known(self.approval.acting) if other else None

    @property
    def given(self) -> bool:
        """Whether it holds."""
        return self.approval.state == State.GIVEN

    @property
    def state_text(self) -> str:
        """How far it is, in words."""
        texts = {
            State.GIVEN: _("Godkendt"),
            State.WAITING: _("Venter på anden person"),
            State.REFUSED: _("Taget tilbage") if self.approval.taken_back else _("Afvist"),
            State.LAPSED: _("Bortfaldet, fordi der er godkendt på ny"),
        }
        return texts[State(self.approval.state)]

    @property
    def title(self) -> str:
        """What the page and the file are called: only what holds is a receipt."""
        word = _("Kvittering") if self.given else _("Godkendelse")
        return f"{word} {self.approval.receipt}"

    @property
    def waits(self) -> bool:
        """Whether the second person is awaited."""
        return self.approval.state == State.WAITING


def approvals_of(scope: Scope, statistic: Statistic, year: int) -> list[Given]:
    """Approvals of the municipality's data and those it gave for others, newest first. Raises NoPrivilege."""
    rows = Approval.objects.within(scope, statistic.id).filter(year=year)
    return shown(rows.order_by("-id").prefetch_related("sections"))


def approval_of(scope: Scope, statistic: Statistic, number: int) -> Given:
    """One approval. Raises Approval.DoesNotExist, NoPrivilege."""
    return shown([Approval.objects.within(scope, statistic.id).get(pk=number)])[0]


def shown(approvals: Iterable[Approval]) -> list[Given]:
    """Approvals with their e-mails, in their order."""
    found = list(approvals)
    mails = {mail.key: mail for mail in Mail.unscoped.filter(key__in=[f"approval {row.receipt}" for row in found])}
    return [_given(row, mails.get(f"approval {row.receipt}")) for row in found]


def _given(row: Approval, mail: Mail | None) -> Given:
    sections = row.in_order
    return Given(
        approval=row,
        approved=tuple(found.section for found in sections if not found.nothing),
        nothing=tuple(found.section for found in sections if found.nothing),
        mail=mail,
    )
