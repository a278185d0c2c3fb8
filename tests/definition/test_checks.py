"""A mistake in a definition stops the start with a sentence that names it."""

import dataclasses

import pytest

from indberet.definition import checks
from indberet.definition.code_lists import Code, CodeList
from indberet.definition.errors import DefinitionError
from indberet.definition.rules import ERROR, rule
from tests.people import ADULTS, CHILDREN

HEAD = "code,label_da,label_en,since,until,parent,selectable,certainty,source,note\n"


def mistakes(statistic):
    return [text for _id, check in checks.CHECKS for text in check(statistic)]


def changed(**changes):
    return dataclasses.replace(ADULTS, **changes)


def test_two_statistics_with_the_same_prefix(monkeypatch):
    monkeypatch.setattr(checks, "statistics", lambda: (ADULTS, dataclasses.replace(CHILDREN, prefix="A")))
    found = checks.check_definitions()
    assert any(error.id == "indberet.E002" and "'A'" in error.msg for error in found)


def test_a_definition_that_cannot_be_loaded(monkeypatch):
    def broken():
        raise DefinitionError("services.csv:3: 'SURE' is not a valid Certainty")

    monkeypatch.setattr(checks, "statistics", broken)
    (found,) = checks.check_definitions()
    assert found.id == "indberet.E001"
    assert "services.csv:3" in found.msg


def test_a_rule_without_text_that_points_nowhere():
    @rule("X-1", ERROR, fields=("shoe_size",), source="nowhere")
    def always_true(record):
        return True

    found = mistakes(changed(own_rules=(*ADULTS.own_rules, always_true)))
    assert "rule id 'X-1' does not begin with 'A-'" in found
    assert "rule X-1 points at unknown field 'shoe_size'" in found
    assert any("rules.X-1.message" in text for text in found)


def test_a_rule_id_used_twice():
    found = mistakes(changed(own_rules=(*ADULTS.own_rules, ADULTS.own_rules[0])))
    assert f"rule id '{ADULTS.own_rules[0].id}' is used 2 times" in found


def test_a_listed_field_that_is_no_column():
    found = mistakes(changed(columns=("cpr", "functional_level", "shoe_size")))
    assert "listed field 'functional_level' is not a plain column of the register" in found
    assert "listed column 'shoe_size' is not a field" in found


def test_a_field_with_an_unknown_list():
    lists = {name: found for name, found in ADULTS.code_lists.items() if name != "offers"}
    assert "field 'offer_uuid' names unknown code list 'offers'" in mistakes(changed(code_lists=lists))


def test_periods_that_overlap_and_parents_that_are_not_there():
    from datetime import date

    labels = {"da": "a", "en": "a"}
    rows = [
        Code(code="1", labels=labels, until=date(2025, 1, 1), parent="9"),
        Code(code="1", labels={"da": "a", "en": ""}, since=date(2025, 1, 1)),
        Code(code="2", labels=labels, since=date(2025, 1, 2), until=date(2025, 1, 1)),
    ]
    found = list(checks.list_mistakes(CodeList("services", rows)))
    assert "code '1' has unknown parent '9'" in found
    assert "code '1' has overlapping periods" in found
    assert "code '1' lacks a label" in found
    assert "code '2' ends 2025-01-01 before it begins 2025-01-02" in found


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("1,a,a,2025-02-30,,,yes,CONFIRMED,s,", "services.csv:2"),
        ("1,a,a,,,,perhaps,CONFIRMED,s,", "perhaps"),
        ("1,a,a,,,,yes,SURE,s,", "SURE"),
    ],
)
def test_a_wrong_line_in_a_code_list_is_named(tmp_path, row, told):
    file = tmp_path / "services.csv"
    file.write_text(HEAD + row + "\n")
    with pytest.raises(DefinitionError, match=told):
        CodeList.load(file)


def test_a_missing_column_in_a_code_list_is_named(tmp_path):
    file = tmp_path / "services.csv"
    file.write_text(HEAD.replace(",note", ""))
    with pytest.raises(DefinitionError, match="note"):
        CodeList.load(file)
