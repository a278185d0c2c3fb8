"""A municipality's wish that two persons approve. One may begin it; to end it takes two, so that nobody gets round it
alone."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indberet.access.scope import Scope
from indberet.audit.log import write_event
from indberet.definition.statistic import Statistic

from .models import TwoPersons


class SamePerson(Exception):
    """The one who asked cannot also agree; the message says so."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Whether two persons are needed; who has asked to end it, and whether it is oneself who asked."""

    needed: bool
    asked_by_name: str = ""
    asked_myself: bool = False


def needs_two(statistic: Statistic, municipality: str) -> bool:
    """Whether the municipality wants two persons to approve."""
    return TwoPersons.unscoped.filter(statistic=statistic.id, municipality=municipality).exists()


def wish_of(scope: Scope, statistic: Statistic) -> Wish:
    """What the municipality wants. Raises NoPrivilege."""
    row = TwoPersons.objects.within(scope, statistic.id).first()
    if row is None:
        return Wish(needed=False)
    mine = row.asked_by == scope.identity.subject
    return Wish(needed=True, asked_by_name=row.asked_by_name, asked_myself=bool(row.asked_by) and mine)


def want_two(scope: Scope, statistic: Statistic) -> None:
    """From now on two persons approve; a request to end it is dropped. Raises NoPrivilege."""
    scope.require("approve", statistic.id)
    with transaction.atomic():
        TwoPersons.unscoped.update_or_create(
            statistic=statistic.id,
            municipality=scope.municipality,
            defaults={"asked_by": "", "asked_by_name": ""},
            create_defaults={"since": timezone.now(), "set_by_name": scope.identity.name},
        )
        _tell(scope, statistic, "two_persons")


def want_one(scope: Scope, statistic: Statistic) -> bool:
    """Asks to end it, or agrees when another one has asked; whether it has ended. Raises NoPrivilege, SamePerson."""
    scope.require("approve", statistic.id)
    with transaction.atomic():
        row = TwoPersons.objects.within(scope, statistic.id).select_for_update().first()
        if row is None:
            return True
        if row.asked_by == scope.identity.subject:
            raise SamePerson(_("Du har selv bedt om det. En anden med ret til at godkende skal være enig."))
        ended = bool(row.asked_by)
        if ended:
            row.delete()
        else:
            row.asked_by, row.asked_by_name = scope.identity.subject, scope.identity.name
            row.save(update_fields=["asked_by", "asked_by_name"])
        _tell(scope, statistic, "two_persons_ended" if ended else "two_persons_end_asked")
        return ended


def _tell(scope: Scope, statistic: Statistic, action: str) -> None:
    write_event(identity=scope.identity, action=action, municipality=scope.municipality, statistic=statistic.id)
