"""The fields of the children's statistic (guide C08, C10, C11)."""

from indberet.definition.fields import BirthDate, Code, Digits, Field, Text, Uuid
from indberet.definition.values import RecordValues, always, service_has
from indberet.statistics.shared.fields import END, START, person_number


def has_udl(record: RecordValues) -> bool:
    """The child is reported by UDL number, so sex and birth date are not known from a CPR number (C10)."""
    return bool(record.udl)


FIELDS: tuple[Field, ...] = (
    person_number(),
    Text(name="udl", owner="case", group="person", longest=256, steers=True, source="Guide C08, C10; BU04"),
    Code(
        name="sex",
        owner="case",
        group="person",
        code_list="sexes",
        applies=has_udl,
        required=has_udl,
        source="Guide C10; BU05",
    ),
    BirthDate(
        name="birth_date", owner="case", group="person", applies=has_udl, required=has_udl, source="Guide C10; BU05"
    ),
    START,
    END,
    Code(
        name="service_code",
        group="service",
        code_list="services",
        required=always,
        steers=True,
        source="Guide C08; BU06",
    ),
    Digits(
        name="p_number",
        group="place",
        length=10,
        applies=service_has("place"),
        required=service_has("needs_place"),
        source="Guide C08, C11; BU11, BU12, BU13",
    ),
    Uuid(
        name="department_uuid",
        group="place",
        applies=service_has("place"),
        required=service_has("needs_place"),
        source="Guide C08, C11; BU11, BU12, BU14",
    ),
    Text(name="caseworker", group="administration", longest=100, source="Guide C08; BU21"),
)
