"""The office's page: every municipality in every statistic, from kept figures, without persons."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from indberet.access.identity import Identity, Privilege
from indberet.approval.two_persons import want_two
from indberet.definition.registry import municipalities
from indberet.office.models import Standing
from indberet.office.overview import Look, State, overview
from indberet.office.sheet import csv_bytes
from indberet.office.standing import keep_standing
from indberet.report.freeze import freeze
from tests.approval.given import GUDRUN, give
from tests.people import ADULTS, CHILDREN, ODENSE, TODAY, identity, save

pytestmark = pytest.mark.django_db
STINE = identity("Stine", "", "oversee")
EVERY = sum(row.selectable for row in municipalities().rows)


def kept(statistic=CHILDREN):
    return keep_standing(statistic, ODENSE, freeze(statistic, ODENSE, TODAY))


def row_of(look=None, today=TODAY):
    found = overview(STINE, look or Look(text="odense", statistic="children"), today).rows
    assert len(found) == 1
    return found[0]


def test_every_municipality_in_every_statistic():
    assert overview(STINE, Look(), TODAY).total == 2 * EVERY


def test_figures_come_from_the_frozen_report():
    save(CHILDREN)
    save(CHILDREN, end=None, cpr="0505850008")
    kept()
    save(CHILDREN, cpr="0606860006", start=TODAY)
    found = row_of().standing
    assert found
    assert (found.records, found.report_day) == (2, TODAY)
    assert found.last_change


def test_states():
    assert row_of().state == State.MISSING
    assert row_of(today=date(2027, 2, 13)).state == State.LATE
    want_two(GUDRUN, CHILDREN)
    give("§ 90, nr. 1")
    assert row_of().state == State.WAITING


def test_approved_sections_and_those_with_nothing():
    save(CHILDREN)
    every = [section.name for section in CHILDREN.sections_on(TODAY)]
    give(*every)
    found = row_of()
    assert (found.state, found.approved_text) == (State.APPROVED, f"{len(every)} af {len(every)}")
    assert found.progress.nothing == len(every) - 1


def test_it_asks_few_questions_however_many_municipalities_there_are():
    save(CHILDREN)
    kept()
    give("§ 90, nr. 1")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        list(overview(STINE, Look(), TODAY).rows)
    assert len(queries) <= 2 * 4


def test_filters_and_sorting():
    save(CHILDREN)
    kept()
    assert {row.municipality.code for row in overview(STINE, Look(text="461"), TODAY).rows} == {"461"}
    assert overview(STINE, Look(state="approved"), TODAY).rows == []
    by_records = overview(STINE, Look.of({"sort": "-records"}), TODAY).rows
    assert by_records[0].municipality.code == ODENSE
    assert Look.of({"sort": "x; drop", "state": "x", "statistic": "x"}) == Look()


def test_one_who_oversees_one_statistic_sees_that_one():
    only = Identity(
        subject="x", name="x", organisation="", cvr="", privileges=(Privilege(statistic="adults", verb="oversee"),)
    )
    assert {row.statistic.id for row in overview(only, Look(), TODAY).rows} == {"adults"}


def test_the_files_hold_the_rows_that_are_shown(log_in):
    save(CHILDREN)
    kept()
    stine = log_in("stine")
    text = stine.get("/office/municipalities.csv?text=odense&statistic=children").content.decode("utf-8-sig")
    assert len(text.splitlines()) == 2
    assert text.splitlines()[1].startswith('"=""461""";Odense;')
    book = CalamineWorkbook.from_filelike(BytesIO(stine.get("/office/municipalities.xlsx?text=odense").content))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows] == ["Kommune", "Odense", "Odense"]
    assert csv_bytes([]).decode("utf-8-sig").startswith("Kode;Kommune")


@pytest.mark.parametrize(
    "path", ["/office/", "/office/children/461/", "/office/municipalities.csv", "/office/nightly/"]
)
def test_no_page_shows_a_person(log_in, path):
    save(CHILDREN)
    kept()
    give("§ 90, nr. 2")
    stine = log_in("stine")
    page = stine.get(path).content.decode()
    assert "0404154004" not in page
    assert "040415" not in page
    assert log_in("anna").get(path).status_code == 404


def test_the_office_starts_at_its_page(log_in):
    assert log_in("stine").get("/")["Location"] == "/office/"


def test_a_municipality_in_detail(log_in):
    save(CHILDREN)
    kept()
    receipt = give("§ 90, nr. 2", "§ 90, nr. 1").approval.receipt
    page = log_in("stine").get("/office/children/461/").content.decode()
    for text in (receipt, "Ingen ydelser", "Godkendt", "22.11.2026"):
        assert text in page
    assert log_in("stine").get("/office/children/999/").status_code == 404
    assert log_in("stine").get("/office/children/411/").status_code == 404


def test_a_receipt_number_leads_to_its_municipality(log_in):
    receipt = give("§ 90, nr. 1").approval.receipt
    stine = log_in("stine")
    assert stine.get("/office/", {"text": receipt.lower()})["Location"] == "/office/children/461/"
    wrong = receipt[:-1] + ("A" if receipt[-1] != "A" else "B")
    assert "tastet forkert" in stine.get("/office/", {"text": wrong}, follow=True).content.decode()


def test_overruled_warnings_are_counted():
    save(CHILDREN, end=date(2030, 1, 1))
    assert kept().overruled == 1
    save(ADULTS)
    assert kept(ADULTS).records == 1
    assert Standing.unscoped.count() == 2


def test_who_is_not_counted_yet_has_no_figures_at_all(log_in):
    save(CHILDREN)
    stine = log_in("stine")
    page = stine.get("/office/?text=odense&statistic=children").content.decode()
    assert (
        re.findall(r'data-label="(?:Poster|Med fejl|Med advarsler|Accepterede advarsler)"[^>]*>(.*?)</td>', page)
        == ["-"] * 4
    )
    cells = csv_bytes([row_of()]).decode("utf-8-sig").splitlines()[1].split(";")
    heads = csv_bytes([]).decode("utf-8-sig").splitlines()[0].split(";")
    assert [cells[heads.index(name)] for name in ("Poster", "Med fejl", "Med advarsler")] == ["", "", ""]
    kept()
    assert row_of().standing.errors == 0


def test_earlier_rounds_can_be_chosen(log_in):
    save(CHILDREN)
    early = date(2026, 5, 1)
    receipt = give("§ 90, nr. 2", today=early).approval.receipt
    assert row_of().progress.done == 0
    before = row_of(Look.of({"text": "odense", "statistic": "children", "year": "2025"}))
    assert (before.progress.done, before.round.year, before.state) == (1, 2025, State.LATE)
    stine = log_in("stine")
    page = stine.get("/office/?year=2025&text=odense&sort=days").content.decode()
    assert "/office/children/461/?year=2025" in page
    assert "year=2025&amp;sort=-days" in page
    assert receipt in _sections(stine.get("/office/children/461/?year=2025"))
    assert receipt not in _sections(stine.get("/office/children/461/"))
    assert stine.get("/office/", {"text": receipt})["Location"] == "/office/children/461/?year=2025"
    assert "/office/municipalities.csv?text=odense&amp;year=2025" in page
    assert "2025" in stine.get("/office/municipalities.csv?text=odense&year=2025").content.decode()
    for year in ("1999", "x", "9" * 5000):
        assert Look.of({"year": year}).year == ""
        assert stine.get(f"/office/children/461/?year={year}").status_code == 404


def _sections(response):
    """The table of sections, without the approvals below it."""
    return response.content.decode().partition('id="history"')[0]


def test_sections_stand_in_the_order_of_the_law_and_keep_their_number(log_in):
    give("§ 102", "§ 82 a", "§ 107", statistic=ADULTS)
    page = log_in("stine").get("/office/adults/461/").content.decode()
    listed = page.partition('id="history"')[2]
    assert "§\xa082\xa0a; §\xa0102; §\xa0107" in listed
    assert "§ " not in page.partition("<main")[2]


def test_danish_order():
    names = [row.municipality.label for row in overview(STINE, Look(statistic="children"), TODAY).rows]
    assert names[0] == "Albertslund"
    assert names[-4:] == ["Ærø", "Aabenraa", "Aalborg", "Aarhus"]
    assert names.index("Fredericia") < names.index("Faaborg-Midtfyn") < names.index("Gentofte")
    assert names.index("Lyngby-Taarbæk") < names.index("Læsø")


def test_the_table_explains_its_short_headings(log_in):
    page = log_in("stine").get("/office/").content.decode()
    assert 'title="Dage til fristen for godkendelse; et minus foran betyder, at den er overskredet"' in page
    assert "<dt>Dage</dt>" in page
    assert "<dt>Kommune</dt>" not in page
