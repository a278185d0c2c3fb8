"""The contract that every statistic passes."""

import re
import tomllib
from datetime import timedelta

import pytest
from django.utils import translation

from indberet.definition.checks import check_definitions
from indberet.definition.code_lists import Certainty
from indberet.definition.registry import municipalities, statistics
from indberet.definition.rules import ERROR, INFO
from indberet.definition.texts import LANGUAGES

EVERY = [pytest.param(found, id=found.id) for found in statistics()]
BESIDE = ("other", "elsewhere")
RULES = [pytest.param(found, rule, id=rule.id) for found in statistics() for rule in found.rules]


def examples(statistic):
    return tomllib.loads((statistic.folder / "examples.toml").read_text(encoding="utf-8"))


def values_of(statistic, changes):
    """The base example with changes; an empty text empties a field."""
    told = examples(statistic)
    values = {name: value or None for name, value in {**told["base"], **changes}.items() if name not in BESIDE}
    return statistic.values(values, told["today"])


def broken(statistic, changes):
    beside = [[values_of(statistic, changes[name])] if name in changes else [] for name in BESIDE]
    return statistic.check(values_of(statistic, changes), *beside)


def broken_ids(statistic, changes):
    return {found.rule.id for found in broken(statistic, changes)}


@pytest.mark.parametrize("statistic", EVERY)
def test_base_example_breaks_nothing(statistic):
    found = statistic.check(values_of(statistic, {}))
    assert [told.rule.id for told in found if told.rule.severity != INFO] == []


@pytest.mark.parametrize(("statistic", "rule"), RULES)
def test_rule_has_good_and_bad_examples_that_are_so(statistic, rule):
    told = examples(statistic)[rule.id]
    assert told["good"]
    assert told["bad"]
    for changes in told["good"]:
        assert rule.id not in broken_ids(statistic, changes), changes
    for changes in told["bad"]:
        assert rule.id in broken_ids(statistic, changes), changes


@pytest.mark.parametrize(("statistic", "rule"), RULES)
def test_rule_is_in_force_from_its_first_day_to_its_last(statistic, rule):
    for edge, step in ((rule.since, -1), (rule.until, 1)):
        if edge is None:
            continue
        examples_at_edge = [c for c in examples(statistic)[rule.id]["bad"] if c.get("start") == edge]
        assert examples_at_edge, f"{rule.id} has no bad example on {edge}"
        for changes in examples_at_edge:
            the_day_beyond = {**changes, "start": edge + timedelta(days=step)}
            assert rule.id in broken_ids(statistic, changes)
            assert rule.id not in broken_ids(statistic, the_day_beyond)


@pytest.mark.parametrize(
    ("statistic", "prefix", "count"), [("adults", "VV", 26), ("children", "BU", 22)], ids=("adults", "children")
)
def test_every_row_of_the_domain_is_a_rule_or_told_not_to_be(statistic, prefix, count):
    found = {each.id: each for each in statistics()}[statistic]
    told = " ".join(rule.source for rule in found.rules) + " " + " ".join(none.id for none in found.not_rules)
    rows = {f"{prefix}{number:02}" for number in range(1, count + 1)}
    assert {row for row in rows if not re.search(rf"\b{row}\b", told)} == set()


@pytest.mark.parametrize("statistic", EVERY)
def test_what_is_not_a_rule_says_why_in_both_languages(statistic):
    for language in LANGUAGES:
        with translation.override(language):
            for none in statistic.not_rules:
                assert statistic.text(f"not_rules.{none.id}.text")
                assert statistic.text(f"not_rules.{none.id}.reason")


@pytest.mark.parametrize(("statistic", "rule"), RULES)
def test_inferred_rules_warn_unless_a_value_could_not_be_counted(statistic, rule):
    if rule.severity == ERROR and rule.certainty != Certainty.CONFIRMED:
        kind = rule.id.rsplit("-", 1)[1]
        assert kind in ("FORM", "LIST", "USED", "REQUIRED") or "counted" in rule.source, rule.id


@pytest.mark.parametrize(("statistic", "rule"), RULES)
def test_rule_has_a_source_and_modulus_11_is_an_information_only(statistic, rule):
    assert rule.source
    assert (rule.severity == INFO) == ("MODULUS" in rule.id)


@pytest.mark.parametrize("statistic", EVERY)
def test_examples_are_about_rules_that_exist(statistic):
    assert set(examples(statistic)) - {"base", "today"} <= {rule.id for rule in statistic.rules}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("statistic", "rule"), RULES)
def test_rule_speaks_both_languages(statistic, rule, language):
    with translation.override(language):
        for changes in examples(statistic)[rule.id]["bad"]:
            message = next(found.message for found in broken(statistic, changes) if found.rule == rule)
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
