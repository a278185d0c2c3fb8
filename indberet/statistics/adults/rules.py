"""The adults' own rules; those that follow from the fields (required, not used, in its list) come by themselves."""

from indberet.definition.code_lists import Certainty
from indberet.definition.rules import ERROR, WARNING, Rule, rule
from indberet.definition.values import RecordValues
from indberet.statistics.shared.rules import end_is_near, ends_after_start, has_place


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
    "A-TARGET-GROUP-TWICE", ERROR, fields=("secondary_target_groups", "target_group"), source="Guide A11: one primary"
)
def primary_is_not_secondary(record: RecordValues) -> bool:
    """The primary target group is not also a secondary one."""
    return record.target_group not in (record.secondary_target_groups or ())


@rule("A-SERVICE-UUID-LEVEL", WARNING, fields=("service_uuid",), source="Guide A15: lowest level recommended")
def service_uuid_is_lowest_level(record: RecordValues) -> bool:
    """The Ydelses-UUID is a service, not a group of services."""
    return not record.code("service_uuid").has("group")


@rule(
    "A-PLACE-BEFORE-2025",
    WARNING,
    fields=("p_number", "department_uuid"),
    source="Guide A16 gives no first day for §§ 85, 103, 104, 107, 108; before 2025 it warns",
    certainty=Certainty.INFERRED,
)
def stay_has_place(record: RecordValues) -> bool:
    """A stay or day offer from before the duty began has a place too."""
    return not record.service.has("expects_place") or has_place(record)


@rule(
    "A-RESIDENCE-UNANSWERED",
    WARNING,
    fields=("in_residence",),
    source="Guide A16; the question is ours",
    certainty=Certainty.INVENTED,
)
def residence_is_answered(record: RecordValues) -> bool:
    """It is told whether support under § 85 a is given in a § 107 residence."""
    return not record.service.has("asks_residence") or bool(record.in_residence)


RULES: tuple[Rule, ...] = (
    end_not_before_start,
    end_not_far_ahead,
    primary_is_not_secondary,
    service_uuid_is_lowest_level,
    stay_has_place,
    residence_is_answered,
)
