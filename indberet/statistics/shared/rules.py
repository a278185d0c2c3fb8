"""Rules that several statistics have; each statistic gives them an id of its own."""

from datetime import timedelta

from indberet.definition.cpr import is_cpr, passes_modulus_11
from indberet.definition.dates import years_after
from indberet.definition.values import RecordValues

FAR_FUTURE = timedelta(days=365)
ADULT_YEARS = 18


def ends_after_start(record: RecordValues) -> bool:
    """A service does not end before it starts; the end date is the last day (inclusive)."""
    return not (record.start and record.end) or record.start <= record.end


def end_is_near(record: RecordValues) -> bool:
    """The end date is at most a year after the day of entry. The threshold is ours (INVENTED)."""
    return not record.end or record.end <= record.today + FAR_FUTURE


def has_place(record: RecordValues) -> bool:
    """P-number and department UUID are both there."""
    return bool(record.p_number and record.department_uuid)


def cpr_passes_modulus_11(record: RecordValues) -> bool:
    """The CPR number passes the old check, which newer numbers may fail."""
    return not record.cpr or not is_cpr(record.cpr) or passes_modulus_11(record.cpr)


def is_adult_at_start(record: RecordValues) -> bool:
    """The person is 18 or older on the start date; true too when the age is not known."""
    return not (record.born and record.start) or record.start >= years_after(record.born, ADULT_YEARS)


def is_apart(record: RecordValues, other: RecordValues) -> bool:
    """The same service of a case does not run twice on a day; one service in several records may."""
    same = record.service_code and record.service_code == other.service_code
    return not same or record.is_one_service_with(other) or not record.days_shared(other)
