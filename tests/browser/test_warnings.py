"""Warnings and errors as a caseworker meets them: overruled by keyboard, shown later, found from the overview."""

from datetime import date

import pytest
from playwright.sync_api import expect

from indberet.register.findings import refresh
from indberet.register.models import Finding, Record
from tests.people import ADULTS, OTHER_ADULT, TODAY, save

from .conftest import NewWalk
from .steps import ANNE, NEW, OVERVIEW, fill_case_with_stay
from .test_sizes import fits
from .walk import Walk

FAR = "Dato for langt ude i fremtiden: Slutdato 01.02.2030"


def broken_behind_the_rules() -> Record:
    """A stored service whose P-number has a wrong form, as one that came from elsewhere."""
    record = save(end=date(2030, 2, 1))
    Record.unscoped.filter(pk=record.pk).update(p_number="12")
    Finding.unscoped.filter(record=record).update(accepted_at=None, accepted_by="")
    refresh(ADULTS, {record.case_id}, today=TODAY)
    return record


@pytest.mark.requirement("C09")
def test_a_warning_is_overruled_by_keyboard_and_shown_later(walk: Walk):
    walk.log_in("anna", NEW)
    fill_case_with_stay(walk)
    walk.fill("Slutdato", "01022030")
    walk.press("Opret", keys="Enter")
    walk.complains("Slutdato", FAR)
    expect(walk.page.locator("[data-error-summary]")).to_be_focused()
    walk.check()
    walk.page.keyboard.press("Tab")
    walk.page.keyboard.press("Enter")
    expect(walk.field("Slutdato")).to_be_focused()
    reason = walk.field("Begrundelse")
    while not reason.evaluate("(element) => element === document.activeElement"):
        walk.page.keyboard.press("Tab")
    walk.page.keyboard.press("ArrowDown")
    expect(reason).to_have_value("decision")
    walk.page.keyboard.press("Tab")
    with walk.answer():
        walk.page.keyboard.press("Enter")
    walk.told(f"Ydelse 1.8.2 for {ANNE} er gemt")
    assert Finding.unscoped.get().reason == "Afgørelsen siger det"
    walk.go(OVERVIEW)
    walk.press(f"Advarsel Slutdato 1.8.2 {ANNE}")
    expect(walk.field("Slutdato")).to_be_focused()
    walk.sees("Godkendt af Anna Andersen 22.11.2026: Afgørelsen siger det")
    expect(walk.field("Begrundelse")).to_have_count(0)
    walk.check()


def test_enter_alone_takes_the_first_reason(walk: Walk):
    walk.log_in("anna", NEW)
    fill_case_with_stay(walk)
    walk.fill("Slutdato", "01022030")
    walk.press("Opret")
    walk.sees("Kontrollér, inden du gemmer")
    with walk.answer():
        walk.field("Slutdato").press("Enter")
    walk.told(f"Ydelse 1.8.2 for {ANNE} er gemt")
    assert Finding.unscoped.get().reason == "Kontrolleret: oplysningen er rigtig"


def test_a_reason_stays_when_another_code_brings_other_fields(walk: Walk):
    walk.log_in("anna", NEW)
    fill_case_with_stay(walk)
    walk.fill("Slutdato", "01022030")
    walk.press("Opret")
    walk.fill("eller skriv selv", "Bevilget til 2030")
    walk.choose_code("Indsatskode", "1.8.1")
    expect(walk.field("eller skriv selv")).to_have_value("Bevilget til 2030")


def test_a_reason_with_a_person_number_is_refused(walk: Walk):
    walk.log_in("anna", NEW)
    fill_case_with_stay(walk)
    walk.fill("Slutdato", "01022030")
    walk.press("Opret")
    walk.fill("eller skriv selv", f"Se {ANNE}")
    walk.press("Opret")
    walk.complains("eller skriv selv", "Det skrevne ligner et CPR-nummer.")
    walk.check()
    walk.page.locator("[data-error-summary]").get_by_role("link").first.click()
    expect(walk.field("eller skriv selv")).to_be_focused()
    walk.fill("eller skriv selv", "Bevilget til 2030")
    walk.press("Opret")
    walk.told(f"Ydelse 1.8.2 for {ANNE} er gemt")


@pytest.mark.requirement("A17")
def test_two_stays_at_a_time_are_an_error(walk: Walk):
    save(start=date(2025, 1, 1), end=date(2025, 3, 31))
    walk.log_in("anna", NEW)
    fill_case_with_stay(walk)
    walk.press("Opret")
    walk.complains("Startdato", "Borgeren er allerede på ophold 1.8.2 i perioden 01.01.2025-31.03.2025.")
    walk.check()
    walk.fill("Startdato", "01042025")
    walk.press("Opret")
    walk.told(f"Ydelse 1.8.2 for {ANNE} er gemt")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_status_leads_to_the_field(contacts: None, new_walk: NewWalk, scripts: bool):
    broken_behind_the_rules()
    save(cpr=OTHER_ADULT)
    walk = new_walk(scripts=scripts)
    walk.log_in("anna", OVERVIEW)
    walk.press(f"Fejl P-nummer +1 1.8.2 {ANNE}")
    expect(walk.field("P-nummer")).to_be_focused()
    walk.sees("Posten har 1 fejl og 1 advarsel", "P-nummer: 12 har ikke den rigtige form.")
    walk.sees_not("Intet er gemt endnu")
    walk.page.locator("#findings").get_by_role("link", name=FAR).click()
    expect(walk.field("Slutdato")).to_be_focused()
    walk.fill("P-nummer", "1003456789")
    walk.press("Gem og stop")
    walk.told(f"Ydelse 1.8.2 for {ANNE} er gemt")
    walk.filter("Status", "ikke accepteret")
    walk.rows(0)
    walk.filter("Status", "accepteret")
    walk.rows(1)


def test_an_address_of_a_field_that_the_form_has_not_leads_to_what_is_told(walk: Walk):
    record = broken_behind_the_rules()
    walk.log_in("anna", OVERVIEW)
    walk.go(f"/adults/records/{record.pk}/#id_in_residence")
    expect(walk.page.locator("#findings")).to_be_focused()


def test_findings_fit_a_telephone(contacts: None, new_walk: NewWalk):
    record = broken_behind_the_rules()
    walk = new_walk(width=360, height=740)
    walk.log_in("anna", OVERVIEW)
    fits(walk)
    walk.go(f"/adults/records/{record.pk}/")
    fits(walk)
    walk.fill("P-nummer", "1003456789")
    walk.press("Gem og stop")
    walk.go(f"/adults/records/{record.pk}/")
    walk.sees("Godkendt af Anna Andersen 22.11.2026: Kontrolleret: oplysningen er rigtig")
    fits(walk)
    walk.fill("Slutdato", "01022031")
    walk.press("Gem og stop")
    walk.sees("Kontrollér, inden du gemmer")
    fits(walk)
    Record.unscoped.update(source="system")
    walk.go(OVERVIEW)
    walk.go(f"/adults/records/{record.pk}/#finding-A-END-FAR-AHEAD")
    walk.sees("Fejl og advarsler")
    expect(walk.page.locator("#finding-A-END-FAR-AHEAD")).to_be_focused()
    fits(walk)
