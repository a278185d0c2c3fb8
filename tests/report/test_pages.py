"""The report's page, its files and the list behind a figure, as a browser asks for them."""

import re
from datetime import date, timedelta
from html import unescape
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from indberet.audit.models import Event
from indberet.definition.registry import municipalities
from indberet.definition.rules import Severity
from indberet.report.freeze import freeze, tell_run
from indberet.report.models import RunState
from indberet.report.pdf import pdf, told
from indberet.report.view import see
from tests.people import ADULTS, ANNA, CHILDREN, ODENSE

from .records import PERSONS, put, put_finding

pytestmark = pytest.mark.django_db
DATES = re.compile(r"\d{6}-?\d{4}")


@pytest.fixture
def anna(log_in, db):
    """Anna's browser, the contact details given."""
    from indberet.pages.contacts import save_contact
    from tests.people import ANNA

    for statistic in (ADULTS, CHILDREN):
        save_contact(ANNA, statistic, {"name": "Anna", "phone": "12345678", "email": "anna@example.dk"})
    return log_in("anna")


def page(client, statistic="adults", **asked):
    response = client.get(reverse("report", args=[statistic]), asked)
    assert response.status_code == 200
    return unescape(response.content.decode())


def links(html, table):
    """Where the figures of a table lead."""
    part = html.split(f'<section aria-labelledby="table-{table}"')[1].split("</section>")[0]
    return re.findall(r'<td class="number"><a href="([^"]+)"', part)


@pytest.mark.requirement("C05")
def test_the_report_is_one_click_from_the_front_page(anna):
    put(date(2024, 1, 1), statistic=CHILDREN, code="005", person="0404154004")
    start = unescape(anna.get("/").content.decode())
    assert reverse("report", args=["children"]) in start
    assert "Ændringer siden i går" in start
    html = page(anna, "children")
    assert "Rapport: Handicapkompenserende indsatser til børn og unge" in html
    for title in ("Rettelser dag for dag", "Indsatser i året", "Fejl og advarsler", "Paragraffer uden ydelser"):
        assert title in html


@pytest.mark.requirement("C05")
def test_a_missing_report_says_whether_the_night_failed(anna, settings):
    settings.REPORTS_BY = 24
    assert "Nattens kørsel har endnu ikke dannet rapporten." in page(anna)
    tell_run(ADULTS, timezone.localdate(), RunState.FAILED, message="disk full")
    html = page(anna)
    assert "Det er en teknisk fejl; driften har fået besked" in html
    assert "disk full" not in html
    assert "teknisk fejl" in unescape(anna.get("/").content.decode())
    freeze(ADULTS, ODENSE, timezone.localdate())
    assert "Dagens rapport mangler" not in page(anna)


def test_a_report_that_the_night_should_have_made_is_told_to_operations(anna, settings, caplog):
    settings.REPORTS_BY = 0
    html = page(anna)
    assert "den har ikke kørt eller er ikke nået til ende" in html
    assert "endnu ikke dannet" not in html
    assert "report_missing" in caplog.text
    assert "nattens kørsel ikke har kørt" in unescape(anna.get("/").content.decode())
    tell_run(ADULTS, timezone.localdate(), RunState.FAILED)
    assert "Nattens kørsel kunne ikke danne rapporten" in page(anna)
    freeze(ADULTS, ODENSE, timezone.localdate())
    caplog.clear()
    assert "Dagens rapport mangler" not in page(anna)
    assert "report_missing" not in caplog.text


@pytest.mark.requirement("C05")
def test_a_missing_right_says_so(log_in):
    response = log_in("uffe").get(reverse("report", args=["children"]))
    assert response.status_code == 403
    assert "mangler" in response.content.decode()


def test_a_frozen_report_and_that_of_now_can_be_chosen(anna):
    put(date(2024, 1, 1))
    day = timezone.localdate()
    freeze(ADULTS, ODENSE, day)
    put(date(2024, 1, 1), person=PERSONS[1])
    frozen, now = page(anna), page(anna, day="now")
    assert f'<option value="{day}" selected>' in frozen
    assert '<option value="now" selected>' in now
    assert "<dt>Borgere på dagen</dt><dd>1</dd>" in frozen
    assert "<dt>Borgere på dagen</dt><dd>2</dd>" in now


def test_now_tells_what_changed_since_the_report_of_today(anna):
    put(date(2024, 1, 1), created_at=timezone.now() - timedelta(hours=2), changed_at=timezone.now())
    report = freeze(ADULTS, ODENSE, timezone.localdate())
    put(date(2024, 1, 1), person=PERSONS[1], created_at=timezone.now(), changed_at=timezone.now())
    html = page(anna, day="now")
    assert f"<dd>{timezone.localtime(report.made_at):%d.%m.%Y %H.%M}</dd>" in html
    assert "ndring fra sidste rapport" in html
    assert "<dt>Ændringer siden sidste rapport</dt><dd>1</dd>" in html


@pytest.mark.parametrize("day", ["2001-01-01", "yesterday"])
def test_a_report_that_there_is_not(anna, day):
    assert anna.get(reverse("report", args=["adults"]), {"day": day}).status_code == 404


def test_the_change_since_the_last_report_quarter_and_year(anna):
    put(date(2020, 1, 1))
    freeze(ADULTS, ODENSE, timezone.localdate() - timedelta(days=1))
    put(timezone.localdate().replace(day=1), person=PERSONS[1])
    html = page(anna, day="now")
    assert "Ændring fra sidste rapport" in html
    received = html.split('<section aria-labelledby="table-received"')[1].split("</section>")[0]
    assert received.count('<td class="number">+1</td>') >= 6  # section and all x three comparisons


def test_every_link_behind_a_figure_opens_and_shows_its_number(anna):
    record = put(date(2024, 2, 15), date(2026, 11, 1))
    put_finding(record, "A-TARGET-GROUP-REQUIRED")
    put(date(2024, 2, 15), person=PERSONS[1], code="1.12.0.1")
    html = page(anna, day="now")
    for table in ("today", "received", "full_time", "lacking", "findings"):
        found = links(html, table)
        assert found, table
        for url in found[:3]:
            response = anna.get(url)
            assert response.status_code == 200, url
            assert "Listen er dannet af registret, som det er nu" in response.content.decode()
            assert not DATES.search(url)
    event = Event.objects.filter(action="list").latest("id")
    assert event.detail["table"] == "findings"
    assert event.cases == [record.case_id]


def test_a_row_leads_to_its_record_and_names_what_is_wrong(anna):
    record = put(date(2024, 2, 15), person="0404154004")
    put_finding(record, "A-UNDER-18", Severity.WARNING, accepted=True)
    (url,) = links(page(anna, day="now"), "findings")[:1]
    html = unescape(anna.get(url).content.decode())
    assert reverse("record_edit", args=["adults", record.pk]) in html
    assert "A-UNDER-18: Borgeren er ikke fyldt 18 år på startdatoen 15.02.2024." in html
    assert "Borgeren er fyldt 18 år" not in html.split("<tbody>")[1]
    assert "(accepteret)" in html
    assert "<title>Fejl og advarsler - Indberet</title>" in html


def test_the_list_behind_a_kept_figure_says_what_stood_in_the_report(anna):
    put(date(2024, 1, 1))
    freeze(ADULTS, ODENSE, timezone.localdate())
    (url,) = links(page(anna), "received")[:1]
    put(date(2024, 1, 1), person=PERSONS[1])
    html = unescape(anna.get(url).content.decode())
    assert "<dt>Ydelser</dt><dd>2</dd>" in html
    assert re.search(r"<dt>I rapporten for [\d.]+</dt><dd>1</dd>", html)


def test_a_list_that_has_become_empty_says_so(anna):
    record = put(date(2024, 1, 1))
    freeze(ADULTS, ODENSE, timezone.localdate())
    (url,) = links(page(anna), "received")[:1]
    record.delete()
    assert "Der ligger ikke længere nogen poster bag tallet." in unescape(anna.get(url).content.decode())


@pytest.mark.requirement("A25")
def test_the_cpr_list_is_downloaded_from_the_list(anna):
    put_finding(put(date(2024, 1, 1)), "A-TARGET-GROUP-REQUIRED")
    cell = {"day": "now", "measure": "services", "row": "all", "column": "all"}
    for format in ("csv", "xlsx"):
        response = anna.post(reverse("report_cell_file", args=["adults", "lacking", format]), cell)
        assert response.status_code == 200
        assert f'.{format}"' in response["Content-Disposition"]
        assert b"".join(response.streaming_content)


def test_an_empty_cpr_list_goes_back_and_says_why(anna):
    cell = {"day": "now", "measure": "services", "row": "all", "column": "all"}
    response = anna.post(reverse("report_cell_file", args=["adults", "lacking", "csv"]), cell, follow=True)
    assert "Der er ingen poster at hente." in response.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"measure": "services", "row": "all", "column": "no"},
        {"measure": "no", "row": "all", "column": "all"},
        {"measure": "services", "row": "x", "column": "all"},
    ],
)
def test_a_cell_that_there_is_not_is_not_found(anna, asked):
    assert anna.get(reverse("report_cell", args=["adults", "received"]), asked).status_code == 404
    assert anna.get(reverse("report_cell", args=["adults", "nothing"]), asked).status_code == 404


@pytest.mark.parametrize("statistic", [ADULTS, CHILDREN], ids=["first", "second"])
def test_the_workbook_has_a_sheet_per_table_and_names_no_person(anna, statistic):
    put(date(2024, 2, 15), date(2024, 5, 10), "1.8.2" if statistic == ADULTS else "005", statistic=statistic)
    response = anna.get(reverse("report_file", args=[statistic, "xlsx"]), {"day": "now"})
    book = CalamineWorkbook.from_filelike(BytesIO(response.content))
    assert len(book.sheet_names) == len(statistic.tables) + 1
    cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert "461 Odense" in cells
    assert not any(PERSONS[0] in str(cell).replace("-", "") for cell in cells)
    assert (46 / 91 in cells) == (statistic == ADULTS)


def sheet_of(anna, title):
    """A sheet of the report of now: by the first columns of a row, its cells by heading."""
    content = anna.get(reverse("report_file", args=["adults", "xlsx"]), {"day": "now"}).content
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    name = next(name for name in book.sheet_names if name.startswith(title))
    head, *rows = book.get_sheet_by_name(name).to_python()[3:]
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_first_report_does_not_speak_of_a_last_one(anna):
    put(date(2024, 1, 1), statistic=CHILDREN, code="005", person="0404154004")
    html = page(anna, "children", day="now")
    assert "sidste rapport" not in html
    yesterday = timezone.localdate() - timedelta(days=1)
    assert f"<dt>Ændringer siden {yesterday:%d.%m.%Y} 00.00</dt>" in html
    assert "<dt>Børn og unge på dagen</dt><dd>1</dd>" in html
    freeze(CHILDREN, ODENSE, yesterday)
    assert "<dt>Ændringer siden sidste rapport</dt>" in page(anna, "children", day="now")


def test_the_start_page_calls_records_records(anna):
    for uuid in "ab":
        put(date(2024, 1, 1), service_uuid=uuid)
    assert "<dt>Poster</dt><dd>2</dd>" in anna.get("/").content.decode()


def test_the_change_since_the_last_report_says_of_what(anna):
    put(date(2024, 1, 1))
    freeze(ADULTS, ODENSE, timezone.localdate() - timedelta(days=1))
    put(date(2024, 1, 1), person=PERSONS[1])
    assert '<th scope="col" class="number">Ydelser: Ændring fra sidste rapport</th>' in page(anna, day="now")


def test_the_workbook_has_the_comparisons_of_the_page(anna):
    put(date(2020, 1, 1))
    freeze(ADULTS, ODENSE, timezone.localdate() - timedelta(days=1))
    put(timezone.localdate().replace(day=1), person=PERSONS[1])
    (received,) = [row for row in sheet_of(anna, "Tabel 1") if row["Paragraf eller indsatskode"] == "I alt"]
    changes = {heading: cell for heading, cell in received.items() if "Ændring fra" in heading}
    assert len(changes) == 6
    assert set(changes.values()) == {1}
    assert changes["Borgere: Ændring fra sidste rapport"] == 1
    (full_time,) = [row for row in sheet_of(anna, "Tabel 2") if row["Paragraf eller indsatskode"] == "I alt"]
    (by,) = [cell for heading, cell in full_time.items() if heading == "Fuldtidsydelser: Ændring fra sidste rapport"][
        :1
    ]
    assert 0 < by < 1
    (today,) = [row for row in sheet_of(anna, "Ydelser på dagen") if row["Paragraf eller indsatskode"] == "I alt"]
    assert today["Ydelser: Ændring fra sidste rapport"] == 1


def test_page_and_workbook_tell_errors_from_warnings(anna):
    record = put(date(2024, 1, 1))
    put_finding(record, "A-TARGET-GROUP-REQUIRED")
    put_finding(record, "A-UNDER-18", Severity.WARNING)
    put_finding(put(date(2025, 1, 1)), "A-UNDER-18", Severity.WARNING)
    rows = [
        (row["Fejl eller advarsel"], row["Regel"], row["Poster, I alt"]) for row in sheet_of(anna, "Fejl og advarsler")
    ]
    assert rows == [
        ("Fejl", "A-TARGET-GROUP-REQUIRED", 1),
        ("", "Fejl i alt", 1),
        ("Advarsel", "A-UNDER-18", 2),
        ("", "Advarsler i alt", 2),
        ("", "I alt", 2),
    ]
    html = page(anna, day="now")
    (url, *_others) = [url for url in links(html, "findings") if "row=warnings" in url]
    assert "<dt>Poster</dt><dd>2</dd>" in anna.get(url).content.decode()


def test_a_report_kept_before_a_column_was_there_is_shown_without_it(anna):
    put(date(2024, 1, 1), changed_at=timezone.now())
    report = freeze(ADULTS, ODENSE, timezone.localdate())
    days = report.figures["tables"]["days"]
    kept = [place for place, column in enumerate(days["columns"]) if not column.endswith("_system")]
    days["columns"] = [days["columns"][place] for place in kept]
    rows = days["values"]["records"]
    days["values"]["records"] = {row: [values[place] for place in kept] for row, values in rows.items()}
    report.save()
    assert "Rettet fra fagsystem" not in page(anna)
    assert "Rettet fra fagsystem" in page(anna, day="now")


@pytest.mark.parametrize("statistic", ["adults", "children"])
def test_the_pdf_can_be_read_aloud(anna, statistic):
    put(date(2024, 2, 15))
    response = anna.get(reverse("report_file", args=[statistic, "pdf"]), {"day": "now"})
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    for mark in (b"StructTreeRoot", b"/Lang", b"pdfuaid", b"/Title"):
        assert mark in response.content, mark
    assert not DATES.search(response["Content-Disposition"].replace(f"{timezone.localdate():%Y%m%d}", ""))


def test_what_went_away_since_the_last_report_is_still_a_row(anna):
    record = put(date(2024, 1, 1))
    put_finding(record, "A-TARGET-GROUP-REQUIRED")
    freeze(ADULTS, ODENSE, timezone.localdate() - timedelta(days=1))
    record.delete()
    html = page(anna, day="now")
    for table in ("today", "received", "lacking", "findings"):
        part = html.split(f'<section aria-labelledby="table-{table}"')[1].split("</section>")[0]
        assert '<td class="number">-1</td>' in part, table


@pytest.mark.parametrize("kept", [True, False], ids=["with a report", "without"])
def test_data_that_cannot_be_counted_give_a_page_and_a_line_in_the_log(anna, monkeypatch, caplog, kept):
    put(date(2024, 1, 1))
    if kept:
        freeze(ADULTS, ODENSE, timezone.localdate() - timedelta(days=1))
    monkeypatch.setattr("indberet.report.compute.by_case", lambda *_args: 1 / 0)
    response = anna.get(reverse("report", args=["adults"]), {"day": "now"})
    html = unescape(response.content.decode())
    assert response.status_code == 503
    assert ("Se den seneste rapport" in html) == kept
    (number,) = re.findall(r"nummer ([0-9a-f]{8});", html)
    told = caplog.text
    assert number in told
    assert "ZeroDivisionError" in told


def test_the_page_of_approval_says_so_too(log_in, db, monkeypatch):
    put(date(2024, 1, 1))
    monkeypatch.setattr("indberet.report.compute.by_case", lambda *_args: 1 / 0)
    response = log_in("gudrun").post(reverse("approval_report", args=["adults"]))
    assert response.status_code == 503
    assert "Tallene kan ikke dannes nu" in response.content.decode()


def test_the_pdf_tells_errors_from_warnings_and_keeps_a_group_with_its_name(db):
    for number, code in (("0404154004", "001"), ("0505145005", "005")):
        record = put(date(2024, 1, 1), statistic=CHILDREN, code=code, person=number)
        put_finding(record, "C-P-NUMBER-REQUIRED")
        put_finding(record, "C-END-FAR-AHEAD", Severity.WARNING)
    seen = see(ANNA, CHILDREN, "now")
    tables = {table["title"]: table for table in told(seen, municipalities().known(ODENSE))["tables"]}
    (findings,) = tables["Fejl og advarsler"]["blocks"][0]["parts"]
    assert [row["name"] for row in findings["rows"]] == [
        "Fejl: C-P-NUMBER-REQUIRED",
        "Fejl i alt",
        "Advarsel: C-END-FAR-AHEAD",
        "Advarsler i alt",
        "I alt",
    ]
    services, _persons = tables["Indsatser i året efter køn"]["blocks"]
    assert [part["name"] for part in services["parts"]] == ["Pige", "Dreng"]
    assert [part["rows"][-1]["name"] for part in services["parts"]] == ["I alt", "I alt"]
    assert b"pdfuaid" in pdf(seen, municipalities().known(ODENSE))
