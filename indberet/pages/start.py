"""The start page and the list of reports."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from indberet.access.delegation import told
from indberet.access.identity import Verb
from indberet.access.missing import right_name
from indberet.access.scope import Scope
from indberet.approval.deadlines import Deadline, ReportDeadline, deadline_of, report_deadline_of
from indberet.definition.approval import Delegation
from indberet.definition.registry import statistics
from indberet.definition.statistic import Statistic
from indberet.register.figures import Figures, figures_of
from indberet.register.listing import KINDS, Listing
from indberet.report.card import ReportCard, report_card

from .contacts import has_contact

ASKED_FOR: tuple[Verb, ...] = ("report", "approve", "read")
"""The rights that people in a municipality ask for, the usual one first."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """A statistic on the start page."""

    statistic: Statistic
    missing_right: bool
    samples_url: str = ""
    limits: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    missing_contact: bool = False
    may_report: bool = False
    headline: tuple[tuple[str, str], ...] = ()
    report: ReportCard | None = None
    overview_url: str = ""
    listings_label: str = ""
    deadline: Deadline | None = None
    report_deadline: ReportDeadline | None = None


@dataclass(frozen=True, kw_only=True)
class ListingRow:
    """A row in the list of reports. `whole`: one may see all of the municipality's, and so its deliveries."""

    listing: Listing
    figures: Figures
    state: str
    url: str
    whole: bool


def cards(scope: Scope | None) -> list[Card]:
    """One card per statistic; without the right the card says so."""
    return [_card(scope, statistic) for statistic in statistics()]


def listing_rows(scope: Scope) -> list[ListingRow]:
    """Two rows, own and all, per statistic that one may read."""
    return [
        _listing_row(scope, Listing(statistic=statistic, municipality=scope.municipality, kind=kind))
        for statistic in statistics()
        if scope.may_some("read", statistic.id)
        for kind in KINDS
    ]


def _card(scope: Scope | None, statistic: Statistic) -> Card:
    if scope and scope.may("inspect", statistic.id) and not scope.may("read", statistic.id):
        return Card(statistic=statistic, missing_right=False, samples_url=reverse("samples", args=[statistic]))
    if scope is None or not scope.may_some("read", statistic.id):
        rights = tuple(right_name(statistic, verb) for verb in ASKED_FOR)
        return Card(statistic=statistic, missing_right=True, rights=rights)
    if limits := scope.limits("read", statistic.id):
        return _limited_card(statistic, limits)
    figures = figures_of(scope, Listing(statistic=statistic, municipality=scope.municipality, kind="all"))
    may_report, report = scope.may("report", statistic.id), report_card(scope, statistic)
    today = timezone.localdate()
    deadline = deadline_of(scope, statistic, today)
    see = statistic.flow.listings_link == "see"
    return Card(
        statistic=statistic,
        missing_right=False,
        missing_contact=may_report and not has_contact(scope, statistic),
        may_report=may_report,
        headline=(
            (_("Poster"), str(figures.records)),
            (_("Sager"), str(figures.cases)),
            (_("Ændringer siden i går"), str(report.changes)),
            (_("Med fejl"), str(figures.errors)),
            (_("Med advarsler"), str(figures.warnings)),
        ),
        report=report,
        overview_url=reverse("overview", args=[statistic, "own"]),
        deadline=deadline,
        report_deadline=report_deadline_of(statistic, today) if deadline.progress.demanded else None,
        listings_label=_("Se listen over alle indberetninger") if see else _("Gå til listen over indberetninger"),
    )


def _limited_card(statistic: Statistic, limits: tuple[Delegation, ...]) -> Card:
    """Of somebody who acts for the municipality with some sections: the way to those records, and no whole figures."""
    overview_url = reverse("overview", args=[statistic, "own"])
    limits_told = tuple(told(row) for row in limits)
    return Card(statistic=statistic, missing_right=False, limits=limits_told, overview_url=overview_url)


def _listing_row(scope: Scope, listing: Listing) -> ListingRow:
    figures = figures_of(scope, listing)
    states = {"own": _("Åben for indberetning"), "all": _("Kun visning")}
    url = reverse("overview", args=[listing.statistic, listing.kind])
    whole = scope.may("read", listing.statistic.id)
    return ListingRow(listing=listing, figures=figures, state=states[listing.kind], url=url, whole=whole)
