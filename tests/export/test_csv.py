"""The CSV file: what stands in it, and how."""

import csv
import hashlib
from datetime import date

import pytest

from indberet.audit.models import Event
from indberet.export.models import Export
from indberet.register.models import Record
from tests.people import ADULT, ANNA, ANXIETY, AUTISM, CHILDREN, OTHER_ADULT, STAY, as_long_as_can_be, save

pytestmark = pytest.mark.django_db


def content(response):
    return b"".join(response.streaming_content)


@pytest.mark.requirement("A23")
def test_it_opens_right_in_danish_excel(anna, fetch):
    save()
    response = fetch()
    text = content(response)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert text.startswith(b"\xef\xbb\xbfCPR-nummer;Funktionsvurdering;")
    assert text.count(b"\r\n") == 2
    assert text.count(b"\n") == 2
    assert response["Cache-Control"] == "no-store"


@pytest.mark.requirement("A23")
def test_every_field_stands_in_it_with_the_names_of_codes(anna, rows):
    record = save(secondary_target_groups=(ANXIETY,), end=date(2026, 1, 31))
    (row,) = rows()
    assert row["CPR-nummer"] == "020280-0006"
    assert (row["Startdato"], row["Slutdato"]) == ("2025-02-01", "2026-01-31")
    assert (row["Indsatskode"], row["Indsatskode (navn)"]) == (
        '="1.8.2"',
        "Midlertidige botilbud inkl. tilknyttede ydelser, fx §§ 83 og 85",
    )
    assert (row["Ydelses-UUID"], row["P-nummer"]) == (STAY, '="1003456789"')
    assert (row["Målgruppe(r)"], row["Målgruppe(r) (navn)"]) == (AUTISM, "Autismespektrum")
    assert (row["FFB Sekundær Målgruppe"], row["FFB Sekundær Målgruppe (navn)"]) == (ANXIETY, "Angst")
    assert (row["Betalingskommune"], row["Betalingskommune (navn)"]) == ('="461"', "Odense")
    assert (row["Kilde"], row["Postens nummer"], row["Bemærkning"]) == ("Indtastet", str(record.pk), "")
    assert len(row["Oprettet"]) == len("2026-11-22 12:03:00")


def test_an_open_end_is_empty_and_a_leading_zero_stays(anna, rows):
    save(CHILDREN)
    (row,) = rows("children")
    assert (row["Slutdato"], row["Indsats Kode"], row["CPR-nummer"]) == ("", '="005"', "040415-4004")


def test_a_birth_date_stands_only_where_it_was_reported(anna, rows):
    save(CHILDREN)
    save(CHILDREN, cpr="", udl="0012345", sex="pige", birth_date=date(2015, 12, 24))
    by_udl = {row["UDL nummer"]: row for row in rows("children")}
    assert by_udl[""]["Fødselsdato"] == ""
    assert by_udl['="0012345"']["Fødselsdato"] == "2015-12-24"
    assert by_udl['="0012345"']["Pige/Dreng/Ukendt (navn)"] == "Pige"


def test_several_codes_stand_in_the_order_chosen(anna, rows):
    codes = ("9b3fd322-a75a-4ed8-9b74-425fa1e01c95", ANXIETY, "cc6a58cf-d3d2-4e5f-b7fe-98b009647eac")
    save(target_group="71dfe6d1-ebc1-4414-8527-edf8e605c356", secondary_target_groups=codes)
    (row,) = rows()
    assert row["FFB Sekundær Målgruppe"] == "|".join(codes)
    assert row["FFB Sekundær Målgruppe (navn)"].count("|") == 2


def test_values_that_are_no_columns_stand_in_it_too(anna, rows):
    save(service_code="1.1", functional_level="8328ce4a-6238-4f73-bf1a-74aadb68eff8")
    (row,) = rows()
    assert row["Funktionsvurdering (navn)"] == "Let nedsat funktionsevne"


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "@x", "-2", "+2", "\t=1", "\r=1", '=HYPERLINK("x";"y")'])
def test_what_somebody_typed_runs_nothing(anna, rows, text):
    record = save(CHILDREN)
    Record.unscoped.filter(pk=record.pk).update(caseworker=text)  # as a system may deliver it
    (row,) = rows("children")
    assert row["Sagsbehandler"] == f"'{text}"


def test_separators_and_quotes_in_a_text_stay_in_their_cell(anna, rows):
    save(CHILDREN, caseworker='Ann; "Bo" Ærø')
    (row,) = rows("children")
    assert row["Sagsbehandler"] == 'Ann; "Bo" Ærø'


def test_an_invented_code_is_marked(anna, rows):
    record = save()
    Record.unscoped.filter(pk=record.pk).update(service_code="PH-117A-1")
    (row,) = rows()
    assert "PH-117A-1" in row["Bemærkning"]


def test_an_unknown_code_has_no_name(anna, rows):
    record = save()
    Record.unscoped.filter(pk=record.pk).update(service_code="999", severity=2)
    (row,) = rows()
    assert (row["Indsatskode"], row["Indsatskode (navn)"], row["Status"]) == ('="999"', "", "Fejl")


def test_headings_and_names_are_in_the_language_of_the_page(anna, fetch):
    save()
    anna.cookies["indberet-language"] = "en"
    text = content(fetch()).decode("utf-8-sig")
    assert "Autism spectrum" in text
    assert "Autismespektrum" not in text


def test_headings_are_unlike_each_other(anna, fetch):
    save()
    save(CHILDREN)
    for statistic in ("adults", "children"):
        (heading,) = csv.reader(content(fetch(statistic)).decode("utf-8-sig").splitlines()[:1], delimiter=";")
        assert len(set(heading)) == len(heading)


@pytest.mark.requirement("A22")
def test_everything_received_and_what_was_entered_here(anna, rows):
    own, delivered = save(), save(cpr=OTHER_ADULT)
    Record.unscoped.filter(pk=delivered.pk).update(source="system")
    assert {row["Kilde"] for row in rows(kind="all")} == {"Indtastet", "Fagsystem"}
    assert [row["Postens nummer"] for row in rows(kind="own")] == [str(own.pk)]


def test_rows_come_by_person(anna, rows):
    for cpr in (OTHER_ADULT, ADULT, OTHER_ADULT):
        day = date(2025, 3, 1 + Record.unscoped.count())
        save(cpr=cpr, start=day, end=day)
    people = [row["CPR-nummer"] for row in rows()]
    assert people == sorted(people)


def test_a_person_with_the_longest_id_and_name_exports(log_in, fetch):
    person = as_long_as_can_be(ANNA)
    save(by=person)
    log_in(person)
    assert content(fetch())
    assert Export.unscoped.get().subject == person.identity.subject


@pytest.mark.requirement("A23")
def test_the_row_and_the_events_of_an_export(anna, fetch):
    record = save()
    text = content(fetch())
    export = Export.unscoped.get()
    assert (export.rows, export.sha256, export.filters) == (1, hashlib.sha256(text).hexdigest(), [])
    assert export.finished_at
    begun, done = Event.objects.filter(action__startswith="export").order_by("id")
    assert begun.detail == {
        "export": export.pk,
        "listing": "14611",
        "format": "csv",
        "extent": "whole",
        "view": "records",
        "filters": {},
        "rows": 1,
    }
    assert (done.action, done.detail["rows"], done.detail["sha256"]) == ("export_finished", 1, export.sha256)
    assert record.case.cpr not in str(begun.__dict__) + str(export.__dict__)


def test_the_file_name_tells_what_but_not_who(anna, fetch):
    save()
    export = fetch()
    name = Export.unscoped.get().file_name
    assert export["Content-Disposition"] == f'attachment; filename="{name}"'
    assert name.startswith("indberet-adults-egne-461-20")
    assert name.endswith(".csv")
