"""The guide "Handicap og udsatte (voksne)" from correcting to searching, one test per chapter."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from indberet.register.models import Case, Record
from tests.people import ADULT, OTHER_ADULT, save

from .steps import ANNE, BENT, OVERVIEW
from .walk import Walk


@pytest.mark.guide("voksne-09")
@pytest.mark.requirement("A19")
def test_correct_services(walk: Walk):
    save()
    save(service_code="1.4", start=date(2025, 3, 1))
    walk.log_in("anna", OVERVIEW)
    walk.tick_row("1.8.2")
    walk.shot("saet-hak", walk.button("Redigér"), of=walk.main)
    walk.press("Redigér")
    walk.sees("1 af 2")
    walk.choose_code("Målgruppe(r)", "angst")
    walk.check()
    save_buttons = walk.button("Gem og næste"), walk.button("Gem og stop")
    walk.shot("gem-og-naeste", *save_buttons, of=[walk.page.locator(".button-bar")])
    walk.press("Gem og næste")
    walk.told(f"Ydelse 1.8.2 for {ANNE} er gemt")
    walk.sees("2 af 2")
    walk.choose_code("Målgruppe(r)", "angst")
    walk.press("Gem og stop")
    walk.heading("Egne IDEP")
    expect(walk.row("Angst")).to_have_count(2)
    walk.shot("rettet", of=walk.main)


@pytest.mark.guide("voksne-10")
@pytest.mark.requirement("A20")
def test_end_services(walk: Walk):
    for code in ("1.1", "1.8.2", "1.4"):
        save(service_code=code)
    walk.log_in("anna", OVERVIEW)
    walk.press("Redigér 1.1 020280-0006", walk.row("1.1"))
    walk.sees("1 af 3")
    walk.fill("Slutdato", "31102026")
    walk.shot("slutdato", walk.field("Slutdato"), of=[walk.part("Ydelse")])
    walk.press("Gem og næste")
    walk.sees("2 af 3")
    walk.fill("Slutdato", "31-10-2026")
    walk.press("Gem og stop")
    expect(walk.row("31.10.2026")).to_have_count(2)
    expect(walk.row("1.4").get_by_text("31.10.2026")).to_have_count(0)
    walk.check()
    walk.shot("afsluttet", of=walk.main)


@pytest.mark.guide("voksne-11")
@pytest.mark.requirement("A21")
def test_delete_service_and_case(walk: Walk):
    save()
    save(service_code="1.4")
    save(cpr=OTHER_ADULT)
    walk.log_in("anna", OVERVIEW)
    walk.press("Slet 1.4 020280-0006")
    question = walk.page.get_by_role("dialog")
    expect(question).to_contain_text("Slet ydelse 1.4 (01.02.2025-) på sag 020280-0006?")
    expect(question).not_to_contain_text("eneste")
    walk.check()
    walk.shot("slet-ydelse", of=[question])
    walk.press("Behold")
    walk.rows(3)
    walk.press("Slet 1.4 020280-0006")
    walk.press("Slet", question)
    walk.told("1 ydelse er slettet.")
    walk.rows(2)
    walk.tick_row(BENT)
    walk.press("Slet")  # the bin of the toolbar
    expect(question).to_contain_text("Det er sagens eneste ydelse, så sagen slettes også.")
    walk.shot("slet-sag", of=[question])
    walk.press("Slet", question)
    walk.told("1 ydelse er slettet. 1 sag er slettet med.")
    walk.check()
    walk.shot("slettet", walk.button("Fortryd"), of=walk.main)
    expect(walk.row(BENT)).to_have_count(0)
    assert Case.unscoped.get(cpr=OTHER_ADULT).own_records == 0
    walk.press("Fortryd")
    walk.told("1 ydelse er gendannet.")
    expect(walk.row(BENT)).to_have_count(1)


@pytest.mark.guide("voksne-11")
@pytest.mark.requirement("A21")
def test_restore_service_and_delete_whole_case(walk: Walk):
    save()
    save(service_code="1.4")
    save(cpr=OTHER_ADULT)
    walk.log_in("anna", OVERVIEW)
    question = walk.page.get_by_role("dialog")
    walk.press("Slet 1.4 020280-0006")
    walk.press("Slet", question)
    walk.rows(2)
    walk.press("Slettede poster")
    walk.check()
    walk.shot("slettede-poster", of=walk.main)
    walk.press("Gendan 1.4 020280-0006")
    walk.rows(3)
    walk.press("Kun sager")
    walk.press("Slet 020280-0006")
    expect(question).to_contain_text("Slet sag 020280-0006 med 2 ydelser?")
    walk.press("Slet", question)
    walk.told("2 ydelser er slettet. 1 sag er slettet med.")
    walk.rows(1)


@pytest.mark.guide("voksne-12")
@pytest.mark.requirement("A22", "A23", "A27")
def test_cpr_lists(walk: Walk, tmp_path):
    save()
    from_system = save(cpr=OTHER_ADULT)
    Record.unscoped.filter(pk=from_system.pk).update(source="system")
    Case.unscoped.filter(pk=from_system.case_id).update(own_records=0)
    walk.log_in("anna", "/listings/")
    walk.press("Redigér All (read only), Handicap og udsatte (voksne)")
    walk.rows(2)
    walk.sees_not("Upload", "Tilføj sag")
    walk.check()
    walk.shot("all", walk.button("Eksporter poster"), of=walk.main)
    walk.press("Eksporter poster")
    walk.sees_not("Upload")
    walk.check()
    walk.shot("eksporter", walk.button("Hent som CSV"), walk.button("Hent som Excel (XLSX)"), of=walk.main)
    file = walk.download("Hent som CSV", tmp_path)
    assert set(cpr_numbers(file)) == {ADULT, OTHER_ADULT}
    workbook = walk.download("Hent som Excel (XLSX)", tmp_path)
    assert workbook.suffix == ".xlsx"
    assert zipfile.is_zipfile(workbook)
    walk.go("/listings/")
    walk.press("Redigér Egne IDEP, Handicap og udsatte (voksne)")
    walk.rows(1)
    walk.press("Eksporter poster")
    assert cpr_numbers(walk.download("Hent som CSV", tmp_path)) == [ADULT]


def cpr_numbers(file: Path) -> list[str]:
    """The first column's CPR numbers of a CSV export, in a package of its own or not."""
    data = file.read_bytes()
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as package:
            name = next(name for name in package.namelist() if name.endswith(".csv"))
            data = package.read(name)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    return [cell.replace("-", "") for row in rows[1:] for cell in row if cell.replace("-", "") in (ADULT, OTHER_ADULT)]


@pytest.mark.guide("voksne-13")
@pytest.mark.requirement("A26")
def test_search(walk: Walk):
    save()
    save(service_code="1.8.1", start=date(2024, 7, 1), end=date(2025, 1, 31))
    save(cpr=OTHER_ADULT, service_code="1.4", start=date(2025, 6, 1))
    walk.log_in("anna", OVERVIEW)
    walk.rows(3)
    walk.sees("Viser 1-3 af 3 poster")
    walk.shot("sager-og-ydelser", walk.button("Sager og ydelser"), of=walk.main)
    walk.press("Kun sager")
    walk.rows(2)
    expect(walk.row(ANNE).get_by_text("2", exact=True)).to_be_visible()
    expect(walk.page.get_by_role("columnheader", name="Antal ydelser")).to_be_visible()
    walk.check()
    walk.tick_row(ANNE)
    walk.shot("kun-sager", walk.button("Kun sager"), walk.button("Ydelser ved sag"), of=walk.main)
    walk.press("Ydelser ved sag")
    walk.rows(2)
    expect(walk.row(BENT)).to_have_count(0)
    walk.check()
    walk.shot("ydelser-ved-sag", walk.button("Ydelser ved sag"), of=walk.main)
    walk.press("Sager og ydelser")
    walk.filter("Indsatskode", "beskyttet")
    walk.rows(1)
    walk.sees("Indsatskode: beskyttet")
    walk.check()
    walk.shot("filter", walk.button("Fjern filteret Indsatskode: beskyttet"), of=walk.main)
    walk.press("Fjern filteret Indsatskode: beskyttet")
    walk.rows(3)
    walk.filter("Startdato", "2024")
    expect(walk.row("01.07.2024")).to_have_count(1)
    walk.rows(1)
    walk.filter("CPR-nummer", "0303")
    walk.sees("Ingen poster passer")
    walk.check()
    walk.press("Ryd alle filtre", walk.page.locator("main").locator(".empty"))
    walk.press("Startdato")
    expect(walk.page.locator("tbody tr").first).to_contain_text("01.07.2024")
    walk.press("Startdato")
    expect(walk.page.locator("tbody tr").first).to_contain_text("01.06.2025")
    expect(walk.page.get_by_role("columnheader", name="Startdato")).to_have_attribute("aria-sort", "descending")


def test_the_read_only_person_cannot_change_anything(walk: Walk):
    record = save()
    walk.log_in("lone", OVERVIEW)
    walk.sees_not("Tilføj sag", "Redigér")
    walk.press("Vis 1.8.2 020280-0006")
    walk.heading("Vis ydelse")
    walk.sees("Kun visning: her kan intet rettes.")
    walk.check()
    walk.go(f"/adults/cases/{record.case_id}/records/new/")
    walk.heading("Du mangler en rettighed")
