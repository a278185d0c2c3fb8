"""The pages of exports."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from indberet.access.fresh import needs_fresh_login
from indberet.access.needs import needs
from indberet.access.posted import posted
from indberet.access.session import ScopedRequest
from indberet.definition.statistic import Statistic
from indberet.register.listing import Listing
from indberet.register.view_state import load_state

from .manifest import manifest_text
from .models import Export, Format
from .selection import Selection, whole_listing
from .write import CannotExport, export_records, latest_exports


@needs("read")
def export(request: ScopedRequest, statistic: Statistic, kind: str) -> HttpResponse:
    """Offers the whole listing or what the overview shows, and lists the latest exports (A22, A23)."""
    listing = Listing(statistic=statistic, municipality=request.scope.municipality, kind=kind)
    context = {
        "statistic": statistic,
        "listing": listing,
        "whole": whole_listing(request.scope, listing),
        "shown": _shown(request, listing),
        "exports": latest_exports(request.scope, statistic.id),
    }
    return render(request, "export/export.html", context)


@needs("read")  # type: ignore[arg-type]
@posted
@needs_fresh_login
def export_file(request: ScopedRequest, statistic: Statistic, kind: str, format: Format) -> HttpResponseBase:
    """The file, streamed; `whole=no` gives what the overview shows."""
    listing = Listing(statistic=statistic, municipality=request.scope.municipality, kind=kind)
    narrowed = request.POST.get("whole") == "no"
    selection = _shown(request, listing) if narrowed else whole_listing(request.scope, listing)
    try:
        file = export_records(selection=selection, format=format)
    except CannotExport as refused:
        messages.error(request, str(refused))
        return redirect("export", statistic, kind)
    headers = {"Content-Disposition": content_disposition_header(True, file.name) or ""}
    return StreamingHttpResponse(file.content, content_type=file.content_type, headers=headers)


@needs("read")
def export_manifest(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponse:
    """What a file holds: rows, filter, time and checksum, as text."""
    found = Export.objects.within(request.scope, statistic.id).get(pk=number)
    name = content_disposition_header(True, f"{found.base_name}-manifest.txt") or ""
    headers = {"Content-Disposition": name}
    return HttpResponse(manifest_text(found), content_type="text/plain; charset=utf-8", headers=headers)


def _shown(request: ScopedRequest, listing: Listing) -> Selection:
    return Selection(scope=request.scope, listing=listing, state=load_state(request.session, listing))
