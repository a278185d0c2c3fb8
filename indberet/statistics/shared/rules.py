"""Rules that several statistics have; each statistic gives them an id of its own."""

from datetime import timedelta

from indberet.definition.values import RecordValues

FAR_FUTURE = timedelta(days=365)


def ends_after_start(record: RecordValues) -> bool:
    """A service does not end before it starts; the end date is the last day (inclusive)."""
    return not (record.start and record.end) or record.start <= record.end


def end_is_near(record: RecordValues) -> bool:
    """The end date is at most a year after the day of entry. The threshold is ours (INVENTED)."""
    return not record.end or record.end <= record.today + FAR_FUTURE


def has_place(record: RecordValues) -> bool:
    """P-number and department UUID are both there."""
    return bool(record.p_number and record.department_uuid)
