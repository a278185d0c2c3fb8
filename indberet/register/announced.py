"""What the law has announced, as marks in the form: codes that come and go, new fields, and fields that become
obligatory. The record's own date decides what applies; the marks tell that a day after today makes a difference."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from indberet.definition.code_lists import Code, CodeList
from indberet.definition.dates import show_date
from indberet.definition.fields import Code as CodeField
from indberet.definition.fields import Field
from indberet.definition.statistic import Statistic
from indberet.definition.values import RecordValues

ONE_DAY = timedelta(days=1)


def coming_mark(codes: CodeList, code: str, today: date) -> str:
    """The mark of a code that applies on no day up to today, or nothing."""
    days = [row.since for row in codes.periods(code)]
    first = min((day for day in days if day), default=None)
    if first is None or None in days or first <= today:
        return ""
    return _("varslet, gælder fra %(day)s") % {"day": show_date(first)}


def ending_mark(codes: CodeList, row: Code, today: date) -> str:
    """The mark of a chosen code that has a last day, today or later, or nothing."""
    while row and row.until:
        following = codes.find(row.code, row.until + ONE_DAY)
        if not (following and following.selectable):
            return _("gælder til og med %(day)s") % {"day": show_date(row.until)} if row.until >= today else ""
        row = following
    return ""


def field_marks(statistic: Statistic, field: Field, record: RecordValues) -> list[str]:
    """What is announced of a field and of the code chosen in it."""
    marks = []
    if field.since and field.since > record.today:
        marks.append(_("nyt felt fra %(day)s") % {"day": show_date(field.since)})
    day = _required_from(statistic, field, record)
    if day:
        marks.append(_("skal udfyldes for ydelser fra %(day)s") % {"day": show_date(day)})
    if isinstance(field, CodeField) and (row := record.code(field.name)):
        codes = statistic.codes_of(field.name)
        marks += [coming_mark(codes, row.code, record.today), ending_mark(codes, row, record.today)]
    return [mark for mark in marks if mark]


def _required_from(statistic: Statistic, field: Field, record: RecordValues) -> date | None:
    """The first announced day from which the chosen service asks for a field that is voluntary for this record."""
    if not record.service_code or field.required(record):
        return None
    periods = statistic.codes_of("service_code").periods(record.service_code)
    days = sorted(row.since for row in periods if row.since and row.since > max(record.today, record.date))
    for day in days:
        later = statistic.values(record.values, record.today, entered=record.entered, on=day)
        if field.exists_on(day) and field.required(later):
            return day
    return None
