"""The workbook, read back with another library."""

import io
from datetime import date, datetime

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from indberet.export.models import Export
from indberet.register.models import Record
from tests.people import ANXIETY, CHILDREN, OTHER_ADULT, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def workbook(fetch):
    """The workbook of a listing."""

    def read(*args, **options):
        return CalamineWorkbook.from_filelike(
            io.BytesIO(b"".join(fetch(*args, format="xlsx", **options).streaming_content))
        )

    return read


def records(workbook):
    heading, *rows = workbook.get_sheet_by_name("Poster").to_python()
    return [dict(zip(heading, row, strict=True)) for row in rows]


@pytest.mark.requirement("A23")
def test_dates_are_dates_and_codes_are_text(anna, workbook):
    save(end=date(2026, 1, 31), secondary_target_groups=(ANXIETY,))
    (row,) = records(workbook())
    assert (row["Startdato"], row["Slutdato"]) == (date(2025, 2, 1), date(2026, 1, 31))
    assert (row["CPR-nummer"], row["Indsatskode"], row["P-nummer"]) == ("020280-0006", "1.8.2", "1003456789")
    assert (row["FFB Sekundær Målgruppe"], row["FFB Sekundær Målgruppe (navn)"]) == (ANXIETY, "Angst")
    assert isinstance(row["Oprettet"], datetime)
    assert row["Postens nummer"] == Record.unscoped.get().pk


def test_leading_zeros_and_open_ends(anna, workbook):
    save(CHILDREN)
    (row,) = records(workbook("children"))
    assert (row["Indsats Kode"], row["Slutdato"]) == ("005", "")


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "@x", "{=1+1}", "http://example.dk", "-2", "0012"])
def test_what_somebody_typed_is_text(anna, workbook, text):
    record = save(CHILDREN)
    Record.unscoped.filter(pk=record.pk).update(caseworker=text)
    (row,) = records(workbook("children"))
    assert row["Sagsbehandler"] == text


def test_a_date_before_excels_time_stands_as_text(anna, workbook):
    record = save(CHILDREN)
    Record.unscoped.filter(pk=record.pk).update(start=date(25, 2, 1))
    (row,) = records(workbook("children"))
    assert row["Startdato"] == "0025-02-01"


@pytest.mark.requirement("A23")
def test_the_manifest_stands_on_its_own_sheet(anna, workbook, fetch, show):
    save()
    save(cpr=OTHER_ADULT)
    show(**{"filter-cpr": "020280-0006"})
    book = workbook(whole="no")
    found = dict(book.get_sheet_by_name("Manifest").to_python())
    export = Export.unscoped.get()
    assert book.sheet_names == ["Poster", "Manifest"]
    assert found["Rækker"] == "1 (uden overskriften)"
    assert found["Filter"] == "CPR-nummer: (CPR-nummer)"
    assert found["Kommune"] == "461 Odense"
    assert found["Kontrolsum (SHA-256)"] == export.sha256
    assert (export.rows, export.file_name) == (1, found["Fil"])
    b"".join(fetch(whole="no").streaming_content)
    assert Export.unscoped.latest("id").sha256 == export.sha256  # the same rows, the same checksum


def test_more_rows_than_a_sheet_holds_are_offered_as_csv(anna, monkeypatch):
    monkeypatch.setattr("indberet.export.write.MOST_ROWS", 1)
    save()
    save(cpr=OTHER_ADULT)
    response = anna.post(reverse("export_file", args=["adults", "own", "xlsx"]), {"whole": "yes"}, follow=True)
    assert "Hent som CSV" in response.content.decode()
    assert "plads til 1 poster, og her er 2" in response.content.decode()
    assert not Export.unscoped.exists()


def test_nothing_is_left_behind(anna, workbook, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    save()
    workbook()
    assert list(tmp_path.iterdir()) == []
