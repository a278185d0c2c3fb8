"""Support under § 85 a in a § 107 residence needs the place from 1 January 2025 (guide A16)."""

from datetime import date

import pytest

from indberet.register.models import Record
from indberet.register.save import RulesBroken, save_record, warning_key
from indberet.register.values import record_values
from tests.people import ADULTS, ANNA, PLACE, TODAY, adult_values, new_token, save

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A16")]

BEFORE, AFTER = date(2024, 12, 31), date(2025, 1, 1)
METHODS = pytest.mark.parametrize("code", ["1.12.1.1", "1.12.1.2", "1.12.1.3"])  # CTI, ICM, ACT
NO_PLACE = dict.fromkeys(PLACE, "")
NO_FFB = {"offer_uuid": "", "service_uuid": ""}


def support(code, **changes):
    return adult_values(service_code=code, **{**NO_FFB, **changes})


def save_support(code, accepted=(), **changes):
    values = support(code, **changes)
    return save_record(
        scope=ANNA, statistic=ADULTS, values=values, token=new_token(), accepted=set(accepted), today=TODAY
    )


def refused(code, **changes):
    """What stops the save, with its messages."""
    with pytest.raises(RulesBroken) as stopped:
        save_support(code, **changes)
    return {found.rule.id: found for found in stopped.value.broken}


@METHODS
def test_on_31_december_2024_nothing_is_asked_and_the_place_is_voluntary(code):
    assert save_support(code, start=BEFORE, **NO_PLACE).record.severity == 0
    assert save_support(code, start=BEFORE, cpr="0303750004").record.severity == 0


@METHODS
def test_from_1_january_2025_the_place_is_required_in_a_residence(code):
    found = refused(code, start=AFTER, in_residence="yes", **NO_PLACE)
    assert set(found) == {"A-P-NUMBER-REQUIRED", "A-DEPARTMENT-UUID-REQUIRED"}
    assert save_support(code, start=AFTER, in_residence="yes").record.severity == 0


@METHODS
def test_and_not_outside_one(code):
    assert save_support(code, start=AFTER, in_residence="no", **NO_PLACE).record.severity == 0


@METHODS
def test_an_unanswered_question_warns_and_may_stand(code):
    found = refused(code, start=AFTER, **NO_PLACE)
    assert set(found) == {"A-RESIDENCE-UNANSWERED"}
    key = warning_key(found["A-RESIDENCE-UNANSWERED"], ADULTS.values(support(code, start=AFTER, **NO_PLACE), TODAY))
    assert save_support(code, accepted=[key], start=AFTER, **NO_PLACE).record.severity == 1


@METHODS
def test_an_answer_decides_nothing_before_2025(code):
    assert save_support(code, start=BEFORE, in_residence="yes", **NO_PLACE).record.severity == 0


def test_the_persons_own_stay_does_not_decide_but_a_no_beside_it_warns():
    """Support may be given elsewhere than where one lives."""
    save(start=AFTER)
    told = {"start": AFTER, "in_residence": "no", **NO_PLACE}
    found = refused("1.12.1.1", **told)
    assert set(found) == {"A-RESIDENCE-CONTRADICTED"}
    assert save(**support("1.12.1.1", **told)).severity == 1


def test_moving_the_start_into_2025_asks_for_the_place():
    record = save_support("1.12.1.1", start=BEFORE, **NO_PLACE).record
    values = {**record_values(ADULTS, Record.unscoped.get()), "start": AFTER, "in_residence": "yes"}
    with pytest.raises(RulesBroken) as stopped:
        save_record(scope=ANNA, statistic=ADULTS, values=values, record=record, token=new_token(), today=TODAY)
    assert {found.rule.id for found in stopped.value.broken} == {"A-P-NUMBER-REQUIRED", "A-DEPARTMENT-UUID-REQUIRED"}
