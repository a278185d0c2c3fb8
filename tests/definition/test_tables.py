"""Report tables as data: sections, periods, and what the start-up checks refuse."""

from dataclasses import replace
from datetime import date

import pytest

from indberet.definition.code_lists import Certainty, CodeList
from indberet.definition.periods import quarters, year_before, years
from indberet.definition.registry import statistics
from indberet.definition.sections import section_of
from indberet.definition.table_checks import TABLE_CHECKS, check_tables
from indberet.definition.tables import Columns, Measure, Rows, Table, countable
from tests.people import ADULTS, CHILDREN


def found(id, statistic):
    return list(dict(TABLE_CHECKS)[id](statistic))


def with_tables(*tables):
    return replace(ADULTS, tables=tables)


def test_all_is_well():
    assert check_tables() == []


def test_sections_stand_in_the_laws_order_on_the_day():
    names = [section.name for section in ADULTS.sections_on(date(2026, 11, 22))]
    assert names[:6] == ["§ 82 a", "§ 82 b", "§ 82 c", "§ 82 d", "§ 85", "§ 85 a"]
    assert names[-5:] == ["§ 103", "§ 104", "§ 107", "§ 108", "§ 117 a"]
    before = [section.name for section in ADULTS.sections_on(date(2020, 6, 30))]
    assert "§ 82 a" not in before
    assert "§ 107" in before


def test_the_law_moved_the_childrens_sections_in_2024():
    names = [[section.name for section in CHILDREN.sections_on(day)] for day in (date(2023, 12, 31), date(2024, 1, 1))]
    assert names[0][:3] == ["§ 32", "§ 32 a", "§ 36"]
    assert names[1][:4] == ["§ 82, nr. 1", "§ 82, nr. 2", "§ 82, nr. 3", "§ 82, nr. 4"]
    codes = CHILDREN.codes_of("service_code")
    assert section_of(codes, "003", date(2023, 5, 1)) == "§ 36"
    assert section_of(codes, "003", date(2026, 5, 1)) == "§ 82, nr. 2"
    assert section_of(codes, "777", date(2026, 5, 1)) == ""


def test_a_section_has_its_codes_and_says_whether_it_is_demanded():
    sections = {section.name: section for section in ADULTS.sections_on(date(2026, 11, 22))}
    assert [code.code for code in sections["§ 85"].codes] == ["1.12.0.1", "1.12.0.2"]
    assert sections["§ 85"].demanded
    assert not sections["§ 82 a"].demanded  # voluntary
    assert not sections["§ 117 a"].demanded  # not settled


def test_quarters_and_years():
    found = quarters(date(2023, 12, 5), date(2024, 4, 1))
    assert [(period.id, period.days) for period in found] == [("2023K4", 92), ("2024K1", 91), ("2024K2", 91)]
    assert [(period.id, period.days) for period in years(date(2023, 1, 1), date(2024, 1, 1))] == [
        ("2023", 365),
        ("2024", 366),
    ]
    assert year_before(date(2024, 2, 29)) == date(2023, 2, 28)


def test_every_table_has_its_texts_source_and_certainty():
    for statistic in statistics():
        for table in statistic.tables:
            assert table.source
            assert table.certainty in Certainty


def test_a_table_id_used_twice_or_unfit_for_an_address():
    table = ADULTS.tables[0]
    assert found("indberet.E021", with_tables(table, table)) == ["table id 'today' is used 2 times"]
    (text,) = found("indberet.E021", with_tables(replace(table, id="A table")))
    assert "cannot stand in an address" in text
    assert found("indberet.E021", with_tables()) == ["it has no report table"]


def test_a_table_without_texts():
    missing = found("indberet.E022", with_tables(replace(ADULTS.tables[0], id="nothing")))
    assert missing[0] == "text 'tables.nothing.title' is missing in texts.da.toml"
    assert len(missing) == 4


PERIODS = Table(
    id="x",
    rows=Rows.SECTIONS,
    columns=(Columns.QUARTERS,),
    measures=(Measure.SERVICES,),
    since=date(2015, 1, 1),
    source="a test",
    certainty=Certainty.INVENTED,
)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, None),
        ({"rows": Rows.DAYS}, "cannot stand above rows of days"),
        ({"measures": ()}, "no measure"),
        ({"since": None}, "since is None"),
        ({"measures": (Measure.RECORDS,)}, "a period has services"),
        ({"charted": Measure.PERSONS}, "not among its measures"),
        ({"columns": (Columns.TODAY,)}, "since is 2015-01-01"),
        ({"columns": (Columns.TODAY,), "since": None, "population": countable}, "counted over everything"),
        ({"columns": (Columns.FIELDS,), "since": None, "compared": True}, "only periods can be compared"),
        ({"columns": (Columns.FIELDS,), "since": None, "measures": (Measure.FULL_TIME,)}, "need periods"),
    ],
)
def test_a_table_that_cannot_be_computed(change, said):
    texts = found("indberet.E023", with_tables(replace(PERIODS, **change)))
    assert (not texts) if said is None else any(said in text for text in texts)


def test_a_group_list_that_there_is_not():
    table = next(table for table in CHILDREN.tables if table.grouping)
    (text,) = found("indberet.E024", with_tables(replace(table, grouping=replace(table.grouping, code_list="nothing"))))
    assert text == f"table '{table.id}' names unknown code list 'nothing'"


def test_a_service_code_without_a_section():
    codes = ADULTS.code_lists["services"]
    rows = [replace(row, properties={}) if row.code == "1.3" else row for row in codes.rows]
    statistic = replace(ADULTS, code_lists={**ADULTS.code_lists, "services": CodeList("services", rows)})
    assert found("indberet.E025", statistic) == ["service code '1.3' has no section"]
