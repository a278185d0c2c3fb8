"""What a caseworker types under a heading, as a condition on the register.

Text and numbers: part of the value. Codes: part of the code, or words of its name or section. Dates: a year (2025),
a month (02.2025 or 2025-02), a day, or a range of days with “-” or “..” between; “åben” is an open end. Status: error
or warning or none, whether warnings were accepted, or the beginning of a rule's id.
"""

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from indberet.definition.dates import plain, read_date
from indberet.definition.errors import Unreadable
from indberet.definition.fields import Code, Date, Field, PersonNumber, Uuid
from indberet.definition.rules import INFO, WARNING
from indberet.definition.statistic import Statistic
from indberet.definition.values import OPEN_END

from .findings import with_findings
from .models import Source

OPEN_WORDS = ("åben", "aktiv", "open", "-")
EARLIEST = date(1900, 1, 1)
YEAR = re.compile(r"(\d{4})")
MONTH = re.compile(r"(?:(?P<m>\d{1,2})[-./ ](?P<y>\d{4})|(?P<y2>\d{4})-(?P<m2>\d{1,2}))")
RANGE = re.compile(r"(.*?)\s*(?:\.\.|–| - |\btil\b|\bto\b)\s*(.*)")
SEVERITIES = {"fejl": 2, "error": 2, "advarsel": 1, "warning": 1, "ingen": 0, "none": 0}
ACCEPTED = {"accepteret": True, "accepted": True, "ikke accepteret": False, "not accepted": False}
SOURCES = {
    "indtastet": Source.MANUAL.value,
    "manuel": Source.MANUAL.value,
    "entered": Source.MANUAL.value,
    "manual": Source.MANUAL.value,
    "fagsystem": Source.SYSTEM.value,
    "system": Source.SYSTEM.value,
    "overført": Source.LEGACY.value,
    "tidligere løsning": Source.LEGACY.value,
    "legacy": Source.LEGACY.value,
    "copied": Source.LEGACY.value,
}
OTHERS = ("changed_at", "severity", "source", "count")


class UnreadableFilter(Exception):
    """The text cannot be read as a filter; the message says what was expected."""


def condition(statistic: Statistic, column: str, typed: str, *, counter: str = "", of_case: str = "case__") -> Q:
    """What `typed` under `column` means; `of_case` leads from a row to its case. Raises UnreadableFilter."""
    if column == "severity":
        return _severity(statistic, typed)
    if column == "source":
        return _source(typed)
    if column == "count":
        return _count(counter, typed)
    if column == "changed_at":
        first, last = _period(typed)
        return Q(changed_at__gte=_midnight(first), changed_at__lt=_midnight(last + timedelta(days=1)))
    return _of_field(statistic, statistic.field(column), typed, of_case)


def _of_field(statistic: Statistic, field: Field, typed: str, of_case: str) -> Q:
    path = f"{of_case}{field.name}" if field.owner == "case" else field.name
    if isinstance(field, Date):
        return _dates(path, typed, open_end=field.name == "end")
    if isinstance(field, Code):
        return _codes(statistic, field, path, typed)
    text = plain(typed)
    if isinstance(field, PersonNumber):
        text = re.sub(r"[\s\-]", "", text)
        return Q(**{path: text}) if len(text) == 10 else Q(**{f"{path}__contains": text})
    return Q(**{f"{path}__icontains": text.strip("{}").lower() if isinstance(field, Uuid) else text})


def _codes(statistic: Statistic, field: Code, path: str, typed: str) -> Q:
    words = plain(typed).lower().split()
    rows = statistic.code_lists[field.code_list].rows
    texts = ((row.code, f"{row.code} {row.get('section')} {' '.join(row.labels.values())}".lower()) for row in rows)
    found = {code for code, text in texts if all(word in text for word in words)}
    return Q(**{f"{path}__in": sorted(found)}) if found else Q(**{f"{path}__icontains": plain(typed)})


def _dates(path: str, typed: str, *, open_end: bool) -> Q:
    if open_end and plain(typed).lower() in OPEN_WORDS:
        return Q(**{path: OPEN_END})
    first, last = _period(typed)
    return Q(**{f"{path}__gte": first, f"{path}__lte": last})


def _period(typed: str) -> tuple[date, date]:
    """First and last day of what was typed. Raises UnreadableFilter."""
    text = plain(typed)
    if parts := RANGE.fullmatch(text):
        first = _period(parts[1])[0] if parts[1] else date.min
        last = _period(parts[2])[1] if parts[2] else OPEN_END - timedelta(days=1)
        return first, last
    if found := YEAR.fullmatch(text):
        return _year(int(found[1]))
    if found := MONTH.fullmatch(text):
        return _month(int(found["y"] or found["y2"]), int(found["m"] or found["m2"]))
    return _day(text)


def _midnight(day: date) -> datetime:
    """When a day begins here; the index on times is used only where no date is made of them."""
    return timezone.make_aware(datetime.combine(max(day, EARLIEST), time.min))


def _year(year: int) -> tuple[date, date]:
    if not 1900 <= year <= 2100:
        raise UnreadableFilter(_expected())
    return date(year, 1, 1), date(year, 12, 31)


def _month(year: int, month: int) -> tuple[date, date]:
    if not (1 <= month <= 12 and 1900 <= year <= 2100):
        raise UnreadableFilter(_expected())
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _day(text: str) -> tuple[date, date]:
    try:
        day = read_date(text, timezone.localdate())
    except Unreadable as unreadable:
        raise UnreadableFilter(_expected()) from unreadable
    return day, day


def _expected() -> str:
    return _("Skriv et år (2025), en måned (02.2025), en dag (01.02.2025) eller en periode (01.02.2025..28.02.2025).")


def severity_words(statistic: Statistic) -> tuple[str, ...]:
    """What can be typed under Status: severities, whether accepted, and the ids of the statistic's own rules."""
    words = (_("fejl"), _("advarsel"), _("ingen"), _("accepteret"), _("ikke accepteret"))
    return (*words, *(rule.id for rule in statistic.own_rules if rule.severity != INFO))


def _severity(statistic: Statistic, typed: str) -> Q:
    word = " ".join(plain(typed).lower().split())
    if found := {level for name, level in SEVERITIES.items() if name.startswith(word)}:
        return Q(severity__in=sorted(found))
    if states := {accepted for name, accepted in ACCEPTED.items() if name.startswith(word)}:
        return with_findings(severity=WARNING, accepted_at__isnull=not states.pop())
    if ids := [rule.id for rule in statistic.rules if rule.id.lower().startswith(word)]:
        return with_findings(rule__in=ids)
    example = f"{statistic.prefix}-{statistic.record_date.upper()}"
    told = _(
        "Skriv fejl, advarsel, ingen, accepteret, ikke accepteret eller begyndelsen af en regels id, fx %(example)s."
    )
    raise UnreadableFilter(told % {"example": example})


def _source(typed: str) -> Q:
    """Part of a source's word in either language, or of a sending system's name."""
    word = plain(typed).lower()
    found = {source for name, source in SOURCES.items() if name.startswith(word)}
    return Q(source__in=sorted(found)) if found else Q(source=Source.SYSTEM, source_system__icontains=plain(typed))


def _count(counter: str, typed: str) -> Q:
    text = plain(typed)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UnreadableFilter(_("Skriv et antal, fx 2."))
    return Q(**{counter: int(text)})
