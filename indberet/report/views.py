"""The pages of the report: the report itself, its files, and the records behind a figure."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from indberet.access.fresh import needs_fresh_login
from indberet.access.needs import needs
from indberet.access.posted import posted
from indberet.access.session import ScopedRequest
from indberet.definition.registry import municipalities
from indberet.definition.statistic import Statistic
from indberet.definition.tables import Measure
from indberet.export.models import Format
from indberet.export.write import CannotExport, export_records

from .behind import Behind, Cell
from .cpr_list import CprList
from .files import FILES
from .heading import heading, headline, sections_without
from .layout import Layout
from .list_page import ListPage
from .view import Seen, choices, see


@needs("read")
@require_GET
def report(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """The report of a day or of now, and which others there are (guide C05)."""
    seen = see(request.scope, statistic, request.GET.get("day", ""))
    context = {
        "statistic": statistic,
        "seen": seen,
        "heading": heading(seen, municipalities().known(request.scope.municipality)),
        "headline": headline(seen),
        "without": sections_without(seen),
        "tables": seen.tables(lambda layout, cell: cell_address(statistic, seen, layout, cell)),
        "choices": choices(request.scope, statistic),
    }
    return render(request, "report/report.html", context)


@needs("read")
@require_GET
def report_file(request: ScopedRequest, statistic: Statistic, kind: str) -> HttpResponse:
    """The report as a workbook or for printing."""
    seen = see(request.scope, statistic, request.GET.get("day", ""))
    file = FILES[kind]
    content = file.make(seen, municipalities().known(request.scope.municipality))
    name = f"indberet-{statistic.id}-rapport-{request.scope.municipality}-{seen.day:%Y%m%d}.{kind}"
    headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
    return HttpResponse(content, content_type=file.content_type, headers=headers)


@needs("read")
@require_GET
def report_cell(request: ScopedRequest, statistic: Statistic, table: str) -> HttpResponse:
    """The records behind a figure, as the register has them now."""
    seen, behind = _behind(request, statistic, table, request.GET)
    context = {
        "statistic": statistic,
        "seen": seen,
        "list": ListPage(seen, behind, request.GET.get("page", "")),
        "here": cell_address(statistic, seen, behind.layout, behind.cell),
        "back_url": f"{reverse('report', args=[statistic])}?day={seen.choice}#{table}",
        "now": timezone.now(),
    }
    return render(request, "report/cell.html", context)


@needs("read")  # type: ignore[arg-type]
@posted
@needs_fresh_login
def report_cell_file(request: ScopedRequest, statistic: Statistic, table: str, format: Format) -> HttpResponseBase:
    """The same records as a file: the CPR list (guide A22, A24, A25)."""
    seen, behind = _behind(request, statistic, table, request.POST)
    try:
        file = export_records(selection=CprList(behind), format=format)
    except CannotExport as refused:
        messages.error(request, str(refused))
        return redirect(cell_address(statistic, seen, behind.layout, behind.cell))
    headers = {"Content-Disposition": content_disposition_header(True, file.name) or ""}
    return StreamingHttpResponse(file.content, content_type=file.content_type, headers=headers)


def cell_address(statistic: Statistic, seen: Seen, layout: Layout, cell: Cell) -> str:
    """Where the records behind a figure are listed; it names no person."""
    place = {"day": seen.choice, "measure": cell.measure, "row": cell.row, "column": cell.column}
    return f"{reverse('report_cell', args=[statistic, layout.table.id])}?{urlencode(place)}"


def _behind(request: ScopedRequest, statistic: Statistic, table: str, asked: QueryDict) -> tuple[Seen, Behind]:
    """Raises Http404 when the report has no such table or cell."""
    seen = see(request.scope, statistic, asked.get("day", ""))
    try:
        measure = Measure(asked.get("measure", ""))
        cell = Cell(measure=measure, row=asked.get("row", ""), column=asked.get("column", ""))
        return seen, Behind(request.scope, seen.layout(table), cell)
    except (KeyError, ValueError) as unknown:
        raise Http404 from unknown
