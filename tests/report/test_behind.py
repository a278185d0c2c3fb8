"""Behind every figure lie as many services, persons or days as it says."""

import csv
import io
import random
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from indberet.access.scope import NoPrivilege, Scope
from indberet.audit.models import Event
from indberet.definition.rules import Severity
from indberet.definition.tables import Measure
from indberet.export.models import Export, Format
from indberet.export.write import export_records
from indberet.register.models import Record
from indberet.report.behind import PAGE_SIZE, Behind, Cell
from indberet.report.compute import compute
from indberet.report.cpr_list import CprList
from indberet.report.layout import Layout
from tests.people import ADULTS, ANNA, CARLA, CHILDREN, ODENSE

from .records import DAY, LONG_AGO, PERSONS, SINCE, put, put_finding
from .test_brute_force import CODES, PEOPLE, fill

pytestmark = pytest.mark.django_db
RULES = {
    "adults": ("A-TARGET-GROUP-REQUIRED", "A-TARGET-GROUP-LIST", "A-P-NUMBER-REQUIRED"),
    "children": ("C-P-NUMBER-REQUIRED", "C-SERVICE-CODE-LIST"),
}
WARNING = {"adults": "A-UNDER-18", "children": "C-END-FAR-AHEAD"}


def layout(statistic, table, day=DAY):
    return Layout(statistic=statistic, table=statistic.table(table), day=day, since=SINCE)


def behind(table, measure, row, column, *, statistic=ADULTS, by=ANNA, day=DAY):
    return Behind(by, layout(statistic, table, day), Cell(measure=measure, row=row, column=column))


def cells(figures):
    for table, found in figures.tables.items():
        for measure, rows in found.values.items():
            for row, values in rows.items():
                for column, value in zip(found.columns, values, strict=True):
                    if value:
                        yield table, measure, row, column, value


def blemish(statistic, chance):
    """Findings, recent changes and deletions here and there."""
    moments = [SINCE - timedelta(days=days, hours=-1) for days in (0, 3, 20, 40)]
    for record in Record.unscoped.filter(statistic=statistic.id):
        record.created_at = chance.choice([LONG_AGO, *moments])
        record.changed_at = chance.choice([record.created_at, SINCE + timedelta(minutes=5)])
        record.deleted_at = chance.choice([None] * 8 + [SINCE + timedelta(hours=2)])
        record.save()
        for rule in chance.sample(RULES[statistic.id], chance.choice((0, 0, 1, 2))):
            put_finding(record, rule)
        if chance.random() < 0.3:
            put_finding(record, WARNING[statistic.id], Severity.WARNING, accepted=chance.random() < 0.5)


@pytest.mark.requirement("A22")
@pytest.mark.requirement("A25")
@pytest.mark.parametrize("statistic", [ADULTS, CHILDREN], ids=["first", "second"])
def test_every_figure_is_the_number_of_what_lies_behind_it(statistic):
    chance = random.Random(7)
    fill(statistic, chance, CODES if statistic == ADULTS else ("001", "005", "007", "777"), PEOPLE, 30)
    blemish(statistic, chance)
    figures = compute(statistic, ODENSE, DAY, since=SINCE)
    seen = dict.fromkeys(figures.tables, 0)
    for table, measure, row, column, value in cells(figures):
        found = behind(table, measure, row, column, statistic=statistic)
        assert found.number == value, (table, measure, row, column)
        seen[table] += 1
    assert all(seen.values()), seen


def test_only_the_own_municipality_lies_behind():
    put(date(2024, 1, 1))
    assert behind("received", Measure.SERVICES, "all", "all").number == 1
    assert behind("received", Measure.SERVICES, "all", "all", by=CARLA).number == 0
    with pytest.raises(NoPrivilege):
        behind("received", Measure.SERVICES, "all", "all", by=Scope(identity=CARLA.identity, municipality=ODENSE))


@pytest.mark.parametrize(
    "place",
    [
        ("received", Measure.RECORDS, "all", "all"),
        ("received", Measure.SERVICES, "code:1.1", "all"),
        ("received", Measure.SERVICES, "section:§ 1", "all"),
        ("received", Measure.SERVICES, "all", "2031K1"),
        ("full_time", Measure.FULL_TIME, "all", "all"),
        ("findings", Measure.RECORDS, "A-NOTHING", "all"),
        ("days", Measure.RECORDS, "2020-01-01", "received"),
    ],
)
def test_a_cell_that_there_is_not(place):
    with pytest.raises(KeyError):
        behind(*place)


def test_a_page_leaves_an_event_and_takes_as_many_queries_however_many_records():
    for number in range(3):
        put(date(2024, 1, 1 + number))

    def queries():
        with CaptureQueriesContext(connection) as asked:
            found = behind("received", Measure.SERVICES, "all", "2024K1")
            assert found.number
            assert found.page(1)
        return len(asked)

    few = queries()
    for number in range(PAGE_SIZE + 5):
        put(date(2024, 1, 1), p_number=str(number), person=PERSONS[number % 4])
    assert queries() == few
    event = Event.objects.filter(action="list").latest("id")
    assert event.detail["view"] == "report"
    assert event.detail["table"] == "received"
    assert len(event.cases) == 4
    assert not any(person in str(event.detail) for person in PERSONS)


def test_the_pages_hold_everybody_once():
    for number in range(PAGE_SIZE + 5):
        put(date(2024, 1, 1), p_number=str(number), person=PERSONS[number % 4])
    found = behind("received", Measure.SERVICES, "all", "2024K1")
    shown = [record.pk for page in (1, 2) for record in found.page(page)]
    assert shown == found.ids
    assert len(set(shown)) == PAGE_SIZE + 5


def csv_of(found):
    content = b"".join(export_records(selection=CprList(found), format=Format.CSV).content).decode("utf-8-sig")
    _title, headings_and_rows = content.split("\r\n", 1)
    return list(csv.DictReader(io.StringIO(headings_and_rows, newline=""), delimiter=";"))


@pytest.mark.requirement("A22")
@pytest.mark.requirement("A24")
def test_the_cpr_list_of_table_1_is_everything_received_at_once():
    put(date(2024, 5, 1), date(2024, 1, 1))
    put(date(2024, 1, 1), person=PERSONS[1])
    rows = csv_of(behind("received", Measure.SERVICES, "all", "all"))
    assert [row["CPR-nummer"] for row in rows] == ["020280-0006", "030375-0004"]
    assert "Regler" not in rows[0]


def test_the_cpr_list_of_table_2_leaves_out_what_cannot_be_counted():
    put(date(2024, 5, 1), date(2024, 1, 1))
    put(date(2024, 1, 1), person=PERSONS[1])
    assert len(csv_of(behind("full_time", Measure.PERSONS, "all", "all"))) == 1
    export = Export.unscoped.get()
    assert (export.rows, export.finished_at is None) == (1, False)
    assert [label for label, _text in export.filters] == ["Tabel", "Række", "Kolonne"]
    assert export.filters[0][1] == "Tabel 2: Fuldtidsydelser"


@pytest.mark.requirement("A25")
def test_the_cpr_lists_of_table_3_and_of_the_errors_name_the_rules():
    record = put(date(2025, 1, 1))
    put_finding(record, "A-TARGET-GROUP-REQUIRED")
    put_finding(record, "A-P-NUMBER-REQUIRED")
    put_finding(record, "A-UNDER-18", Severity.WARNING)
    put(date(2025, 1, 1), person=PERSONS[1])
    (lacking,) = csv_of(behind("lacking", Measure.SERVICES, "all", "all"))
    (wrong,) = csv_of(behind("findings", Measure.RECORDS, "all", "all"))
    (one,) = csv_of(behind("findings", Measure.RECORDS, "A-UNDER-18", "all"))
    assert lacking["Regler"] == "A-P-NUMBER-REQUIRED|A-TARGET-GROUP-REQUIRED"
    assert wrong["Regler"] == "A-P-NUMBER-REQUIRED|A-TARGET-GROUP-REQUIRED|A-UNDER-18"
    assert one["Regler"] == "A-UNDER-18"


def test_the_workbook_has_the_same_rows():
    put(date(2024, 1, 1))
    found = behind("received", Measure.SERVICES, "all", "2024K1")
    content = b"".join(export_records(selection=CprList(found), format=Format.XLSX).content)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 3
    assert rows[0][0].startswith(
        "CPR-liste; Tabel: Tabel 1: Modtagne ydelser og modtagere; Række: I alt; Kolonne: 2024K1"
    )
    assert rows[1][0] == "CPR-nummer"
    assert "020280-0006" in rows[2]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (("received", Measure.SERVICES, "all", "all"), "cpr-liste-tabel-1-modtagne-ydelser-og-modtagere"),
        (("full_time", Measure.PERSONS, "all", "all"), "cpr-liste-tabel-2-fuldtidsydelser"),
        (("findings", Measure.RECORDS, "A-UNDER-18", "all"), "cpr-liste-fejl-og-advarsler-a-under-18"),
        (
            ("received", Measure.SERVICES, "section:§ 107", "2024K1"),
            "cpr-liste-tabel-1-modtagne-ydelser-og-modtagere-107-2024k1",
        ),
    ],
)
def test_the_name_of_the_file_and_its_first_line_say_which_list_it_is(cell, name):
    put_finding(put(date(2024, 1, 1)), "A-UNDER-18", Severity.WARNING)
    file = export_records(selection=CprList(behind(*cell)), format=Format.CSV)
    assert re.fullmatch(rf"indberet-adults-{name}-461-\d{{8}}-\d{{4}}\.csv", file.name), file.name
    first = b"".join(file.content).decode("utf-8-sig").split("\r\n")[0]
    assert Export.unscoped.get().filters[0][1] in first
    assert "CPR-liste; " in first
    assert "Dannet " in first


def test_the_list_says_what_was_found_not_what_the_rule_demands():
    young = put(date(2026, 1, 1), person="0404154004")
    put_finding(young, "A-UNDER-18", Severity.WARNING)
    (row,) = csv_of(behind("findings", Measure.RECORDS, "A-UNDER-18", "all"))
    assert row["Forklaring"].startswith("Borgeren er ikke fyldt 18 år på startdatoen 01.01.2026.")


def test_a_deleted_record_can_be_seen_behind_its_day():
    put(date(2024, 1, 1), deleted_at=SINCE + timedelta(hours=1))
    found = behind("days", Measure.RECORDS, "2026-11-21", "deleted")
    assert [record.service_code for record in found.page(1)] == ["1.8.2"]
