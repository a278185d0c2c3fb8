"""With JavaScript off everything still works: create, correct, delete, filter, export."""

import pytest
from playwright.sync_api import expect

from indberet.register.models import Record
from tests.people import save

from .conftest import NewWalk
from .steps import ANNE, NEW, OVERVIEW
from .walk import Walk

SHOW_FIELDS = "Vis felter til dato og kode"


@pytest.fixture
def plain(contacts: None, new_walk: NewWalk) -> Walk:
    """A person whose browser runs no JavaScript."""
    return new_walk(scripts=False)


@pytest.mark.requirement("A06", "A09", "A12", "A15", "A16")
def test_create_a_stay(plain: Walk):
    plain.log_in("anna", OVERVIEW)
    plain.press("Opret")
    plain.fill("CPR-nummer", ANNE)
    plain.fill("Startdato", "01022025")
    plain.pick("Indsatskode", "1.8.2")
    expect(plain.field("P-nummer")).to_have_count(0)
    plain.press(SHOW_FIELDS)
    expect(plain.field("CPR-nummer")).to_have_value(ANNE)
    plain.pick("Tilbuds-UUID", "Midlertidigt botilbud")
    plain.pick("Ydelses-UUID", "Midlertidigt ophold")
    plain.pick("Målgruppe(r)", "Autismespektrum")
    plain.press("Opret")
    plain.complains("P-nummer", "Skriv stedets P-nummer på 10 cifre.")
    plain.fill("P-nummer", "1003456789")
    plain.fill("Afdelings_UUID", "11111111-2222-3333-4444-555555555555")
    plain.set_tick(plain.page.get_by_role("checkbox", name="Angst"))
    plain.press("Gem og stop")
    plain.told(f"Ydelse 1.8.2 for {ANNE} er gemt")
    plain.rows(1)
    assert Record.unscoped.get().codes.count() == 1


def test_a_code_chosen_without_showing_its_fields_first_is_not_saved_half(plain: Walk):
    plain.log_in("anna", NEW)
    plain.fill("CPR-nummer", ANNE)
    plain.fill("Startdato", "01022025")
    plain.pick("Indsatskode", "1.8.2")
    plain.pick("Målgruppe(r)", "Autismespektrum")
    plain.press("Opret")
    plain.complains("Tilbuds-UUID", "Vælg tilbuddets UUID.")
    assert not Record.unscoped.exists()


@pytest.mark.requirement("A19", "A20")
def test_correct_and_end(plain: Walk):
    save()
    save(service_code="1.4")
    plain.log_in("anna", OVERVIEW)
    plain.tick_row("1.4")
    plain.tick_row("1.8.2")
    plain.press("Redigér")
    plain.sees("1 af 2")
    plain.fill("Slutdato", "31102026")
    plain.press("Gem og næste")
    plain.fill("Slutdato", "31102026")
    plain.press("Gem og stop")
    expect(plain.row("31.10.2026")).to_have_count(2)
    plain.press("Redigér 1.4 020280-0006")
    plain.press("Luk")
    plain.heading("Egne IDEP")


@pytest.mark.requirement("A13", "A18")
def test_add_and_copy(plain: Walk):
    save()
    plain.log_in("anna", OVERVIEW)
    plain.press("Tilføj ydelse")
    plain.told("Sæt hak ud for netop én sag, og klik så på Tilføj ydelse.")
    plain.tick_row(ANNE)
    plain.press("Tilføj ydelse")
    plain.fill("Startdato", "01022025")
    plain.pick("Indsatskode", "1.13.4")
    plain.pick("Målgruppe(r)", "Autismespektrum")
    plain.press("Gem og stop")
    plain.rows(2)
    plain.press("Kopiér med anden Ydelses-UUID")
    plain.pick("Ydelses-UUID", "Støtte til transport")
    plain.press("Gem og stop")
    plain.rows(3)


@pytest.mark.requirement("A21")
def test_delete_and_undo(plain: Walk):
    save()
    plain.log_in("anna", OVERVIEW)
    plain.press(f"Slet 1.8.2 {ANNE}")
    plain.heading(f"Slet ydelse 1.8.2 (01.02.2025-) på sag {ANNE}?")
    plain.press("Behold")
    plain.rows(1)
    plain.press(f"Slet 1.8.2 {ANNE}")
    plain.press("Slet")
    plain.told("1 ydelse er slettet. 1 sag er slettet med.")
    plain.press("Fortryd")
    plain.rows(1)


@pytest.mark.requirement("A23", "A26")
def test_find_and_export(plain: Walk, tmp_path):
    save()
    save(service_code="1.4")
    save(cpr="0303750004")
    plain.log_in("anna", OVERVIEW)
    plain.filter("Indsatskode", "1.4")
    plain.rows(1)
    plain.press("Fjern filteret Indsatskode: 1.4")
    plain.press("Startdato")
    plain.page.get_by_label("Poster pr. side").select_option("20")
    plain.press("Vis")
    plain.press("Kun sager")
    plain.rows(2)
    plain.tick_row(ANNE)
    plain.press("Ydelser ved sag")
    plain.rows(2)
    plain.press("Eksporter poster")
    assert plain.download("Hent som CSV", tmp_path).stat().st_size > 0


def test_contacts_language_and_menu(new_walk: NewWalk):
    plain = new_walk(scripts=False, width=360, height=740)
    plain.log_in("bo")
    plain.press("Udfyld kontaktoplysninger: Handicap og udsatte (voksne)")
    plain.fill("Kontaktperson", "Bo Bertelsen")
    plain.fill("Telefonnr.", "66131372")
    plain.fill("Email-adresse", "bo@odense.example")
    plain.press("Gem")
    plain.told("Kontaktoplysningerne for Bo Bertelsen er gemt.")
    expect(plain.button("Log ud").filter(visible=True)).to_have_count(1)
    plain.button("Log ud").filter(visible=True).click()
    plain.heading("Log ind")
