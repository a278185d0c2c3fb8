"""The guide "Handicapydelser til børn og unge" from top to bottom, one test per chapter."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from indberet.register.models import Case, Record
from tests.people import CHILD, CHILDREN, PLACE, save

from .conftest import NewWalk
from .walk import Walk

OVERVIEW = "/children/own/"
NEW = "/children/records/new/"
CLARA, DAVID = "040415-4004", "121112-4005"  # the CPR numbers as shown
P_NUMBER, DEPARTMENT = PLACE["p_number"], PLACE["department_uuid"]


def save_child(**changes) -> Record:
    """A saved measure for a child."""
    return save(CHILDREN, **changes)


@pytest.mark.guide("boern-00")
@pytest.mark.requirement("C02")
def test_missing_right(new_walk: NewWalk):
    walk = new_walk()
    walk.log_in("bo")
    walk.sees("Du mangler rettigheden Handicapydelser til børn og unge på Virk.", "kommunens egen Virk-administrator")
    link = walk.page.get_by_role("link", name="Vejledning til Virk-rettigheder, Handicapydelser til børn og unge")
    expect(link).to_have_attribute("href", "https://www.dst.dk/bmh")
    walk.check()
    walk.shot("forsiden-uden-rettighed", of=walk.main)
    walk.go(OVERVIEW)
    walk.heading("Du mangler en rettighed")
    walk.sees("Handicapydelser til børn og unge", "Kontakt den, der er Virk-administrator i Odense Kommune")


@pytest.mark.guide("boern-01")
@pytest.mark.requirement("C01")
def test_words(walk: Walk):
    save_child()
    save_child(service_code="006")
    save_child(cpr="1211124005")
    walk.log_in("anna")
    card = walk.page.get_by_role("region", name="Handicapydelser til børn og unge")
    figures = card.locator("dl > div")
    expect(figures.filter(has_text="Poster")).to_contain_text("3")
    expect(figures.filter(has_text="Sager")).to_contain_text("2")
    walk.go(OVERVIEW)
    walk.sees("Viser 1-3 af 3 poster")
    walk.press("Kun sager")
    walk.sees("Viser 1-2 af 2 sager")
    expect(walk.row(CLARA).get_by_role("cell", name="2", exact=True)).to_be_visible()
    walk.go("/help/")
    walk.sees("Antallet af poster er antallet af registrerede ydelser.")
    walk.check()
    walk.shot("ordene", of=[walk.page.get_by_role("region", name="Ordene")])


@pytest.mark.guide("boern-02")
@pytest.mark.requirement("C04", "C17")
def test_contact_details(new_walk: NewWalk):
    walk = new_walk()
    walk.log_in("anna", NEW)
    walk.heading("Kontaktoplysninger")
    walk.told("Udfyld først kontaktoplysningerne for Handicapydelser til børn og unge")
    here = walk.page.get_by_role("region", name="Handicapydelser til børn og unge")
    expect(here.get_by_text("SMS")).to_have_count(0)
    walk.fill("Kontaktperson", "Anna Andersen", here)
    walk.fill("Telefonnr.", "66131372", here)
    walk.fill("Email-adresse", "anna@odense.example", here)
    walk.tick("Digital post", here)
    walk.shot("kontaktoplysninger", walk.button("Gem", here), of=[here])
    walk.fill("Email-adresse", "anna", here)
    walk.press("Gem", here)
    walk.complains("Email-adresse", "Skriv en hel email-adresse, fx navn@kommune.dk.", here)
    expect(walk.field("Digital post", here)).to_be_checked()
    walk.check()
    walk.fill("Email-adresse", "anna@odense.example", here)
    walk.press("Gem", here)
    walk.told("Kontaktoplysningerne for Anna Andersen er gemt.")
    expect(here.locator("tbody tr")).to_contain_text("Ja")
    walk.go(NEW)
    walk.heading("Tilføj sag")
    foot = walk.page.get_by_role("contentinfo")
    expect(foot).to_contain_text("handicap_boern_unge@dst.dk")
    expect(foot).to_contain_text("39 17 39 20")


@pytest.mark.guide("boern-03")
@pytest.mark.requirement("C02", "C03", "C06", "C07", "C17")
def test_start_and_list_of_reports(walk: Walk):
    save_child()
    walk.log_in("anna")
    walk.heading("Velkommen til IDEP")
    link = walk.page.get_by_role("link", name="Gå til listen over indberetninger, Handicapydelser til børn og unge")
    walk.shot("velkommen", link, of=walk.main)
    with walk.answer():
        link.click()
    own = walk.row("Handicapkompenserende indsatser til børn og unge", "Egne IDEP")
    number = own.get_by_role("link", name="24611", exact=True)
    edit = own.get_by_role("link", name="Redigér")
    walk.shot("alle-indberetninger", number, edit, of=walk.main)
    with walk.answer():
        number.click()
    walk.heading("Egne IDEP")
    walk.sees("Handicapydelser til børn og unge", "Indberetning 24611")
    walk.back()
    with walk.answer():
        edit.click()
    walk.rows(1)
    walk.check()
    walk.go("/listings/")
    walk.press("24612")
    walk.heading("All (read only)")
    walk.sees("Kun visning: her kan intet rettes.")
    walk.sees_not("Tilføj sag", "Tilføj ydelse", "Slet")
    walk.rows(1)
    walk.check()
    expect(walk.page.get_by_role("contentinfo")).to_contain_text("handicap_boern_unge@dst.dk")


@pytest.mark.guide("boern-04")
@pytest.mark.requirement("C08", "C12")
def test_a_new_case(walk: Walk):
    save_child(cpr="1211124005")
    walk.log_in("anna", OVERVIEW)
    walk.shot("tilfoej-sag", walk.button("Tilføj sag"), of=walk.main)
    walk.press("Tilføj sag")
    expect(walk.field("CPR-nummer")).to_be_focused()
    walk.check()
    walk.fill("CPR-nummer", CLARA)
    walk.fill("Startdato", "01022025")
    walk.choose_code("Indsats Kode", "praktisk hjælp")
    expect(walk.field("Slutdato")).to_have_accessible_name("Slutdato (frivilligt)")
    expect(walk.field("P-Nummer")).to_have_count(0)
    expect(walk.field("Afdelings UUID")).to_have_count(0)
    expect(walk.group("Pige/Dreng/Ukendt")).to_have_count(0)
    walk.fill("Sagsbehandler", "Mette Madsen")
    walk.check()
    walk.shot("udfyldt", walk.button("Opret"), walk.button("Gem og stop"), walk.button("Luk"), of=walk.main)
    walk.press("Opret")
    walk.told(f"Ydelse 004 for {CLARA} er gemt")
    walk.heading("Tilføj sag")
    expect(walk.field("CPR-nummer")).to_have_value("")
    walk.fill("CPR-nummer", DAVID)
    walk.fill("Startdato", "01022025")
    walk.choose_code("Indsats Kode", "ledsage")
    walk.press("Gem og stop")
    walk.told("Borgeren havde allerede en sag, og ydelsen er føjet til den.")
    walk.rows(3)
    walk.press("Tilføj sag")
    walk.press("Handicapydelser til børn og unge", walk.page.get_by_role("navigation", name="Brødkrumme"))
    walk.heading("Egne IDEP")
    walk.press("Tilføj sag")
    walk.press("Luk")
    walk.heading("Velkommen til IDEP")
    assert Case.unscoped.count() == 2


@pytest.mark.requirement("C08")
def test_an_empty_case_is_refused(walk: Walk):
    walk.log_in("anna", NEW)
    walk.press("Opret")
    walk.complains("CPR-nummer", "Skriv enten barnets CPR-nummer eller")
    walk.complains("Startdato", "Skriv startdatoen")
    walk.complains("Indsats Kode", "Vælg en indsatskode.")
    walk.check()
    assert not Case.unscoped.exists()


@pytest.mark.guide("boern-04")
@pytest.mark.requirement("C09")
def test_a_date_far_ahead_is_overruled_by_saving_again(walk: Walk):
    walk.log_in("anna", NEW)
    walk.fill("CPR-nummer", CLARA)
    walk.fill("Startdato", "01022025")
    walk.fill("Slutdato", "31122031")
    walk.choose_code("Indsats Kode", "005")
    walk.press("Gem og stop")
    walk.sees("Kontrollér, inden du gemmer", "Dato for langt ude i fremtiden")
    walk.check()
    walk.shot("dato-langt-ude", of=[walk.page.locator("[data-error-summary]")])
    assert not Record.unscoped.exists()
    walk.press("Gem og stop")
    walk.told(f"Ydelse 005 for {CLARA} er gemt")
    expect(walk.row("31.12.2031")).to_contain_text("Advarsel")
    walk.press(f"Redigér 005 {CLARA}")
    walk.fill("Sagsbehandler", "Mette Madsen")
    walk.press("Gem og stop")  # seen once, not asked again
    walk.told(f"Ydelse 005 for {CLARA} er gemt")


@pytest.mark.guide("boern-05")
@pytest.mark.requirement("C08", "C10")
def test_a_new_case_with_udl_number(walk: Walk):
    walk.log_in("anna", NEW)
    walk.fill("UDL nummer", "UDL-4711")
    expect(walk.group("Pige/Dreng/Ukendt")).to_be_visible()
    walk.choose("Pige/Dreng/Ukendt", "Pige")
    walk.fill("Fødselsdato", "24122015")
    walk.shot("udl", of=[walk.part("Barn eller ung")])
    with walk.asked(leave=True):
        walk.go(NEW)
    walk.fill("UDL nummer", "UDL-4711")
    walk.fill("Startdato", "01022025")
    walk.choose_code("Indsats Kode", "005")
    walk.press("Gem og stop")
    walk.complains("Pige/Dreng/Ukendt", "Vælg Pige, Dreng eller Ukendt.")
    walk.complains("Fødselsdato", "Skriv barnets fødselsdato")
    walk.check()
    for option in ("Pige", "Dreng", "Ukendt"):
        walk.choose("Pige/Dreng/Ukendt", option)
    walk.choose("Pige/Dreng/Ukendt", "Pige")
    walk.fill("Fødselsdato", "24122030")
    walk.press("Gem og stop")
    walk.complains("Fødselsdato", "Datoen 24.12.2030 ligger i fremtiden.")
    walk.fill("Fødselsdato", "24122015")
    walk.press("Gem og stop")
    expect(walk.row("UDL-4711")).to_have_count(1)
    case = Case.unscoped.get()
    assert (case.cpr, case.udl, case.sex, case.birth_date) == ("", "UDL-4711", "pige", date(2015, 12, 24))


@pytest.mark.requirement("C10")
def test_cpr_and_udl_number_exclude_each_other(walk: Walk):
    walk.log_in("anna", NEW)
    walk.fill("CPR-nummer", CLARA)
    walk.fill("UDL nummer", "UDL-4711")
    walk.choose("Pige/Dreng/Ukendt", "Ukendt")
    walk.fill("Fødselsdato", "24122015")
    walk.fill("Startdato", "01022025")
    walk.choose_code("Indsats Kode", "005")
    walk.press("Gem og stop")
    walk.complains("CPR-nummer", "Ikke begge.")
    expect(walk.field("UDL nummer")).to_have_value("UDL-4711")


@pytest.mark.guide("boern-06")
@pytest.mark.requirement("C08", "C11")
def test_a_new_case_with_p_number(walk: Walk):
    walk.log_in("anna", NEW)
    walk.fill("CPR-nummer", CLARA)
    walk.fill("Startdato", "01022025")
    walk.choose_code("Indsats Kode", "82")
    walk.shot(
        "p-nummer", walk.field("P-Nummer"), walk.field("Afdelings UUID"), of=[walk.part("Ydelse"), walk.part("Sted")]
    )
    walk.sees("Er tilbuddet ikke oprettet dér, skal det oprettes.")
    link = walk.page.get_by_role("link", name="tilbudsportalen.dk").first
    expect(link).to_have_attribute("href", re.compile("^https://(www.)?tilbudsportalen.dk/?$"))
    walk.press("Gem og stop")
    walk.complains("P-Nummer", "Skriv stedets P-nummer på 10 cifre.")
    walk.complains("Afdelings UUID", "Skriv afdelingens UUID.")
    walk.check()
    walk.fill("P-Nummer", "10 03 45 67 89")
    walk.fill("Afdelings UUID", "{11111111-2222-3333-4444-555555555555}")
    walk.press("Gem og stop")
    record = Record.unscoped.get()
    assert (record.service_code, record.p_number, record.department_uuid) == ("001", P_NUMBER, DEPARTMENT)
    walk.press("Tilføj sag")
    walk.fill("Startdato", "01022025")
    walk.choose_code("Indsats Kode", "003")  # § 82, nr. 2
    expect(walk.field("P-Nummer")).to_have_accessible_name("P-Nummer")


@pytest.mark.guide("boern-07")
@pytest.mark.requirement("C13")
def test_b_add_service(walk: Walk):
    save_child()
    save_child(cpr="", udl="UDL-4711", sex="dreng", birth_date=date(2016, 5, 4))
    walk.log_in("anna", OVERVIEW)
    walk.tick_row(CLARA)
    walk.shot("flueben", walk.button("Tilføj ydelse"), of=walk.main)
    walk.press("Tilføj ydelse")
    expect(walk.field("CPR-nummer")).to_have_value(CLARA)
    expect(walk.field("CPR-nummer")).to_be_disabled()
    walk.fill("Startdato", "01032025")
    walk.choose_code("Indsats Kode", "006")
    walk.check()
    walk.shot("udfyldt", walk.button("Opret"), walk.button("Gem og stop"), walk.button("Luk"), of=walk.main)
    walk.press("Opret")  # saves and goes on with a new case, as this guide says
    walk.told(f"Ydelse 006 for {CLARA} er gemt")
    walk.heading("Tilføj sag")
    expect(walk.field("CPR-nummer")).to_have_value("")
    walk.go(OVERVIEW)
    walk.press("Fravælg alle")
    walk.tick_row("UDL-4711")
    walk.press("Tilføj ydelse")
    expect(walk.field("UDL nummer")).to_have_value("UDL-4711")
    walk.fill("Startdato", "01032025")
    walk.choose_code("Indsats Kode", "006")
    walk.press("Gem og stop")
    walk.rows(4)
    assert Case.unscoped.count() == 2


@pytest.mark.guide("boern-08")
@pytest.mark.requirement("C14")
def test_c_correct(walk: Walk):
    save_child()
    save_child(service_code="006")
    save_child(cpr="1211124005")
    walk.log_in("anna", OVERVIEW)
    walk.press("CPR-nummer")
    expect(walk.page.locator("tbody tr").first).to_contain_text(DAVID)
    walk.filter("CPR-nummer", "040415")
    walk.rows(2)
    walk.shot("find", walk.page.get_by_role("textbox", name="Filtrér CPR-nummer"), of=walk.main)
    walk.press(f"Redigér 005 {CLARA}")
    walk.fill("Slutdato", "31.10.2026")
    walk.check()
    walk.shot("gem", walk.button("Gem"), walk.button("Luk"), of=walk.main)
    walk.press("Gem")
    walk.heading("Redigér ydelse")
    walk.told(f"Ydelse 005 for {CLARA} er gemt")
    walk.press("Luk")  # nothing changed since: not asked
    walk.heading("Egne IDEP")
    walk.sees("CPR-nummer: 040415")
    expect(walk.row("31.10.2026")).to_have_count(1)
    walk.press(f"Redigér 005 {CLARA}")
    walk.sees("1 af 2")
    walk.choose_code("Indsats Kode", "004")
    walk.shot("gem-og-naeste", walk.button("Gem og næste"), of=[walk.page.locator(".button-bar")])
    walk.press("Gem og næste")
    walk.sees("2 af 2")
    walk.fill("Slutdato", "30.09.2026")
    walk.press("Gem og næste")
    walk.told("Det var den sidste ydelse.")
    assert sorted(Record.unscoped.filter(case__cpr=CHILD).values_list("service_code", "end")) == [
        ("004", date(2026, 10, 31)),
        ("006", date(2026, 9, 30)),
    ]


@pytest.mark.requirement("C14")
def test_c_correct_the_sex_of_a_child_with_udl_number(walk: Walk):
    save_child(cpr="", udl="UDL-4711", sex="dreng", birth_date=date(2016, 5, 4))
    walk.log_in("anna", OVERVIEW)
    walk.press("Redigér 005 UDL-4711")
    walk.choose("Pige/Dreng/Ukendt", "Pige")
    walk.press("Gem")
    walk.told("Ydelse 005 for UDL-4711 er gemt")
    assert Case.unscoped.get().sex == "pige"


@pytest.mark.guide("boern-09")
@pytest.mark.requirement("C15")
def test_d_delete(walk: Walk):
    save_child()
    save_child(cpr="1211124005")
    walk.log_in("anna", OVERVIEW)
    walk.filter("CPR-nummer", "121112")
    walk.rows(1)
    bin_icon = walk.button(f"Slet 005 {DAVID}")
    walk.shot("skraldespand", bin_icon, of=walk.main)
    with walk.answer():
        bin_icon.click()
    question = walk.page.get_by_role("dialog")
    expect(question).to_contain_text(f"Slet ydelse 005 (01.02.2025-) på sag {DAVID}?")
    expect(question).to_contain_text("Det er sagens eneste ydelse, så sagen slettes også.")
    walk.check()
    walk.shot("advarsel", of=[question])
    walk.press("Slet", question)
    walk.told("1 ydelse er slettet. 1 sag er slettet med.")
    walk.sees("Ingen poster passer")
    walk.press("Fjern filteret CPR-nummer: 121112")
    walk.rows(1)
