"""What the pages of deliveries show."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil
from urllib.parse import urlencode

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indberet.access.paths import whole_number
from indberet.access.scope import Scope
from indberet.definition.registry import municipalities
from indberet.definition.statistic import Statistic

from .models import Delivery, DeliveryFinding, State
from .receipt import Row, Teller, format_of
from .refusal import reason_text

FINDINGS = 100
"""On a page of a receipt."""
PAGE = 50
LONGEST_SHOWN = 60
"""Characters of a value; of a longer one beginning and end are shown."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings are asked for: all, or those of a code, element or severity; and which page of them."""

    code: str = ""
    element: str | None = None
    severity: int = 0
    page: int = 1

    @classmethod
    def asked(cls, given: Mapping[str, str]) -> "Wanted":
        """What an address asks for; what cannot be is passed over."""
        severity = given.get("severity", "")
        return cls(
            code=given.get("code", "").replace("\x00", ""),
            element=given["element"].replace("\x00", "") if "element" in given else None,
            severity=int(severity) if severity in ("1", "2") else 0,
            page=max(1, whole_number(given.get("page", ""))),
        )

    @property
    def conditions(self) -> dict[str, object]:
        """As the register asks for them."""
        told = {"code": self.code or None, "element": self.element, "severity": self.severity or None}
        return {name: value for name, value in told.items() if value is not None}

    @property
    def query(self) -> str:
        """As an address asks for them."""
        page = {"page": self.page} if self.page > 1 else {}
        return "?" + urlencode({**self.conditions, **page})


@dataclass(frozen=True, slots=True)
class Group:
    """How often one thing was found in one element. `query` leads to where."""

    code: str
    element: str
    severity: int
    count: int
    text: str

    @property
    def query(self) -> str:
        """The address of its findings on the receipt's page."""
        return Wanted(code=self.code, element=self.element, severity=self.severity).query

    def fits(self, wanted: Wanted) -> bool:
        """Whether these findings are asked for."""
        return all(getattr(self, name) == value for name, value in wanted.conditions.items())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery, in a line, and how good that is: success, info, warning or error."""

    kind: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some deliveries, newest first; `before` begins the next page, 0 when there is none."""

    deliveries: list[Delivery]
    before: int


class ReceiptPage:
    """A receipt: the outcome first, then a summary, then the findings that are wanted."""

    def __init__(self, delivery: Delivery, wanted: Wanted | None = None) -> None:
        self.delivery = delivery
        self._wanted = wanted or Wanted()
        self._teller = Teller(delivery)

    @cached_property
    def outcome(self) -> Outcome:
        """What became of it."""
        delivery = self.delivery
        if delivery.state == State.REFUSED:
            return Outcome("error", state_word(delivery), self.reason)
        kind = "warning" if delivery.refused or delivery.with_errors else "info" if delivery.test else "success"
        kind = "error" if delivery.refused == delivery.records else kind
        heading = state_word(delivery)
        if kind == "warning" and not (delivery.test or delivery.refused):
            heading = _("Gemt, men nogle poster har fejl")
        return Outcome(kind, heading, " ".join(filter(None, (self._became(), self._marked()))))

    def _became(self) -> str:
        """Of how many records what became."""
        delivery = self.delivery
        if delivery.refused == delivery.records:
            return _("Linjerne mangler det, som en post ikke kan gemmes uden. Se, hvad der er fundet i dem.")
        if not delivery.refused:
            return ""
        if delivery.test:
            text = ngettext(
                "{count} linje af {all} ville blive afvist.",
                "{count} linjer af {all} ville blive afvist.",
                delivery.refused,
            )
        else:
            text = ngettext("{count} linje af {all} er afvist.", "{count} linjer af {all} er afvist.", delivery.refused)
        return text.format(count=delivery.refused, all=delivery.records)

    def _marked(self) -> str:
        """How many of those that were taken have errors and warnings."""
        delivery = self.delivery
        taken = delivery.records - delivery.refused
        if not taken:
            return ""
        if not (delivery.with_errors or delivery.with_warnings):
            text = ngettext(
                "{count} post er uden fejl og advarsler.", "{count} poster er uden fejl og advarsler.", taken
            )
            return text.format(count=taken)
        text = _("Poster med fejl: {errors}. Poster med kun advarsler: {warnings}.")
        return text.format(errors=delivery.with_errors, warnings=delivery.with_warnings)

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
            (_("Format"), format_of(delivery)),
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
            (_("Med fejl") if delivery.test else _("Gemt med fejl"), delivery.with_errors),
            (_("Kun med advarsler") if delivery.test else _("Gemt kun med advarsler"), delivery.with_warnings),
        ]

    @cached_property
    def groups(self) -> list[Group]:
        """How often each thing was found in which element, the worst and most frequent first."""
        rows = DeliveryFinding.unscoped.filter(delivery=self.delivery).values_list("code", "element", "severity")
        counted = rows.annotate(count=Count("id")).order_by("-severity", "-count", "code", "element")
        return [
            Group(code, element, severity, count, self._teller.title(code))
            for code, element, severity, count in counted
        ]

    @property
    def found(self) -> int:
        """How many findings there are."""
        return sum(group.count for group in self.groups)

    # The findings that are wanted

    @cached_property
    def chosen(self) -> Group | None:
        """The group that is asked for, if it is one."""
        fitting = [group for group in self.groups if group.fits(self._wanted)]
        return fitting[0] if self._wanted.code and len(fitting) == 1 else None

    @property
    def narrowed(self) -> bool:
        """Whether not all findings are asked for."""
        return bool(self._wanted.conditions)

    @cached_property
    def fitting(self) -> int:
        """How many findings are asked for."""
        return sum(group.count for group in self.groups if group.fits(self._wanted))

    @property
    def severities(self) -> list[tuple[str, int, str, bool]]:
        """Errors and warnings where there are both: word, how many, address, and whether they are asked for."""
        counted = [(level, sum(group.count for group in self.groups if group.severity == level)) for level in (2, 1)]
        both = [(_("Alle"), self.found, "?", not self.narrowed)]
        for level, count in counted:
            wanted = Wanted(severity=level)
            asked = self._wanted.conditions == wanted.conditions
            both.append((_("Fejl") if level == 2 else _("Advarsler"), count, wanted.query, asked))
        return both if all(count for _level, count in counted) else []

    @cached_property
    def pages(self) -> int:
        """How many pages the findings take."""
        return max(1, ceil(self.fitting / FINDINGS))

    @cached_property
    def page(self) -> int:
        """The page shown; the last one for those beyond."""
        return min(self._wanted.page, self.pages)

    @property
    def steps(self) -> dict[str, str]:
        """The addresses of the pages around this one; nothing where there is none."""
        places = {"first": 1, "previous": self.page - 1, "next": self.page + 1, "last": self.pages}
        there = {name: place for name, place in places.items() if 1 <= place <= self.pages and place != self.page}
        return {name: replace(self._wanted, page=place).query for name, place in there.items()}

    @property
    def findings(self) -> list[tuple[Row, str]]:
        """The page's findings in the order of the file, with their values as long as there is room for."""
        first = (self.page - 1) * FINDINGS
        rows = self._teller.rows(FINDINGS, first, **self._wanted.conditions)
        return [(row, cut(row.value)) for row in rows]


def cut(text: str) -> str:
    """The text, or of a long one its beginning and its end."""
    if len(text) <= LONGEST_SHOWN:
        return text
    last = LONGEST_SHOWN // 3
    return f"{text[: LONGEST_SHOWN - last - 1]}…{text[-last:]}"


def deliveries_page(scope: Scope, statistic: Statistic, before: int = 0) -> Page:
    """The municipality's deliveries, those with a number below `before`. Raises NoPrivilege."""
    rows = Delivery.objects.within(scope, statistic.id).order_by("-id")
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0)


def state_word(delivery: Delivery) -> str:
    """What became of a delivery, in a few words."""
    if delivery.state == State.REFUSED:
        return _("Afvist, intet gemt")
    if delivery.refused == delivery.records:
        return _("Afprøvet: alle linjer ville blive afvist") if delivery.test else _("Alle linjer afvist, intet gemt")
    if delivery.test:
        return _("Afprøvet, intet gemt")
    return _("Gemt, men nogle linjer er afvist") if delivery.refused else _("Gemt")


def severity_word(severity: int) -> str:
    """Error or warning."""
    return _("Fejl") if severity == 2 else _("Advarsel")
