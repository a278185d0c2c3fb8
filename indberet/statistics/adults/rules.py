"""The adults' own rules; those that follow from the fields (required, not used, form, list) come by themselves."""

from datetime import date

from indberet.definition.code_lists import Certainty, Code
from indberet.definition.dates import months_after
from indberet.definition.rules import ERROR, INFO, WARNING, NotARule, Rule, Scope, rule
from indberet.definition.values import OPEN_END, RecordValues
from indberet.statistics.shared.rules import (
    FAR_FUTURE,
    cpr_passes_modulus_11,
    end_is_near,
    ends_after_start,
    has_place,
    is_adult_at_start,
    is_apart,
)

from .fields import FFB_SINCE, needs_place

ROW = ("start", "end", "service_code", "service_uuid", "p_number")  # VV21
STAY = ("service_code", "offer_uuid", "p_number", "department_uuid", "paying_municipality")


@rule(
    "A-CPR-MODULUS-11",
    INFO,
    fields=("cpr",),
    source="VV02; newer numbers may fail the check",
    certainty=Certainty.INFERRED,
)
def cpr_passes_the_old_check(record: RecordValues) -> bool:
    """The CPR number passes modulus 11."""
    return cpr_passes_modulus_11(record)


@rule(
    "A-END-BEFORE-START",
    ERROR,
    fields=("end", "start"),
    source="VV07; a negative period cannot be counted",
    certainty=Certainty.INFERRED,
)
def end_not_before_start(record: RecordValues) -> bool:
    """The service does not end before it starts."""
    return ends_after_start(record)


@rule(
    "A-END-FAR-AHEAD",
    WARNING,
    fields=("end",),
    source="VV08, after the children's guide; the threshold of 365 days is ours",
    certainty=Certainty.INVENTED,
)
def end_not_far_ahead(record: RecordValues) -> bool:
    """The end date is at most a year ahead."""
    return end_is_near(record)


@rule(
    "A-START-FAR-AHEAD",
    WARNING,
    fields=("start",),
    source="VV08, after the children's guide; the threshold of 365 days is ours",
    certainty=Certainty.INVENTED,
)
def start_not_far_ahead(record: RecordValues) -> bool:
    """The start date is at most a year ahead."""
    return not record.start or record.start <= record.today + FAR_FUTURE


@rule(
    "A-UNDER-18",
    WARNING,
    fields=("start", "cpr"),
    source="VV24; BEK 1289/2017: citizens over 18",
    certainty=Certainty.INFERRED,
)
def citizen_is_adult(record: RecordValues) -> bool:
    """The citizen is 18 or older on the start date."""
    return is_adult_at_start(record)


@rule(
    "A-PERIOD-LONG",
    WARNING,
    fields=("end", "start"),
    source="VV25; § 82 b, FFB definition: up to six months",
    certainty=Certainty.INFERRED,
)
def period_is_not_too_long(record: RecordValues) -> bool:
    """A time-limited service runs no longer than its code says; an open one, so far."""
    longest = record.service.get("longest_months")
    if not (longest and record.start):
        return True
    return bool((record.end or record.today) < months_after(record.start, int(longest)))


@rule(
    "A-TARGET-GROUP-TWICE",
    ERROR,
    fields=("secondary_target_groups", "target_group"),
    source="Guide A11: one primary; VV11",
)
def primary_is_not_secondary(record: RecordValues) -> bool:
    """The primary target group is not also a secondary one."""
    return record.target_group not in (record.secondary_target_groups or ())


@rule("A-SERVICE-UUID-LEVEL", WARNING, fields=("service_uuid",), source="Guide A15: lowest level recommended; VV15")
def service_uuid_is_lowest_level(record: RecordValues) -> bool:
    """The Ydelses-UUID is a service, not a group of services."""
    return not record.code("service_uuid").has("group")


@rule(
    "A-OFFER-UUID-MATCH",
    WARNING,
    fields=("offer_uuid", "service_code"),
    source="VV16; the paragraphs of the FFB lists",
    certainty=Certainty.INFERRED,
)
def offer_fits_service(record: RecordValues) -> bool:
    """The Tilbuds-UUID belongs to the service code's paragraph."""
    return _fits(record, record.code("offer_uuid"))


@rule(
    "A-SERVICE-UUID-MATCH",
    WARNING,
    fields=("service_uuid", "service_code"),
    source="VV16; the paragraphs of the FFB lists",
    certainty=Certainty.INFERRED,
)
def ffb_service_fits_service(record: RecordValues) -> bool:
    """The Ydelses-UUID belongs to the service code's paragraph."""
    return _fits(record, record.code("service_uuid"))


@rule(
    "A-FFB-STILL-ACTIVE",
    WARNING,
    fields=("offer_uuid", "service_uuid"),
    source="Guide A14 has the duty from 2025; that services running into 2025 should have it too is ours",
    certainty=Certainty.INVENTED,
)
def running_service_has_ffb(record: RecordValues) -> bool:
    """A service from before the duty that runs on after it began has FFB information too."""
    if not record.service.has("expects_ffb") or (record.end or OPEN_END) < FFB_SINCE:
        return True
    return bool(record.offer_uuid and record.service_uuid)


@rule(
    "A-PLACE-PAIR",
    WARNING,
    fields=("p_number", "department_uuid"),
    source="VV19; that they come together is inferred",
    certainty=Certainty.INFERRED,
)
def place_is_whole(record: RecordValues) -> bool:
    """A voluntary place has both P-number and department UUID, or neither."""
    told_otherwise = record.service.has("expects_place") or needs_place(record)
    return told_otherwise or bool(record.p_number) == bool(record.department_uuid)


@rule(
    "A-PLACE-BEFORE-2025",
    WARNING,
    fields=("p_number", "department_uuid"),
    source="Guide A16 gives no first day for §§ 85, 103, 104, 107, 108; before 2025 it warns; VV17",
    certainty=Certainty.INFERRED,
)
def stay_has_place(record: RecordValues) -> bool:
    """A stay or day offer from before the duty began has a place too."""
    return not record.service.has("expects_place") or has_place(record)


@rule(
    "A-RESIDENCE-UNANSWERED",
    WARNING,
    fields=("in_residence",),
    source="Guide A16; the question is ours; VV18",
    certainty=Certainty.INVENTED,
    since=date(2025, 1, 1),
)
def residence_is_answered(record: RecordValues) -> bool:
    """It is told whether support under § 85 a is given in a § 107 residence."""
    return not record.service.has("asks_residence") or bool(record.in_residence)


@rule(
    "A-RESIDENCE-CONTRADICTED",
    WARNING,
    scope=Scope.CASE,
    fields=("in_residence", "start", "end"),
    source="Guide A16; the question is ours, and so is that the citizen's § 107 record answers it; VV18",
    certainty=Certainty.INVENTED,
    since=date(2025, 1, 1),
)
def residence_is_not_contradicted(record: RecordValues, other: RecordValues) -> bool:
    """Support is not told to be given outside a § 107 residence while the citizen has one."""
    denied = record.service.has("asks_residence") and record.in_residence == "no"
    return not (denied and other.service.has("residence") and record.days_shared(other))


@rule(
    "A-DUPLICATE",
    ERROR,
    scope=Scope.CASE,
    fields=("service_code", "start", "end", "service_uuid", "p_number"),
    source="VV21; the same service would be counted twice",
    certainty=Certainty.INFERRED,
)
def is_no_duplicate(record: RecordValues, other: RecordValues) -> bool:
    """The case has no other record of the same service, period, Ydelses-UUID and place (A18: the UUID may differ)."""
    return not record.same(other, *ROW)


@rule("A-STAY-OVERLAP", ERROR, scope=Scope.CASE, fields=("start", "end"), source="Guide A17: one stay at a time; VV20")
def one_stay_at_a_time(record: RecordValues, other: RecordValues) -> bool:
    """The citizen's stays share no day, but for the one on which one ends and the next begins."""
    return not _shared_stay(record, other) or _moves(record, other)


@rule(
    "A-STAY-MOVING-DAY",
    WARNING,
    scope=Scope.CASE,
    fields=("start", "end"),
    source="Guide A17; VV20. The last day counts, so the day of moving counts twice",
    certainty=Certainty.INFERRED,
)
def stay_ends_the_day_before(record: RecordValues, other: RecordValues) -> bool:
    """A stay ends on the day before the next begins."""
    return not _shared_stay(record, other) or not _moves(record, other)


@rule(
    "A-STAY-ELSEWHERE",
    ERROR,
    scope=Scope.PERSON,
    fields=("start", "end"),
    source="Guide A17: one stay at a time; VV20",
)
def one_stay_among_municipalities(record: RecordValues, other: RecordValues) -> bool:
    """The citizen has no stay in another municipality on the same days; the day of moving may be the same."""
    together = record.service.has("stay") and other.service.has("stay") and record.days_shared(other)
    return not together or _moves(record, other)


@rule(
    "A-SAME-SERVICE-OVERLAP",
    WARNING,
    scope=Scope.CASE,
    fields=("start", "end", "service_code"),
    source="VV23; the days are counted once",
    certainty=Certainty.INFERRED,
)
def same_service_once_at_a_time(record: RecordValues, other: RecordValues) -> bool:
    """The same service does not run twice on a day; duplicates and stays that are not one have rules of their own."""
    stays = record.service.has("stay") and not _one_stay(record, other)
    return stays or is_apart(record, other) or record.same(other, *ROW)


def _fits(record: RecordValues, code: Code) -> bool:
    services = code.get("services")
    return not (services and record.service_code) or record.service_code in services.split("|")


def _shared_stay(record: RecordValues, other: RecordValues) -> bool:
    """Whether both are stays of the citizen, not one and the same, and share a day."""
    if not (record.service.has("stay") and other.service.has("stay") and record.days_shared(other)):
        return False
    return not (record.same(other, *ROW) or _one_stay(record, other))


def _one_stay(record: RecordValues, other: RecordValues) -> bool:
    """Whether they are one stay under several Ydelses-UUIDs (guide A15), also while its period is corrected in one
    record after the other."""
    return record.same(other, *STAY) and record.service_uuid != other.service_uuid


def _moves(record: RecordValues, other: RecordValues) -> bool:
    """Whether they share one day only, on which one ends and the other begins."""
    return record.days_shared(other) == 1 and (record.end == other.start or other.end == record.start)


RULES: tuple[Rule, ...] = (
    cpr_passes_the_old_check,
    end_not_before_start,
    end_not_far_ahead,
    start_not_far_ahead,
    citizen_is_adult,
    period_is_not_too_long,
    primary_is_not_secondary,
    service_uuid_is_lowest_level,
    offer_fits_service,
    ffb_service_fits_service,
    running_service_has_ffb,
    place_is_whole,
    stay_has_place,
    residence_is_answered,
    residence_is_not_contradicted,
    is_no_duplicate,
    one_stay_at_a_time,
    stay_ends_the_day_before,
    one_stay_among_municipalities,
    same_service_once_at_a_time,
)

NOT_RULES: tuple[NotARule, ...] = tuple(NotARule(id=id) for id in ("VV03", "VV04", "VV05", "VV22", "VV26"))
