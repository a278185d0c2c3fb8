"""The guide "Handicap og udsatte (voksne)" from its first page to the creating of services, one test per chapter."""

from datetime import date

import pytest
from playwright.sync_api import expect

from indberet.register.models import Case, Record
from tests.people import OTHER_ADULT, PLACE, SUPPORT, save

from .conftest import NewWalk
from .steps import ANNE, BENT, NEW, OVERVIEW, fill_case_with_stay, fill_plain_case, fill_plain_service
from .walk import Walk


@pytest.mark.guide("voksne-00")
@pytest.mark.requirement("A01")
def test_missing_right(new_walk: NewWalk):
    walk = new_walk()
    walk.log_in("uffe")
    walk.sees("Du mangler rettigheden Handicap og udsatte (voksne) på Virk.", "kommunens egen Virk-administrator")
    walk.check()
    walk.go(OVERVIEW)
    walk.heading("Du mangler en rettighed")
    walk.sees(
        "Handicap og udsatte (voksne): læs",
        "Kontakt den, der er Virk-administrator i Odense Kommune",
        "CVR-nummer 35209115",
    )
    walk.check()
    walk.shot("mangler-rettighed", of=walk.main)
    walk.press("Log ud")
    walk.log_in("birthe")
    walk.sees("Du mangler rettigheden Handicap og udsatte (voksne) på Virk.")
    walk.go(NEW)
    walk.heading("Du mangler en rettighed")


@pytest.mark.guide("voksne-01")
@pytest.mark.requirement("A03", "A28")
def test_contact_details(new_walk: NewWalk):
    walk = new_walk()
    walk.log_in("anna")
    walk.sees("Udfyld kontaktoplysninger for Handicap og udsatte (voksne)")
    walk.check()
    walk.go(NEW)
    walk.heading("Kontaktoplysninger")
    walk.told("Udfyld først kontaktoplysningerne for Handicap og udsatte (voksne)")
    here = walk.page.get_by_role("region", name="Handicap og udsatte (voksne)")
    expect(here.get_by_text("SMS")).to_have_count(0)
    expect(here.get_by_text("Digital post")).to_have_count(0)
    walk.fill("Kontaktperson", "Anna Andersen", here)
    walk.fill("Telefonnr.", "66 13 13 72", here)
    walk.fill("Email-adresse", "anna@odense.example", here)
    walk.shot("kontaktoplysninger", walk.button("Gem", here), of=[here])
    walk.press("Gem", here)
    walk.told("Kontaktoplysningerne for Anna Andersen er gemt.")
    here.get_by_text("Tilføj kontaktperson").click()
    walk.press("Gem", here)
    for label, problem in (
        ("Kontaktperson", "Skriv kontaktpersonens navn."),
        ("Telefonnr.", "Skriv et telefonnummer"),
        ("Email-adresse", "Skriv en email-adresse."),
    ):
        walk.complains(label, problem, here)
    walk.check()
    walk.fill("Kontaktperson", "Bo Bertelsen", here)
    walk.fill("Telefonnr.", "66131373", here)
    walk.fill("Email-adresse", "bo@odense.example", here)
    walk.press("Gem", here)
    expect(here.locator("tbody tr")).to_have_count(2)
    walk.check()
    walk.shot("flere-kontaktpersoner", of=[here])


@pytest.mark.guide("voksne-02")
@pytest.mark.requirement("A02", "A04", "A05", "A28")
def test_welcome_and_list_of_reports(walk: Walk):
    save()
    walk.go("/")
    walk.heading("Log ind")
    walk.check()
    walk.shot("log-ind", of=walk.main)
    walk.log_in("anna")
    walk.heading("Velkommen til IDEP")
    expect(walk.page.get_by_role("banner")).to_contain_text("Anna Andersen")
    expect(walk.page.get_by_role("banner")).to_contain_text("Odense")
    link = walk.page.get_by_role("link", name="Se listen over alle indberetninger, Handicap og udsatte (voksne)")
    walk.check()
    walk.shot("velkommen", link)
    with walk.answer():
        link.click()
    walk.heading("Alle indberetninger")
    expect(walk.row("Handicap og udsatte (voksne)", "Egne IDEP").get_by_role("cell").nth(3)).to_have_text("1")
    own = walk.row("Handicap og udsatte (voksne)", "Egne IDEP").get_by_role("link", name="Redigér")
    everything = walk.row("Handicap og udsatte (voksne)", "All (read only)").get_by_role("link", name="Redigér")
    walk.check()
    walk.shot("alle-indberetninger", own, of=walk.main)
    with walk.answer():
        everything.click()
    walk.heading("All (read only)")
    walk.sees_not("Tilføj sag", "Slet")
    walk.back()
    with walk.answer():
        own.click()
    walk.heading("Egne IDEP")
    expect(walk.page.get_by_role("contentinfo")).to_contain_text("handicap@dst.dk")


@pytest.mark.guide("voksne-03")
@pytest.mark.requirement("A06", "A09")
def test_first_case(walk: Walk):
    walk.log_in("anna", OVERVIEW)
    walk.sees("Ingen poster")
    walk.check()
    walk.shot("ingen-poster", walk.button("Opret"), of=walk.main)
    walk.press("Opret")
    walk.heading("Tilføj sag")
    expect(walk.field("CPR-nummer")).to_be_focused()
    expect(walk.field("Indsatskode")).to_be_visible()
    walk.check()


@pytest.mark.guide("voksne-04")
@pytest.mark.requirement("A08")
def test_present_user(walk: Walk):
    save()
    save(cpr=OTHER_ADULT, service_code="1.8.1")
    walk.log_in("anna", OVERVIEW)
    expect(walk.button("Tilføj ydelse")).to_be_disabled()
    walk.tick_row(ANNE)
    walk.check()
    walk.shot("oversigt", walk.button("Tilføj sag"), walk.button("Tilføj ydelse"), of=walk.main)
    walk.press("Tilføj ydelse")
    walk.heading("Tilføj ydelse")
    walk.sees(ANNE)
    walk.press("Luk")
    walk.press("Tilføj sag")
    walk.heading("Tilføj sag")
    walk.press("Luk")
    walk.press("Redigér 1.8.1 030375-0004", walk.row(BENT))
    walk.heading("Redigér ydelse")
    expect(walk.field("CPR-nummer")).to_have_value(BENT)


@pytest.mark.guide("voksne-05")
@pytest.mark.requirement("A09", "A10", "A11", "A12")
def test_create_case_without_ffb(walk: Walk):
    save(cpr="1204690005")
    walk.log_in("anna", OVERVIEW)
    walk.press("Tilføj sag")
    walk.fill("CPR-nummer", "0202800006")
    walk.pick("Funktionsvurdering", "Moderat")
    walk.fill("Startdato", "01.07.24")
    walk.choose_code("Indsatskode", "1.13.4")
    for label in ("Slutdato", "P-nummer", "Afdelings_UUID"):
        expect(walk.field(label)).to_have_accessible_name(f"{label} (frivilligt)")
    for label in ("Navn", "Postnr", "Adresse", "Tilbuds-UUID", "Ydelses-UUID"):
        expect(walk.field(label)).to_have_count(0)
    expect(walk.field("Betalingskommune")).to_have_value("461 Odense")
    walk.field("Målgruppe(r)").fill("angst")
    offered = walk.page.get_by_role("listbox", name="Målgruppe(r)").get_by_role("option")
    expect(offered).to_have_text(["1.2.2.1 Angst", "Angst"])  # the old one and the FFB one
    offered.first.click()
    walk.group("FFB Sekundær Målgruppe").get_by_role("searchbox").fill("autisme")
    walk.set_tick(walk.group("FFB Sekundær Målgruppe").get_by_role("checkbox", name="Autismespektrum").last)
    walk.check()
    walk.shot("borger-og-ydelse", of=[walk.part("Borger"), walk.part("Ydelse")])
    walk.shot("maalgrupper", of=[walk.part("Målgrupper"), walk.part("Betaling")])
    walk.shot("knapper", of=[walk.page.locator(".button-bar")])
    walk.press("Opret")
    walk.told(f"Ydelse 1.13.4 for {ANNE} er gemt kl. 10.15.")
    walk.heading("Tilføj sag")
    expect(walk.field("CPR-nummer")).to_have_value("")
    walk.shot("gemt", of=[walk.page.locator("#messages"), walk.part("Borger")])
    first = Record.unscoped.get(start=date(2024, 7, 1))
    assert (first.service_code, first.target_group, first.codes.count()) == ("1.13.4", "1.2.2.1", 1)
    assert first.case.extra["functional_level"]


@pytest.mark.guide("voksne-05")
@pytest.mark.requirement("A11", "A12")
def test_create_case_without_ffb_from_2025(walk: Walk):
    save(cpr="1204690005")
    walk.log_in("anna", NEW)
    fill_plain_case(walk)
    walk.press("Opret")
    walk.heading("Tilføj sag")
    walk.fill("CPR-nummer", BENT)
    walk.fill("Startdato", "2025-01-01")
    walk.choose_code("Indsatskode", "1.13.4")
    walk.field("Målgruppe(r)").fill("1.2.2.1")
    walk.sees("Ingen kode passer")  # from 2025 only the FFB ones
    walk.choose_code("Målgruppe(r)", "angst")
    walk.press("Gem og stop")
    walk.heading("Egne IDEP")
    walk.rows(3)
    walk.press("Tilføj sag")
    walk.fill("CPR-nummer", "0404154004")
    with walk.asked(leave=True) as questions:
        walk.press("Luk")
    assert len(questions) == 1
    walk.heading("Egne IDEP")
    walk.rows(3)


@pytest.mark.guide("voksne-06")
@pytest.mark.requirement("A08", "A13")
def test_add_service(walk: Walk):
    save(functional_level="5bdde847-2837-416b-ab63-bbff8b7aa531")
    walk.log_in("anna", OVERVIEW)
    walk.tick_row(ANNE)
    walk.shot("saet-hak", walk.button("Tilføj ydelse"), of=walk.main)
    walk.press("Tilføj ydelse")
    walk.sees(ANNE, "Personens øvrige ydelser")
    expect(walk.field("CPR-nummer")).to_be_disabled()
    expect(walk.field("CPR-nummer")).to_have_value(ANNE)
    fill_plain_service(walk)
    walk.check()
    walk.sees("Personens øvrige ydelser")
    walk.shot("udfyldt", walk.button("Opret"), walk.button("Gem og stop"), of=walk.main)
    walk.press("Opret")
    walk.heading("Tilføj ydelse")
    expect(walk.field("CPR-nummer")).to_have_value(ANNE)
    expect(walk.field("Startdato")).to_have_value("")
    fill_plain_service(walk, "BPA")
    walk.press("Gem og stop")
    walk.rows(3)
    assert Case.unscoped.get().own_records == 3


@pytest.mark.guide("voksne-07")
@pytest.mark.requirement("A14", "A15", "A16")
def test_create_case_with_ffb(walk: Walk):
    walk.log_in("anna", NEW)
    walk.fill("CPR-nummer", ANNE)
    walk.fill("Startdato", "01022025")
    walk.choose_code("Indsatskode", "botilbud")
    walk.sees("er en FFB-ydelse", "kræver et sted")
    walk.press("Opret")
    for label, problem in (
        ("Tilbuds-UUID", "Vælg tilbuddets UUID."),
        ("Ydelses-UUID", "Vælg ydelsens UUID."),
        ("P-nummer", "Skriv stedets P-nummer på 10 cifre."),
        ("Afdelings_UUID", "Skriv afdelingens UUID."),
        ("Målgruppe(r)", "Vælg én primær målgruppe."),
    ):
        walk.complains(label, problem)
    walk.check()
    walk.shot("mangler", of=[walk.page.locator("[data-error-summary]")])
    with walk.asked(leave=True):
        walk.go(NEW)
    fill_case_with_stay(walk)
    walk.check()
    walk.shot("ydelse-og-sted", of=[walk.part("Ydelse"), walk.part("Sted")])
    walk.press("Opret")
    walk.told(f"Ydelse 1.8.2 for {ANNE} er gemt")
    fill_case_with_stay(walk, BENT)
    walk.fill("Startdato", "31122024")  # the day before: offered, not asked for
    for label in ("Tilbuds-UUID", "Ydelses-UUID", "P-nummer", "Afdelings_UUID"):
        expect(walk.field(label)).to_have_accessible_name(f"{label} (frivilligt)")
    walk.press("Gem og stop")
    walk.rows(2)


@pytest.mark.requirement("A16")
def test_support_in_a_residence_asks_for_the_place_from_2025(walk: Walk):
    walk.log_in("anna", NEW)
    walk.fill("Startdato", "31122024")
    walk.choose_code("Indsatskode", "1.12.1.1")
    walk.sees_not("Gives støtten i et botilbud efter § 107?")
    walk.fill("Startdato", "01012025")
    walk.choose("Gives støtten i et botilbud efter § 107?", "Ja")
    expect(walk.field("P-nummer")).to_have_accessible_name("P-nummer")
    walk.check()
    walk.choose("Gives støtten i et botilbud efter § 107?", "Nej")
    expect(walk.field("P-nummer")).to_have_accessible_name("P-nummer (frivilligt)")


@pytest.mark.guide("voksne-08")
@pytest.mark.requirement("A18")
def test_several_service_uuids(walk: Walk):
    save()
    walk.log_in("anna", OVERVIEW)
    walk.tick_row(ANNE)
    walk.shot("kopier", walk.button("Kopiér med anden Ydelses-UUID"), of=walk.main)
    walk.press("Kopiér med anden Ydelses-UUID")
    expect(walk.field("CPR-nummer")).to_have_value(ANNE)
    expect(walk.field("P-nummer")).to_have_value(PLACE["p_number"])
    expect(walk.field("Ydelses-UUID")).to_have_value("")
    walk.check()
    walk.choose_code("Ydelses-UUID", "Støtte til transport")
    walk.shot("anden-ydelses-uuid", walk.field("Ydelses-UUID"), of=[walk.part("Ydelse")])
    walk.press("Gem og stop")
    walk.rows(2)
    walk.sees("Midlertidigt ophold", "Støtte til transport")
    first, second = Record.unscoped.order_by("id")
    assert {first.service_uuid, second.service_uuid} == {"80aa8ea7-4ad8-405f-876a-4c0f89fde06a", SUPPORT}
    assert (first.start, first.service_code, first.p_number) == (second.start, second.service_code, second.p_number)
