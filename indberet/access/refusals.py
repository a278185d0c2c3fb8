"""What somebody is told whom the log-in did not let in: what happened, what to do, and a number to refer to."""

from dataclasses import dataclass
from secrets import choice
from typing import get_args

import structlog
from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from indberet.audit.log import write_event

from .claims import Reason, Refused

log = structlog.get_logger(__name__)
TOLD, TOLD_FOR = "refused", 60 * 60
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of a reference: none can be taken for another when it is read aloud."""
REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """The page of a reason: heading, what happened, what to do next."""

    heading: Promise
    happened: Promise
    steps: tuple[Promise, ...]


def refuse(request: HttpRequest, refused: Refused) -> HttpResponse:
    """To the page of the reason (303). Writes the event "login_refused" and a line in the log, under one reference."""
    reference = "".join(choice(SIGNS) for _sign in range(8))
    detail = {**refused.detail, "reason": refused.reason, "reference": reference}
    write_event(identity=None, action="login_refused", detail=detail)
    log.warning("login_refused", reason=refused.reason, reference=reference, detail=refused.detail)
    told = signing.dumps({"reference": reference, "cvr": refused.detail.get("cvr", "")}, salt=TOLD)
    address = reverse("login_refused", args=[refused.reason])
    return HttpResponseRedirect(f"{address}?{urlencode({'told': told})}", status=303)


def login_refused(request: HttpRequest, reason: str) -> HttpResponse:
    """The page of a reason (403). The reference is shown only when `refuse` gave it."""
    if reason not in REASONS:
        raise Http404
    context = {"page_of": EXPLANATIONS[reason], "test": settings.TEST_LOGIN, **_told(request)}
    return render(request, "access/refused.html", context, status=403)


def _told(request: HttpRequest) -> dict[str, str]:
    try:
        told: dict[str, str] = signing.loads(request.GET.get("told", ""), salt=TOLD, max_age=TOLD_FOR)
    except signing.BadSignature:
        return {}
    return told


AGAIN = _("Prøv igen. Det hjælper som regel.")
SUPPORT = _("Sker det igen, så skriv til Danmarks Statistik, og oplys referencen nedenfor.")
EXPLANATIONS: dict[Reason, Explanation] = {
    "level": Explanation(
        heading=_("Dit login er ikke sikkert nok"),
        happened=_(
            "Indberet viser følsomme oplysninger om personer. Derfor skal dit login have sikringsniveauet Betydelig "
            "eller Høj, og det havde det ikke."
        ),
        steps=(
            _(
                "Prøv igen, og log ind med MitID-appen, MitID-kodeviseren eller MitID-chippen, ikke kun med "
                "adgangskode."
            ),
            _(
                "Logger du ind gennem kommunens eget login, så spørg kommunens it-support, hvordan du logger ind på "
                "niveauet Betydelig."
            ),
            _(
                "Er din MitID Erhverv-bruger oprettet på niveauet Lav, skal kommunens brugeradministrator i MitID "
                "Erhverv hæve niveauet."
            ),
        ),
    ),
    "private": Explanation(
        heading=_("Du er logget ind som privatperson"),
        happened=_("Indberet er for medarbejdere. Du brugte dit private MitID uden at vælge din kommune."),
        steps=(
            _("Prøv igen, og vælg din kommune, når MitID spørger, hvem du vil logge ind som."),
            _(
                "Bliver du ikke spurgt, er dit MitID ikke knyttet til kommunen. Bed kommunens brugeradministrator i "
                "MitID Erhverv om at oprette dig som bruger."
            ),
        ),
    ),
    "organisation": Explanation(
        heading=_("Din organisation kan ikke indberette her"),
        happened=_(
            "Du er logget ind for en organisation, som ikke er en kommune, og som ingen kommune har givet fuldmagt til "
            "at indberette for sig."
        ),
        steps=(
            _("Har du flere arbejdsgivere, så prøv igen, og vælg kommunen, når MitID spørger."),
            _(
                "Indberetter I for en kommune, skal kommunens organisationsadministrator i MitID Erhverv give jer en "
                "erhvervsfuldmagt til rettigheden. Log ind igen, når I har fået den."
            ),
        ),
    ),
    "cancelled": Explanation(
        heading=_("Du afbrød login"),
        happened=_("Du er ikke logget ind, fordi login blev afbrudt, før det var færdigt. Intet er gået tabt."),
        steps=(_("Prøv igen, når du er klar."),),
    ),
    "expired": Explanation(
        heading=_("Login tog for lang tid"),
        happened=_("Svaret fra MitID var for gammelt, da det kom, og derfor blev du ikke logget ind."),
        steps=(
            AGAIN,
            _("Sker det hver gang, går computerens ur måske forkert. Spørg kommunens it-support."),
        ),
    ),
    "browser": Explanation(
        heading=_("Login begyndte et andet sted"),
        happened=_(
            "Svaret fra MitID hører ikke til et login, som denne browser har startet. Det sker, hvis login er begyndt "
            "i et andet vindue, hvis du har brugt et bogmærke eller tilbageknappen, eller hvis browseren afviser "
            "cookies."
        ),
        steps=(
            _("Prøv igen herfra, og gør login færdigt i samme vindue."),
            _("Tillad cookies fra Indberet i browseren, hvis det sker igen."),
        ),
    ),
    "replay": Explanation(
        heading=_("Det login er allerede brugt"),
        happened=_(
            "Et svar fra MitID gælder kun én gang. Det sker, hvis siden genindlæses, mens der logges ind. Du er ikke "
            "logget ind med det gamle svar."
        ),
        steps=(AGAIN, SUPPORT),
    ),
    "answer": Explanation(
        heading=_("Svaret fra login kunne ikke godkendes"),
        happened=_(
            "Svaret var ikke, som det skal være, og derfor stolede Indberet ikke på det. Det er ikke noget, du har "
            "gjort forkert."
        ),
        steps=(AGAIN, SUPPORT),
    ),
    "provider": Explanation(
        heading=_("MitID kunne ikke logge dig ind"),
        happened=_("Der skete en fejl hos MitID eller NemLog-in, før svaret nåede Indberet."),
        steps=(
            _("Vent lidt, og prøv igen."),
            _("Er der driftsforstyrrelser, står det på mitid.dk."),
            SUPPORT,
        ),
    ),
}
