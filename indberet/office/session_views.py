"""Who is logged in, for the office's staff, who can end it. Persons at work, never citizens."""

import re
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indberet.access.logins import end_logins, in_force
from indberet.access.models import Login
from indberet.access.needs import needs_oversight
from indberet.access.session import PersonRequest
from indberet.definition.code_lists import Code
from indberet.definition.danish import danish_order
from indberet.definition.registry import municipalities

from .overview import reporting

MOST_SHOWN = 500


@dataclass(frozen=True, kw_only=True)
class Row:
    """A log-in in force and what its person may act for."""

    login: Login
    municipalities: tuple[Code, ...]

    @property
    def source(self) -> str:
        """What the person logged in with."""
        names = {"saml": "MitID Erhverv", "oidc": "OpenID Connect"}
        return names.get(self.login.source) or _("Testlogin")


@dataclass(frozen=True, kw_only=True)
class Doomed:
    """Whose log-ins are about to end: one person's, or all that may act for a municipality."""

    person: Login | None
    municipality: Code | None

    @property
    def subject(self) -> str:
        """The person's, or ''."""
        return self.person.subject if self.person else ""

    @property
    def code(self) -> str:
        """The municipality's, or ''."""
        return self.municipality.code if self.municipality else ""

    @property
    def name(self) -> str:
        """For a sentence."""
        return self.person.name if self.person else self.municipality.label if self.municipality else ""


@needs_oversight
def office_sessions(request: PersonRequest) -> HttpResponse:
    """The log-ins in force, all or those that may act for one municipality."""
    chosen = _municipality(request.GET)
    found = in_force(chosen.code if chosen else "")
    context = {
        "chosen": chosen,
        "rows": [Row(login=login, municipalities=_acts_for(login)) for login in found[:MOST_SHOWN]],
        "total": found.count(),
        "municipalities": sorted(reporting(), key=lambda row: danish_order(row.label)),
    }
    return render(request, "office/sessions.html", context)


@needs_oversight
def office_sessions_end(request: PersonRequest) -> HttpResponse:
    """Asks whether to end the log-ins of a person or a municipality, and does."""
    asked = request.POST if request.method == "POST" else request.GET
    doomed = _doomed(asked)
    if request.method == "POST":
        ended = end_logins("support", subject=doomed.subject, municipality=doomed.code, by=request.identity)
        told = ngettext("%(count)s login er afsluttet: %(name)s.", "%(count)s logins er afsluttet: %(name)s.", ended)
        messages.success(request, told % {"count": ended, "name": doomed.name})
        return redirect("office_sessions")
    return render(request, "office/sessions_end.html", {"doomed": doomed, "count": _count(doomed)})


def _doomed(asked: QueryDict) -> Doomed:
    """Raises Http404 for a log-in or a municipality that does not exist."""
    number = asked.get("login", "")
    person = Login.objects.filter(pk=int(number)).first() if re.fullmatch(r"[0-9]{1,18}", number) else None
    doomed = Doomed(person=person, municipality=None if number else _municipality(asked))
    if not doomed.name:
        raise Http404
    return doomed


def _count(doomed: Doomed) -> int:
    found = in_force(doomed.code)
    return (found.filter(subject=doomed.subject) if doomed.person else found).count()


def _municipality(asked: QueryDict) -> Code | None:
    return municipalities().known(asked.get("municipality", "")) or None


def _acts_for(login: Login) -> tuple[Code, ...]:
    return tuple(municipalities().known(code) for code in login.municipalities.strip(",").split(",") if code)
