"""The office's pages. None of them shows a citizen."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from indberet.access.needs import needs_oversight
from indberet.access.session import PersonRequest
from indberet.approval.deadlines import days_text
from indberet.approval.models import Approval
from indberet.approval.receipts import SHAPE, is_receipt
from indberet.definition.danish import danish_order
from indberet.definition.registry import municipalities, statistics
from indberet.definition.statistic import Statistic
from indberet.export.write import CONTENT_TYPES

from .detail import detail_of
from .models import Extract
from .overview import STATES, Look, earlier_years, overview
from .sheet import csv_bytes, xlsx_bytes

HEADINGS = (
    "municipality", "statistic", "state", "days", "approved", "nothing", "reminders", "records", "errors", "warnings",
    "overruled", "last_delivery", "report",
)  # fmt: skip
"""What matters most stands first: a narrow window shows only the first ones."""
Told = list[tuple[str, list[tuple[str, int]]]]
"""Lines of words with counts by name."""


@needs_oversight
def office(request: PersonRequest) -> HttpResponse:
    """All municipalities by statistic, or the municipality of a receipt number."""
    look, today = Look.of(request.GET.dict()), timezone.localdate()
    if SHAPE.fullmatch(look.text.upper()):
        return _receipt(request, look.text)
    mine = [found for found in statistics() if request.identity.oversees(found.id)]
    context = {
        "look": look,
        "shown": overview(request.identity, look, today),
        "years": [("", mine[0].approval.year_on(today)), *((year, year) for year in earlier_years(today))],
        "states": [(state.value, text) for state, text in STATES.items()],
        "statistics": mine,
        "heads": [_head(look, name) for name in HEADINGS],
        "query": urlencode(look.asked()),
        "extracts": Extract.unscoped.filter(statistic__in=[found.id for found in mine]).order_by("-id")[:10],
    }
    return render(request, "office/office.html", context)


@needs_oversight
def office_file(request: PersonRequest, format: str) -> HttpResponse:
    """The rows that are shown, as a file."""
    rows = overview(request.identity, Look.of(request.GET.dict()), timezone.localdate()).rows
    content = csv_bytes(rows) if format == "csv" else xlsx_bytes(rows)
    name = f"{_('kommuner')}-{timezone.localtime():%Y%m%d-%H%M}.{format}"
    headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
    return HttpResponse(content, content_type=CONTENT_TYPES[format], headers=headers)  # type: ignore[index]


@needs_oversight
def office_detail(request: PersonRequest, statistic: Statistic, municipality: str) -> HttpResponse:
    """One municipality: its sections, approvals and receipts, reminders."""
    if not request.identity.oversees(statistic.id):
        raise Http404
    today = timezone.localdate()
    found = detail_of(statistic, municipality, today, request.GET.get("year", ""))
    if found is None:
        raise Http404
    years = statistic.approval.years_on(today)
    context = {"statistic": statistic, "detail": found, "days": days_text(found.row.days), "years": years}
    return render(request, "office/detail.html", {**context, "no_links": True})


@needs_oversight
def office_manifest(request: PersonRequest, number: int) -> HttpResponse:
    """An extract's manifest. The extract itself lies where operations put it."""
    mine = [found.id for found in statistics() if request.identity.oversees(found.id)]
    found = Extract.unscoped.filter(statistic__in=mine, pk=number).first()
    if found is None:
        raise Http404
    told = {"reasons": _reasons(found.manifest), "since": _since(found.manifest)}
    context = {"extract": found, "manifest": found.manifest, **told}
    return render(request, "office/manifest.html", context)


def _receipt(request: HttpRequest, text: str) -> HttpResponse:
    """To the municipality of a receipt number."""
    found = Approval.unscoped.filter(receipt=text.upper()).first() if is_receipt(text) else None
    if found is None:
        wrong = _("Kvitteringsnummeret %(number)s er tastet forkert: kontroltegnet passer ikke.")
        unknown = _("Der er ingen kvittering med nummeret %(number)s.")
        messages.error(request, (unknown if is_receipt(text) else wrong) % {"number": text})
        return redirect("office")
    page = reverse("office_detail", args=[found.statistic, found.municipality])
    earlier = str(found.year) in earlier_years(timezone.localdate())
    return redirect(f"{page}?year={found.year}" if earlier else page)


def _head(look: Look, name: str) -> dict[str, Any]:
    """A heading: its order now, where a press leads, and what it means when its words do not say all."""
    sorted_by = look.sort == name
    order = ("descending" if look.descending else "ascending") if sorted_by else "none"
    turned = f"-{name}" if sorted_by and not look.descending else name
    label, means = _labels()[name]
    return {"name": name, "label": label, "means": means, "order": order, "query": urlencode(look.asked(sort=turned))}


def _reasons(manifest: dict[str, Any]) -> Told:
    """What was left out and why, in words."""
    counts = manifest.get("left_out", {})
    return _told(
        (_("Poster i paragraffer, der ikke er godkendt"), _by_name(counts.get("not_approved", {}))),
        (_("Poster, der ligger uden for den godkendte periode"), _by_name(counts.get("outside_period", {}))),
        (_("Poster, der er kommet til efter den godkendte rapport"), _by_name(counts.get("created_since", {}))),
        (_("Poster med en indsatskode, som ingen kilde bekræfter"), counts.get("unconfirmed_records", {})),
        (_("Andre koder, som ingen kilde bekræfter (feltet er tomt)"), counts.get("unconfirmed_values", {})),
    )


def _since(manifest: dict[str, Any]) -> Told:
    """What happened after the approved reports to records that they counted."""
    counts = manifest.get("since_approval", {})
    return _told(
        (_("Poster, der er rettet; de står i udtrækket, som de er nu"), _by_name(counts.get("corrected", {}))),
        (_("Poster, der er slettet inden for de seneste 30 dage"), _by_name(counts.get("deleted", {}))),
    )


def _told(*rows: tuple[str, dict[str, int]]) -> Told:
    return [(words, list(counts.items())) for words, counts in rows if counts]


def _by_name(counts: dict[str, int]) -> dict[str, int]:
    names = {municipalities().known(code).label: count for code, count in counts.items()}
    return {name: names[name] for name in sorted(names, key=danish_order)}


def _labels() -> dict[str, tuple[str, str]]:
    """The headings, short enough for all of them to be seen at once, and what they mean."""
    return {
        "municipality": (_("Kommune"), ""),
        "statistic": (_("Statistik"), ""),
        "state": (_("Tilstand"), ""),
        "days": (_("Dage"), _("Dage til fristen for godkendelse; et minus foran betyder, at den er overskredet")),
        "approved": (_("Godkendt"), _("Godkendte paragraffer af dem, der skal godkendes")),
        "nothing": (_("Uden ydelser"), _("Godkendte paragraffer, hvor kommunen ingen ydelser har")),
        "reminders": (_("Påmindet"), _("Påmindelser om godkendelsen, der er sendt")),
        "records": (_("Poster"), ""),
        "errors": (_("Fejl"), _("Poster med fejl")),
        "warnings": (_("Advarsler"), _("Poster med advarsler")),
        "overruled": (_("Accepteret"), _("Poster med advarsler, som kommunen har accepteret")),
        "last_delivery": (_("Leveret"), _("Seneste leverance fra kommunens fagsystem")),
        "report": (_("Rapport"), _("Dagen for den seneste rapport, som tallene for poster er fra")),
    }
