"""Whatever a record holds, the rules give an answer."""

from datetime import timedelta

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indberet.definition.registry import statistics
from indberet.definition.rules import ERROR, INFO, WARNING, Scope
from indberet.definition.texts import LANGUAGES
from indberet.definition.values import OPEN_END
from tests.people import TODAY
from tests.values_of_all_kinds import any_record, any_values, whole_values

EVERY = pytest.mark.parametrize("statistic", [pytest.param(found, id=found.id) for found in statistics()])
LARGE = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)


def ids(broken):
    return sorted(found.rule.id for found in broken)


def errors_beside(statistic, record, other):
    found = (rule for rule, _others in statistic.broken(record, [other], [other]))
    return {rule.id for rule in found if rule.severity == ERROR and rule.scope != Scope.RECORD}


def whole_record(statistic):
    return whole_values(statistic).map(lambda values: statistic.values(values, TODAY))


@EVERY
@given(data=st.data())
@LARGE
def test_no_values_make_a_rule_crash_and_every_message_is_whole(statistic, data):
    record = data.draw(any_record(statistic))
    others = data.draw(st.lists(any_record(statistic), max_size=2))
    elsewhere = data.draw(st.lists(any_record(statistic), max_size=2))
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            broken = statistic.check(record, others, elsewhere)
        assert not [found.message for found in broken if not found.message or "{" in found.message]
        told[language] = ids(broken)
    assert told["da"] == told["en"]


@EVERY
@given(data=st.data())
@LARGE
def test_braces_in_a_value_are_told_as_they_are(statistic, data):
    values = data.draw(any_values(statistic))
    braces = data.draw(st.sampled_from(["{", "{0}", "{value}", "%s", "{start!r}"]))
    name = data.draw(st.sampled_from(["service_code", "p_number", "cpr"]))
    statistic.check(statistic.values({**values, name: braces}, TODAY))


@EVERY
@given(data=st.data())
@LARGE
def test_what_gives_findings_is_what_is_told_without_the_informations(statistic, data):
    record, other = data.draw(any_record(statistic)), data.draw(any_record(statistic))
    told = [found for found in statistic.check(record, [other], [other]) if found.rule.severity != INFO]
    assert ids(told) == sorted(rule.id for rule, _others in statistic.broken(record, [other], [other]))
    assert {found.rule.severity for found in told} <= {WARNING, ERROR}
    assert len(set(ids(told))) == len(told)


@EVERY
@given(data=st.data())
@LARGE
def test_what_stands_beside_takes_no_finding_away(statistic, data):
    record, other = data.draw(any_record(statistic)), data.draw(any_record(statistic))
    alone = set(ids(statistic.check(record)))
    assert alone <= set(ids(statistic.check(record, [other])))
    assert alone <= set(ids(statistic.check(record, (), [other])))


@EVERY
@given(data=st.data())
@LARGE
def test_another_service_at_another_time_adds_no_finding(statistic, data):
    record, other = data.draw(whole_record(statistic)), data.draw(whole_record(statistic))
    last = max(record.end or record.start, record.start)
    apart = {**other.values, "start": last + timedelta(days=1), "end": None}
    if (record.end or OPEN_END) != OPEN_END and apart["service_code"] != record.service_code:
        beside = [statistic.values(apart, TODAY)]
        assert ids(statistic.check(record, beside, beside)) == ids(statistic.check(record))


@EVERY
@given(data=st.data())
@LARGE
def test_two_records_of_a_case_break_errors_beside_each_other_or_neither_does(statistic, data):
    """So the save that would break it is refused, whichever of them it is."""
    record, other = data.draw(whole_record(statistic)), data.draw(whole_record(statistic))
    beside = [errors_beside(statistic, one, two) for one, two in ((record, other), (other, record))]
    assert beside[0] == beside[1]


@EVERY
@given(data=st.data())
@LARGE
def test_the_same_question_has_the_same_answer(statistic, data):
    values = data.draw(any_values(statistic))
    first, second = (ids(statistic.check(statistic.values(values, TODAY))) for _each in range(2))
    assert first == second
