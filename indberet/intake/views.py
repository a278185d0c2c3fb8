"""The pages of deliveries. A receipt names no person, so looking at one is no look at persons."""

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render

from indberet.access.needs import needs
from indberet.access.paths import whole_number
from indberet.access.session import ScopedRequest
from indberet.definition.statistic import Statistic

from .models import Delivery
from .page import ReceiptPage, Wanted, deliveries_page, state_word
from .workbook import workbook


@needs("read")
def deliveries(request: ScopedRequest, statistic: Statistic) -> HttpResponse:
    """What the municipality's systems have sent, newest first; `before` in the address leads to older ones."""
    page = deliveries_page(request.scope, statistic, whole_number(request.GET.get("before", "")))
    rows = [(delivery, state_word(delivery)) for delivery in page.deliveries]
    return render(request, "intake/deliveries.html", {"statistic": statistic, "rows": rows, "before": page.before})


@needs("read")
def delivery(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponse:
    """A receipt; the address may ask for the findings of a code, element or severity, and for a page of them."""
    found = Delivery.objects.within(request.scope, statistic.id).get(pk=number)
    return render(
        request,
        "intake/delivery.html",
        {"statistic": statistic, "receipt": ReceiptPage(found, Wanted.asked(request.GET.dict()))},
    )


@needs("read")  # type: ignore[arg-type]
def delivery_xlsx(request: ScopedRequest, statistic: Statistic, number: int) -> HttpResponseBase:
    """A receipt as a workbook, with every finding."""
    found = Delivery.objects.within(request.scope, statistic.id).get(pk=number)
    name = f"{statistic.id}-{found.municipality}-kvittering-{found.pk}.xlsx"
    return FileResponse(workbook(found), as_attachment=True, filename=name)
