"""The office's pages. None of them shows a citizen."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from indberet.access.needs import needs_oversight
from indberet.access.session import PersonRequest
from indberet.approval.deadlines import days_text
from indberet.approval.models import Approval
from indberet.approval.receipts import SHAPE, is_receipt
from indberet.definition.registry import municipalities, statistics
from indberet.definition.statistic import Statistic
from indberet.export.write import CONTENT_TYPES

from .detail import detail_of
from .models import Extract
from .overview import STATES, Look, overview
from .sheet import csv_bytes, xlsx_bytes

HEADINGS = (
    "municipality", "statistic", "last_delivery", "records", "errors", "warnings", "overruled", "approved", "nothing",
    "report", "days", "reminders", "state",
)  # fmt: skip
Told = list[tuple[str, list[tuple[str, int]]]]
"""Lines of words with counts by name."""


@needs_oversight
def office(request: PersonRequest) -> HttpResponse:
    """All municipalities by statistic, or the municipality of a receipt number."""
    look = Look.of(request.GET.dict())
    if SHAPE.fullmatch(look.text.upper()):
        return _receipt(request, look.text)
    mine = [found for found in statistics() if request.identity.oversees(found.id)]
    context = {
        "look": look,
        "shown": overview(request.identity, look, timezone.localdate()),
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
    found = detail_of(statistic, municipality, timezone.localdate())
    if found is None:
        raise Http404
    context = {"statistic": statistic, "detail": found, "days": days_text(found.row.days), "no_links": True}
    return render(request, "office/detail.html", context)


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
    return redirect("office_detail", found.statistic, found.municipality)


def _head(look: Look, name: str) -> dict[str, Any]:
    """A heading: its order now, and where a press leads."""
    sorted_by = look.sort == name
    order = ("descending" if look.descending else "ascending") if sorted_by else "none"
    turned = f"-{name}" if sorted_by and not look.descending else name
    return {"name": name, "label": _labels()[name], "order": order, "query": urlencode(look.asked(sort=turned))}


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
    return {municipalities().known(code).label: count for code, count in counts.items()}


def _labels() -> dict[str, str]:
    return {
        "municipality": _("Kommune"),
        "statistic": _("Statistik"),
        "last_delivery": _("Seneste leverance"),
        "records": _("Poster"),
        "errors": _("Med fejl"),
        "warnings": _("Med advarsler"),
        "overruled": _("Accepterede advarsler"),
        "approved": _("Godkendte paragraffer"),
        "nothing": _("Heraf uden indsatser"),
        "report": _("Seneste rapport"),
        "days": _("Dage til frist"),
        "reminders": _("Påmindelser"),
        "state": _("Tilstand"),
    }
