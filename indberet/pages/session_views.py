"""How long a log-in lasts, for the script that warns before it ends; and why it ended."""

from dataclasses import replace
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from indberet.access.logins import HOWS, note_activity
from indberet.access.needs import needs_login
from indberet.access.paths import own_path
from indberet.access.session import PersonRequest, ended_before, has_typed

from .session_state import state_of


@require_GET
def session_state(request: HttpRequest) -> JsonResponse:
    """How long the log-in still lasts, or how it ended. Asking does not prolong it."""
    identity, login = request.identity, request.login  # type: ignore[attr-defined]
    if identity is None or login is None:
        return JsonResponse({"person": "", "ended": ended_before(request) or "logout"})
    return JsonResponse(state_of(identity, login))


@needs_login
@require_POST
def session_continue(request: PersonRequest) -> JsonResponse:
    """The person is there: the log-in lasts IDLE_MINUTES from now, as far as LOGIN_HOURS allow."""
    note_activity(request.login.number)
    return JsonResponse(state_of(request.identity, replace(request.login, active_at=timezone.now())))


@require_GET
def login_ended(request: HttpRequest, how: str) -> HttpResponse:
    """Why one is logged out, that nothing is lost, and the way back to where one was."""
    if how not in HOWS:
        raise Http404
    context = {
        "how": how,
        "reason": _reason(how),
        "kept": has_typed(request),
        "onward": urlencode({"next": own_path(request, request.GET.get("next", ""))}),
    }
    return render(request, "access/login_ended.html", context)


def _reason(how: str) -> str:
    lasts = {"minutes": settings.IDLE_MINUTES, "hours": settings.LOGIN_HOURS}
    for_hours = ngettext(
        "Du er logget ud, fordi du har været logget ind i %(hours)s time, som er det længste.",
        "Du er logget ud, fordi du har været logget ind i %(hours)s timer, som er det længste.",
        settings.LOGIN_HOURS,
    )
    reasons = {
        "logout": _("Der er logget ud i denne browser."),
        "idle": _("Du er logget ud, fordi du ikke har brugt Indberet i %(minutes)s minutter."),
        "absolute": for_hours,
        "slo": _("Du er logget ud, fordi du har logget ud af MitID Erhverv, måske i et andet system."),
        "support": _(
            "Du er logget ud, fordi Danmarks Statistik har afsluttet din adgang. Kontakt dem, hvis du undrer dig."
        ),
    }
    return reasons[how] % lasts
