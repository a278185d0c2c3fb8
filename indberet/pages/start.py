"""The start page, the list of reports, and the office's list of municipalities."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from indberet.access.identity import Identity
from indberet.access.scope import Scope
from indberet.definition.code_lists import Code
from indberet.definition.registry import municipalities, statistics
from indberet.definition.statistic import Statistic
from indberet.register.figures import Figures, figures_by_municipality, figures_of
from indberet.register.listing import KINDS, Listing

from .contacts import has_contact


@dataclass(frozen=True, kw_only=True)
class Card:
    """A statistic on the start page."""

    statistic: Statistic
    missing_right: bool
    missing_contact: bool = False
    may_report: bool = False
    headline: tuple[tuple[str, str], ...] = ()
    overview_url: str = ""
    listings_label: str = ""


@dataclass(frozen=True, kw_only=True)
class ListingRow:
    """A row in the list of reports."""

    listing: Listing
    figures: Figures
    state: str
    url: str


@dataclass(frozen=True, kw_only=True)
class OfficeRow:
    """What the office sees of a municipality: figures, no persons."""

    municipality: Code
    figures: Figures


def cards(scope: Scope | None) -> list[Card]:
    """One card per statistic; without the right the card says so."""
    return [_card(scope, statistic) for statistic in statistics()]


def listing_rows(scope: Scope) -> list[ListingRow]:
    """Two rows, own and all, per statistic that one may read."""
    return [
        _listing_row(scope, Listing(statistic=statistic, municipality=scope.municipality, kind=kind))
        for statistic in statistics()
        if scope.may("read", statistic.id)
        for kind in KINDS
    ]


def office_tables(identity: Identity) -> list[tuple[Statistic, list[OfficeRow]]]:
    """Every municipality's figures per statistic that the office's person oversees."""
    return [(found, _office_rows(found)) for found in statistics() if identity.oversees(found.id)]


def _card(scope: Scope | None, statistic: Statistic) -> Card:
    if scope is None or not scope.may("read", statistic.id):
        return Card(statistic=statistic, missing_right=True)
    figures = figures_of(scope, Listing(statistic=statistic, municipality=scope.municipality, kind="all"))
    may_report = scope.may("report", statistic.id)
    see = statistic.flow.listings_link == "see"
    return Card(
        statistic=statistic,
        missing_right=False,
        missing_contact=may_report and not has_contact(scope, statistic),
        may_report=may_report,
        headline=(
            (_("Ydelser"), str(figures.records)),
            (_("Sager"), str(figures.cases)),
            (_("Med fejl"), str(figures.errors)),
            (_("Med advarsler"), str(figures.warnings)),
        ),
        overview_url=reverse("overview", args=[statistic, "own"]),
        listings_label=_("Se listen over alle indberetninger") if see else _("Gå til listen over indberetninger"),
    )


def _listing_row(scope: Scope, listing: Listing) -> ListingRow:
    figures = figures_of(scope, listing)
    states = {"own": _("Åben for indberetning"), "all": _("Kun visning")}
    url = reverse("overview", args=[listing.statistic, listing.kind])
    return ListingRow(listing=listing, figures=figures, state=states[listing.kind], url=url)


def _office_rows(statistic: Statistic) -> list[OfficeRow]:
    figures = figures_by_municipality(statistic)
    rows = [row for row in municipalities().rows if row.selectable]
    return [OfficeRow(municipality=row, figures=figures.get(row.code, Figures())) for row in rows]
