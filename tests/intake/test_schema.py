"""The office's schemas are the measure: our samples follow them, and what they refuse is told."""

import pytest
from lxml import etree

from indberet.intake.texts import TEXTS
from tests.people import CHILDREN

from .files import course, rows, send_courses, xml

FORMAT = CHILDREN.exchange.xml
assert FORMAT
ROOT_SCHEMA = FORMAT.schema.parent / "DST_BoernMedHandicapLeveranceL231Struktur.xsd"


def schema_allows(content):
    schema = etree.XMLSchema(etree.parse(str(ROOT_SCHEMA)))
    return schema.validate(etree.fromstring(content))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"INDSATS_SLUTDATO": "2025-03-01+01:00"},
        {"CPR": None, "UDL_NR": "AB", "KOEN": "1", "FOEDDAG": "2016-05-04"},
        {"ORIGIN_INDSATSFORLOEB_ID": "a", "ORIGIN_PERSON_ID": "b"},
        {"CPR": "0000000000"},
        {"CPR": "3102154004"},
        {"CPR": "3002154004"},
        {"KOEN": "12"},
        {"INDSATS_KODE": "5"},
        {"INDSATS_STARTDATO": "01-02-2025"},
        {"UDL_NR": "AB"},
        {"CPR": None},
        {"SAGSBEHANDLER": ""},
        {"SAGSBEHANDLER": "x" * 101},
        {"FREMMED": "x"},
        {"INDBERETNINGSTYPE": "N"},
    ],
)
def test_what_the_schema_refuses_is_told_and_nothing_else(changes):
    """The whole file against the office's schema of the delivery says the same as we do record by record."""
    content = course(**changes)
    delivery = send_courses(content)
    not_ours = {"nobody", "C-PERSON"}
    told = [row for row in rows(delivery) if row.code not in not_ours]
    assert schema_allows(xml(content)) == (not told), told


def test_every_element_of_the_schema_is_known():
    tree = etree.parse(str(FORMAT.schema))
    names = set(tree.xpath("//*[local-name()='complexType']//*[local-name()='element']/@name"))
    known = {each.name for each in (*FORMAT.elements, *FORMAT.kept)} | {FORMAT.key, FORMAT.action}
    assert names == known


def test_every_text_can_be_said():
    params = {"words": "", "later": 1, "first": 1, "longest": 1, "most": 1, "count": 1, "expected": ""}
    for severity, expectation, reason in TEXTS.values():
        assert severity in (1, 2)
        assert str(expectation).format(**params) or str(expectation) == "{words}"
        assert str(reason).format(**params)


def test_mistakes_in_a_format_are_found_at_start_up(monkeypatch):
    from dataclasses import replace

    from indberet.definition.checks import check_definitions
    from indberet.definition.exchange import Element, Exchange

    wrong = (Element(name="A", field="nothing"), Element(name="B", field="sex", values={"1": "x"}))
    broken = replace(CHILDREN, exchange=Exchange(xml=replace(FORMAT, elements=wrong)))
    monkeypatch.setattr("indberet.definition.checks.statistics", lambda: (broken,))
    told = [error.msg for error in check_definitions() if error.id == "indberet.E012"]
    assert told == [
        "children: element 'A' of L231 names unknown field 'nothing'",
        "children: element 'B' of L231 stands for unknown code 'x'",
    ]
