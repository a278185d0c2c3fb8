"""What the pages of deliveries show."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from indberet.access.scope import Scope
from indberet.definition.registry import municipalities
from indberet.definition.statistic import Statistic

from .models import Delivery, DeliveryFinding, State
from .receipt import Row, Teller
from .refusal import reason_text

MOST_SHOWN = 500
PAGE = 50


@dataclass(frozen=True, slots=True)
class Group:
    """How often one thing was found."""

    code: str
    severity: int
    count: int
    text: str


@dataclass(frozen=True)
class Page:
    """Some deliveries, newest first; `before` begins the next page, 0 when there is none."""

    deliveries: list[Delivery]
    before: int


class ReceiptPage:
    """A receipt: summary first, then the first findings."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self._teller = Teller(delivery)

    @property
    def about(self) -> list[tuple[str, str]]:
        """What was delivered, by whom, and what became of it."""
        delivery = self.delivery
        municipality = municipalities().known(delivery.municipality)
        when = timezone.localtime(delivery.received_at)
        found = [
            (_("Tilstand"), state_word(delivery)),
            (_("Begrundelse"), self.reason),
            (_("Statistik"), self._teller.statistic.report_name),
            (_("Kommune"), f"{municipality.code} {municipality.label}"),
            (_("Afsendende system"), delivery.system),
            (_("Systemets egen oplysning"), delivery.sender),
            (_("Leverancens id"), delivery.key),
            (_("Leverancens nummer"), str(delivery.pk)),
            (_("Periode"), delivery.period),
            (_("Format"), delivery.format),
            (_("Modtaget"), f"{when:%d.%m.%Y %H.%M.%S}"),
            (_("Kontrolsum (SHA-256)"), delivery.sha256),
        ]
        return [(label, text) for label, text in found if text]

    @property
    def reason(self) -> str:
        """Why it was refused as a whole, or nothing."""
        delivery = self.delivery
        return reason_text(delivery.reason, delivery.reason_params) if delivery.reason else ""

    @property
    def counts(self) -> list[tuple[str, int]]:
        """What became of the records; nothing when it was refused as a whole."""
        delivery = self.delivery
        if delivery.state == State.REFUSED:
            return []
        return [
            (_("Modtagne poster"), delivery.records),
            (_("Nye"), delivery.new),
            (_("Ændrede"), delivery.changed),
            (_("Annullerede"), delivery.withdrawn),
            (_("Uændrede"), delivery.unchanged),
            (_("Afviste linjer"), delivery.refused),
            (_("Gemt med fejl"), delivery.with_errors),
            (_("Gemt med advarsler"), delivery.with_warnings),
        ]

    @cached_property
    def groups(self) -> list[Group]:
        """How often each thing was found, the worst and most frequent first."""
        rows = DeliveryFinding.unscoped.filter(delivery=self.delivery).values_list("code", "severity")
        counted = rows.annotate(count=Count("id")).order_by("-severity", "-count", "code")
        return [Group(code, severity, count, self._teller.title(code)) for code, severity, count in counted]

    @property
    def findings(self) -> Iterator[Row]:
        """The first findings, in the order of the file."""
        return self._teller.rows(MOST_SHOWN)

    @property
    def found(self) -> int:
        """How many findings there are."""
        return sum(group.count for group in self.groups)

    @property
    def has_more(self) -> bool:
        """Whether the page leaves some out."""
        return self.found > MOST_SHOWN


def deliveries_page(scope: Scope, statistic: Statistic, before: int = 0) -> Page:
    """The municipality's deliveries, those with a number below `before`. Raises NoPrivilege."""
    rows = Delivery.objects.within(scope, statistic.id).order_by("-id")
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0)


def state_word(delivery: Delivery) -> str:
    """What became of a delivery, in a word or two."""
    words = {
        State.STORED.value: _("Gemt"),
        State.TESTED.value: _("Afprøvet, intet gemt"),
        State.REFUSED.value: _("Afvist, intet gemt"),
    }
    return words[delivery.state]


def severity_word(severity: int) -> str:
    """Error or warning."""
    return _("Fejl") if severity == 2 else _("Advarsel")
