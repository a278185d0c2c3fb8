"""What the user is told after an action: what was saved, for whom, when, and how to undo it."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indberet.definition.cpr import show_cpr

from .delete import Deletion
from .listing import Listing, column_label, view_labels
from .models import Case
from .one_case import senders
from .save import Saved


def person(case: Case) -> str:
    """How a person is named on screen."""
    return show_cpr(case.cpr) or case.udl


def tell_saved(request: HttpRequest, saved: Saved) -> None:
    """Says what was saved and when."""
    record = saved.record
    names = {"code": record.service_code, "person": person(record.case), "time": _time(saved)}
    if not saved.changed:
        messages.info(request, _("Der var ingen ændringer i ydelse %(code)s for %(person)s.") % names)
        return
    text = _("Ydelse %(code)s for %(person)s er gemt kl. %(time)s.") % names
    if saved.joined_case:
        text += " " + _("Borgeren havde allerede en sag, og ydelsen er føjet til den.")
    if saved.left:
        moved = _("Kun denne ydelse er flyttet fra %(old)s, hvor %(system)s også har indberettet.")
        text += " " + moved % {"old": person(saved.left), "system": ", ".join(senders(saved.left))}
        text += " " + _("Er nummeret også forkert dér, så ret det i systemet, og ret de øvrige ydelser hver for sig.")
    messages.success(request, text)


def tell_unfiltered(request: HttpRequest, listing: Listing, view: str, columns: list[str]) -> None:
    """Says which filters the view is shown without, if any."""
    if not columns:
        return
    text = ngettext(
        "%(view)s vises uden filteret på %(columns)s.", "%(view)s vises uden filtrene på %(columns)s.", len(columns)
    )
    labels = ", ".join(column_label(listing.statistic, name) for name in columns)
    messages.info(request, text % {"view": view_labels()[view], "columns": labels})


def tell_deleted(request: HttpRequest, deletion: Deletion) -> None:
    """Says what was deleted, with a way to undo it."""
    text = ngettext("%(count)s ydelse er slettet.", "%(count)s ydelser er slettet.", deletion.records)
    text %= {"count": deletion.records}
    if deletion.cases:
        more = ngettext("%(count)s sag er slettet med.", "%(count)s sager er slettet med.", deletion.cases)
        text += " " + more % {"count": deletion.cases}
    text += " " + _("Det kan fortrydes i 30 dage.")
    messages.success(request, text, extra_tags=f"undo:{deletion.id}" if deletion.records else "")


def tell_restored(request: HttpRequest, count: int, errors: int = 0) -> None:
    """Says what came back, and how many of the services break rules now."""
    if not count:
        messages.warning(request, _("Der var intet at gendanne. Det er allerede gendannet eller slettet for godt."))
        return
    text = ngettext("%(count)s ydelse er gendannet.", "%(count)s ydelser er gendannet.", count) % {"count": count}
    if not errors:
        messages.success(request, text)
        return
    more = ngettext("%(count)s ydelse har fejl.", "%(count)s ydelser har fejl.", errors) % {"count": errors}
    hint = _("Skriv fejl i filteret under Status for at finde dem, der skal rettes.")
    messages.warning(request, f"{text} {more} {hint}")


def _time(saved: Saved) -> str:
    return f"{timezone.localtime(saved.record.changed_at):%H.%M}"
