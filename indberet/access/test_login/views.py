"""The page of the test log-in."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from indberet.access.claims import Refused
from indberet.access.paths import own_path
from indberet.access.refusals import refuse
from indberet.access.session import log_in

from .people import people


def login(request: HttpRequest) -> HttpResponse:
    """Lists the persons; a POST logs one in and goes on to `next`."""
    if not settings.TEST_LOGIN:
        raise Http404
    if request.method == "POST":
        chosen = {person.key: person for person in people()}.get(request.POST.get("person", ""))
        if chosen is None:
            raise Http404
        try:
            log_in(request, chosen.identity)
        except Refused as refused:
            return refuse(request, refused)
        return redirect(own_path(request, request.POST.get("next", "")))
    context = {"people": people(), "next": own_path(request, request.GET.get("next", ""))}
    return render(request, "access/login.html", context)
