"""The children's own rules; those that follow from the fields (required, not used, form, list) come by themselves."""

import re
from datetime import timedelta

from indberet.definition.code_lists import Certainty
from indberet.definition.dates import years_after
from indberet.definition.rules import ERROR, INFO, WARNING, NotARule, Rule, Scope, rule
from indberet.definition.values import RecordValues
from indberet.statistics.shared.rules import (
    ADULT_YEARS,
    cpr_passes_modulus_11,
    end_is_near,
    ends_after_start,
    has_place,
    is_adult_at_start,
    is_apart,
)

NEAR_FUTURE = timedelta(days=31)
ROW = ("service_code", "start", "p_number", "department_uuid")  # BU19
LIKE_CPR = re.compile(r"[0-3]\d[01]\d{3}[- ]?\d{4}")


@rule("C-PERSON", ERROR, fields=("cpr", "udl"), source="Guide C08, C10: CPR-nummer, ellers UDL nummer; BU01")
def one_person_number(record: RecordValues) -> bool:
    """The case has a CPR number or a UDL number, not both and not neither."""
    return bool(record.cpr) != bool(record.udl)


@rule(
    "C-CPR-MODULUS-11",
    INFO,
    fields=("cpr",),
    source="BU03: not required by the schema, a soft note at most",
)
def cpr_passes_the_old_check(record: RecordValues) -> bool:
    """The CPR number passes modulus 11."""
    return cpr_passes_modulus_11(record)


@rule(
    "C-UDL-LIKE-CPR",
    WARNING,
    fields=("udl",),
    source="BU04 allows any text; that it may be a CPR number in the wrong field is ours",
    certainty=Certainty.INVENTED,
)
def udl_is_no_cpr(record: RecordValues) -> bool:
    """The UDL number does not look like a CPR number."""
    return not LIKE_CPR.fullmatch(record.udl or "")


@rule(
    "C-END-BEFORE-START",
    ERROR,
    fields=("end", "start"),
    source="BU08; a negative period cannot be counted",
    certainty=Certainty.INFERRED,
)
def end_not_before_start(record: RecordValues) -> bool:
    """The measure does not end before it starts."""
    return ends_after_start(record)


@rule("C-END-FAR-AHEAD", WARNING, fields=("end",), source="Guide C09; BU09; the threshold of 365 days is ours")
def end_not_far_ahead(record: RecordValues) -> bool:
    """The end date is at most a year ahead."""
    return end_is_near(record)


@rule(
    "C-START-AHEAD",
    WARNING,
    fields=("start",),
    source="BU10, unknown; the threshold of 31 days is ours",
    certainty=Certainty.INVENTED,
)
def start_not_ahead(record: RecordValues) -> bool:
    """The start date is at most 31 days ahead."""
    return not record.start or record.start <= record.today + NEAR_FUTURE


@rule(
    "C-BEFORE-BIRTH",
    WARNING,
    fields=("start", "birth_date"),
    source="Ours: a measure is given to a child",
    certainty=Certainty.INVENTED,
)
def child_is_born(record: RecordValues) -> bool:
    """The measure does not begin before the child's birth."""
    return not (record.born and record.start) or record.start >= record.born


@rule(
    "C-ADULT-AT-START",
    WARNING,
    fields=("start",),
    source="BU15; the population is 0-17 years",
    certainty=Certainty.INFERRED,
)
def child_is_under_18(record: RecordValues) -> bool:
    """The child is under 18 on the start date."""
    return not (record.born and record.start) or not is_adult_at_start(record)


@rule(
    "C-TOO-YOUNG",
    WARNING,
    fields=("service_code", "start"),
    source="BU15; barnets lov § 89: 12 to 18 years; that it is checked is inferred",
    certainty=Certainty.INFERRED,
)
def child_is_old_enough(record: RecordValues) -> bool:
    """The child has the age from which the measure is given."""
    youngest = int(record.service.get("min_age") or 0)
    return not (youngest and record.born and record.start) or record.start >= years_after(record.born, youngest)


@rule(
    "C-ENDS-AFTER-18",
    WARNING,
    fields=("end",),
    source="BU16; the population is 0-17 years",
    certainty=Certainty.INFERRED,
)
def ends_before_18(record: RecordValues) -> bool:
    """A measure that began in childhood ends before the 18th birthday."""
    if not (record.born and record.start and record.end) or is_adult_at_start(record):
        return True
    return bool(record.end < years_after(record.born, ADULT_YEARS))


@rule(
    "C-OPEN-AT-18",
    WARNING,
    fields=("end",),
    source="BU22; the population is 0-17 years",
    certainty=Certainty.INFERRED,
)
def is_ended_at_18(record: RecordValues) -> bool:
    """A measure that began in childhood is not open when the young person has turned 18."""
    if not (record.born and record.start) or record.end or is_adult_at_start(record):
        return True
    return record.today < years_after(record.born, ADULT_YEARS)


@rule(
    "C-PLACE-BEFORE-2024",
    WARNING,
    fields=("p_number", "department_uuid"),
    source="Guide C08 gives no first day; before barnets lov (1 January 2024) it warns; BU11",
    certainty=Certainty.INFERRED,
)
def special_offer_has_place(record: RecordValues) -> bool:
    """A special day-care or club offer from before the duty began has a place too."""
    return not record.service.has("expects_place") or has_place(record)


@rule(
    "C-DUPLICATE",
    ERROR,
    scope=Scope.CASE,
    fields=("service_code", "start", "p_number", "department_uuid"),
    source="BU19; the same measure would be counted twice",
    certainty=Certainty.INFERRED,
)
def is_no_duplicate(record: RecordValues, other: RecordValues) -> bool:
    """The case has no other record of the same measure, start date and place."""
    return not record.same(other, *ROW)


@rule(
    "C-SAME-SERVICE-OVERLAP",
    WARNING,
    scope=Scope.CASE,
    fields=("start", "end", "service_code"),
    source="BU18; overlaps are handled so in the adults' statistic",
    certainty=Certainty.INFERRED,
)
def same_service_once_at_a_time(record: RecordValues, other: RecordValues) -> bool:
    """The same measure does not run twice on a day; duplicates have a rule of their own."""
    return is_apart(record, other) or record.same(other, *ROW)


RULES: tuple[Rule, ...] = (
    one_person_number,
    cpr_passes_the_old_check,
    udl_is_no_cpr,
    end_not_before_start,
    end_not_far_ahead,
    start_not_ahead,
    child_is_born,
    child_is_under_18,
    child_is_old_enough,
    ends_before_18,
    is_ended_at_18,
    special_offer_has_place,
    is_no_duplicate,
    same_service_once_at_a_time,
)

NOT_RULES: tuple[NotARule, ...] = tuple(NotARule(id=id) for id in ("BU14", "BU17", "BU20", "BU22"))
