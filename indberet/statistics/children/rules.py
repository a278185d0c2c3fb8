"""The children's own rules; those that follow from the fields (required, not used, in its list) come by themselves."""

from indberet.definition.code_lists import Certainty
from indberet.definition.rules import ERROR, WARNING, Rule, rule
from indberet.definition.values import RecordValues
from indberet.statistics.shared.rules import end_is_near, ends_after_start, has_place


@rule("C-PERSON", ERROR, fields=("cpr", "udl"), source="Guide C08, C10: CPR-nummer, ellers UDL nummer")
def one_person_number(record: RecordValues) -> bool:
    """The case has a CPR number or a UDL number, not both and not neither."""
    return bool(record.cpr) != bool(record.udl)


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


@rule("C-END-FAR-AHEAD", WARNING, fields=("end",), source="Guide C09; the threshold of 365 days is ours")
def end_not_far_ahead(record: RecordValues) -> bool:
    """The end date is at most a year ahead."""
    return end_is_near(record)


@rule(
    "C-PLACE-BEFORE-2024",
    WARNING,
    fields=("p_number", "department_uuid"),
    source="Guide C08 gives no first day; before barnets lov (1 January 2024) it warns",
    certainty=Certainty.INFERRED,
)
def special_offer_has_place(record: RecordValues) -> bool:
    """A special day-care or club offer from before the duty began has a place too."""
    return not record.service.has("expects_place") or has_place(record)


RULES: tuple[Rule, ...] = (one_person_number, end_not_before_start, end_not_far_ahead, special_offer_has_place)
