"""The fields of the adults' statistic (guide A10-A16)."""

from datetime import date

from indberet.definition.code_lists import Certainty
from indberet.definition.fields import Code, Codes, Digits, Field, Uuid
from indberet.definition.values import RecordValues, always, service_has
from indberet.statistics.shared.fields import END, START, person_number

FFB_SINCE = RESIDENCE_SINCE = date(2025, 1, 1)


def needs_place(record: RecordValues) -> bool:
    """Stays and day offers need the place; support under § 85 a does when it is given in a § 107 residence (A16)."""
    return record.service.has("needs_place") or (record.service.has("asks_residence") and record.in_residence == "yes")


FIELDS: tuple[Field, ...] = (
    person_number(required=always),
    Code(
        name="functional_level",
        owner="case",
        group="person",
        code_list="functional_levels",
        column=False,
        source="Guide A10; the values are a proposal from FFB",
        certainty=Certainty.INFERRED,
    ),
    START,
    END,
    Code(
        name="service_code",
        group="service",
        code_list="services",
        required=always,
        steers=True,
        source="Guide A10; VV06, VV09",
    ),
    Code(
        name="in_residence",
        group="service",
        code_list="yes_no",
        applies=service_has("asks_residence"),
        column=False,
        steers=True,
        since=RESIDENCE_SINCE,
        source="Guide A16; the question is ours, so that the portal can know it",
        certainty=Certainty.INVENTED,
    ),
    Code(
        name="offer_uuid",
        group="service",
        code_list="offers",
        open=True,
        applies=service_has("ffb"),
        required=service_has("needs_ffb"),
        source="Guide A14, A15; VV13, VV14",
    ),
    Code(
        name="service_uuid",
        group="service",
        code_list="ffb_services",
        open=True,
        applies=service_has("ffb"),
        required=service_has("needs_ffb"),
        source="Guide A14, A15, A18; VV13, VV14",
    ),
    Digits(
        name="p_number",
        group="place",
        length=10,
        applies=service_has("place"),
        required=needs_place,
        source="Guide A10, A16; VV17, VV18, VV19",
    ),
    Uuid(
        name="department_uuid",
        group="place",
        applies=service_has("place"),
        required=needs_place,
        source="Guide A10, A16; VV14, VV17, VV18",
    ),
    Code(
        name="target_group",
        group="target_groups",
        code_list="target_groups",
        required=always,
        dated_by="created",
        source="Guide A10, A11; VV06, VV10, VV12",
    ),
    Codes(
        name="secondary_target_groups",
        group="target_groups",
        code_list="target_groups",
        dated_by="created",
        source="Guide A11; VV10, VV12",
    ),
    Code(
        name="paying_municipality",
        group="payment",
        code_list="municipalities",
        required=always,
        source="Guide A10; VV06",
    ),
)
