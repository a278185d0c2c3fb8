"""What stands at the top of the report in all its forms."""

from django.utils import timezone
from django.utils.translation import gettext as _

from indberet.definition.code_lists import Code
from indberet.definition.dates import show_date

from .view import Seen

TIME = "%d.%m.%Y %H.%M"


def heading(seen: Seen, municipality: Code) -> list[tuple[str, str]]:
    """Labels and texts that say which report it is."""
    return [
        (_("Statistik"), seen.statistic.name),
        (_("Kommune"), f"{municipality.code} {municipality.label}"),
        (_("Rapportens dag"), show_date(seen.day)),
        (_("Tallene er dannet"), f"{timezone.localtime(seen.made_at):{TIME}}"),
        (_("Ændringer er talt siden"), f"{timezone.localtime(seen.since):{TIME}}"),
    ]


def headline(seen: Seen) -> list[tuple[str, int]]:
    """The report's first figures."""
    found = seen.figures.headline
    on_day = _("%(what)s på dagen")
    since = _("Ændringer siden %(time)s") % {"time": f"{timezone.localtime(seen.since):{TIME}}"}
    return [
        (on_day % {"what": seen.statistic.text("measures.services")}, found.services),
        (on_day % {"what": seen.statistic.text("measures.persons")}, found.persons),
        (_("Ændringer siden sidste rapport") if seen.before else since, found.changes),
        (_("Med fejl"), found.errors),
        (_("Med advarsler"), found.warnings),
    ]


def sections_without(seen: Seen) -> list[str]:
    """The sections without services on the day, those that need not be told of marked."""
    remark = _("%(section)s (frivillig eller ikke afklaret)")
    return [name if demanded else remark % {"section": name} for name, demanded in seen.without_services]
