"""The contract that every statistic passes."""

import tomllib
from datetime import timedelta

import pytest
from django.utils import translation

from indberet.definition.checks import check_definitions
from indberet.definition.registry import municipalities, statistics
from indberet.definition.texts import LANGUAGES

EVERY = [pytest.param(found, id=found.id) for found in statistics()]
RULES = [pytest.param(found, rule, id=rule.id) for found in statistics() for rule in found.rules]


def examples(statistic):
    return tomllib.loads((statistic.folder / "examples.toml").read_text(encoding="utf-8"))


def broken_ids(statistic, changes):
    told = examples(statistic)
    values = {name: value or None for name, value in {**told["base"], **changes}.items()}
    return {found.rule.id for found in statistic.check(statistic.values(values, told["today"]))}


@pytest.mark.parametrize("statistic", EVERY)
def test_base_example_breaks_nothing(statistic):
    assert broken_ids(statistic, {}) == set()


@pytest.mark.parametrize(("statistic", "rule"), RULES)
def test_rule_has_good_and_bad_examples_that_are_so(statistic, rule):
    told = examples(statistic)[rule.id]
    assert told["good"]
    assert told["bad"]
    for changes in told["good"]:
        assert rule.id not in broken_ids(statistic, changes), changes
    for changes in told["bad"]:
        assert rule.id in broken_ids(statistic, changes), changes


@pytest.mark.parametrize("statistic", EVERY)
def test_examples_are_about_rules_that_exist(statistic):
    assert set(examples(statistic)) - {"base", "today"} <= {rule.id for rule in statistic.rules}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("statistic", "rule"), RULES)
def test_rule_speaks_both_languages(statistic, rule, language):
    with translation.override(language):
        for changes in examples(statistic)[rule.id]["bad"]:
            values = {name: value or None for name, value in {**examples(statistic)["base"], **changes}.items()}
            found = statistic.check(statistic.values(values, examples(statistic)["today"]))
            message = next(broken.message for broken in found if broken.rule == rule)
            assert message
            assert "{" not in message
        assert "{" not in statistic.rule_text(rule)


def test_definitions_pass_the_start_up_checks():
    assert check_definitions() == []


@pytest.mark.parametrize("statistic", EVERY)
def test_every_code_can_be_used_on_each_side_of_its_period(statistic):
    for code_list in statistic.code_lists.values():
        for row in code_list.rows:
            for edge, step in ((row.since, -1), (row.until, 1)):
                if edge:
                    assert code_list.find(row.code, edge) == row
                    assert code_list.find(row.code, edge + timedelta(days=step)) != row
                    assert row in code_list.on(edge)
                    assert row not in code_list.on(edge + timedelta(days=step))


@pytest.mark.parametrize("statistic", EVERY)
def test_every_code_has_a_source_and_the_unsure_ones_a_note(statistic):
    for code_list in statistic.code_lists.values():
        for row in code_list.rows:
            assert row.source, row
            assert row.note or row.certainty == "CONFIRMED", row


@pytest.mark.parametrize("statistic", EVERY)
def test_placeholder_codes_are_marked_invented(statistic):
    for code_list in statistic.code_lists.values():
        for row in code_list.rows:
            assert row.invented or not row.code.startswith("PH-"), row


def test_municipalities_are_98_with_code_and_cvr():
    found = [row for row in municipalities().rows if row.selectable]
    assert len(found) == 98
    assert all(len(row.code) == 3 and len(row.get("cvr")) == 8 for row in found)


@pytest.mark.parametrize(
    ("statistic", "name", "count"),
    [
        ("adults", "services", 22),
        ("adults", "offers", 13),
        ("adults", "ffb_services", 44),
        ("adults", "functional_levels", 6),
        ("adults", "target_groups", 104),
        ("children", "services", 8),
        ("children", "sexes", 3),
    ],
)
def test_lists_are_whole(statistic, name, count):
    code_list = {found.id: found for found in statistics()}[statistic].code_lists[name]
    assert len({row.code for row in code_list.rows}) == count
