"""Fields that several statistics have, under the same names."""

from indberet.definition.fields import Date, PersonNumber
from indberet.definition.values import always

START = Date(name="start", group="service", required=always, steers=True, source="Both guides; VV06, BU07")
END = Date(name="end", group="service", source="Both guides")
CPR_SOURCE = "Both guides: CPR-nummer; VV01, BU02"


def person_number(**options: object) -> PersonNumber:
    """The CPR number of the case; `options` say when it is required."""
    return PersonNumber(name="cpr", owner="case", group="person", steers=True, source=CPR_SOURCE, **options)  # type: ignore[arg-type]
