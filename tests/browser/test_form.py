"""The form while one types: fields that come and go, keyboard, shortcuts, leaving, saving once."""

import re
from datetime import date

import pytest
from playwright.sync_api import Route, expect

from indberet.register.models import Record
from tests.people import ADULT, CHILDREN, PLACE, save

from .steps import ANNE, NEW, OVERVIEW, fill_plain_case
from .walk import Walk


@pytest.mark.requirement("A14", "A15", "A16")
def test_date_and_code_show_and_hide_fields_without_a_reload(walk: Walk):
    walk.log_in("anna", NEW)
    walk.page.evaluate("() => { document.sameDocument = true; }")
    expect(walk.field("P-nummer")).to_have_count(0)
    walk.fill("CPR-nummer", ANNE)
    walk.fill("Startdato", "01022025")
    walk.choose_code("Indsatskode", "1.8.2")
    expect(walk.page.locator("[data-fields-status]")).to_contain_text("Nye felter: Tilbuds-UUID, Ydelses-UUID")
    walk.fill("P-nummer", PLACE["p_number"])
    walk.choose_code("Ydelses-UUID", "Midlertidigt ophold")
    walk.choose_code("Målgruppe(r)", "autisme")
    walk.choose_code("Indsatskode", "1.13.4")
    expect(walk.field("Tilbuds-UUID")).to_have_count(0)
    expect(walk.field("P-nummer")).to_have_value(PLACE["p_number"])
    expect(walk.field("Målgruppe(r)")).to_have_value("Autismespektrum")
    walk.choose_code("Indsatskode", "1.8.1")
    expect(walk.field("Ydelses-UUID")).to_have_value("Midlertidigt ophold")  # it was only parked
    expect(walk.field("CPR-nummer")).to_have_value(ANNE)
    assert walk.page.evaluate("() => document.sameDocument")
    walk.check()


@pytest.mark.requirement("A11")
def test_the_date_decides_which_target_groups_are_offered(walk: Walk):
    walk.log_in("anna", NEW)
    walk.fill("Startdato", "31122024")
    walk.choose_code("Målgruppe(r)", "1.2.2.1")
    walk.fill("Startdato", "01012025")
    walk.fill("CPR-nummer", ANNE)
    walk.choose_code("Indsatskode", "1.13.4")
    walk.press("Opret")
    walk.complains("Målgruppe(r)", "gælder kun")
    walk.check()


class Held:
    """Answers about fields that do not come before they are let go."""

    def __init__(self, walk: Walk) -> None:
        self.walk, self.routes, self.open = walk, list[Route](), False
        walk.page.route("**/fields/", lambda route: route.continue_() if self.open else self.routes.append(route))

    def wait(self) -> None:
        """Until the page has asked."""
        self.walk.until(lambda: bool(self.routes), "the request for the fields")

    def let_go(self) -> None:
        """Now the answers come; asked for again, they come at once."""
        self.open = True
        for route in self.routes:
            route.continue_()


def test_typing_goes_on_while_a_slow_answer_is_on_its_way(walk: Walk):
    walk.log_in("anna", NEW)
    walk.fill("CPR-nummer", ANNE)
    walk.fill("Startdato", "01022025")
    held = Held(walk)
    code = walk.field("Indsatskode")
    code.fill("1.8.2")
    code.press("Enter")
    held.wait()
    expect(walk.page.locator("#page-status")).to_have_text("Arbejder ...")  # it says so after half a second
    walk.page.keyboard.press("Tab")  # on to the next field, which is typed in meanwhile
    walk.field("Slutdato").click()
    walk.page.keyboard.type("3110")
    held.let_go()
    expect(walk.field("P-nummer")).to_be_visible()
    expect(walk.field("Slutdato")).to_be_focused()
    walk.page.keyboard.type("2026")
    expect(walk.field("Slutdato")).to_have_value("31102026")
    expect(walk.field("Indsatskode")).to_have_value(re.compile(r"^1\.8\.2"))


def test_what_is_typed_in_a_field_that_changes_its_shape_stays(walk: Walk):
    walk.log_in("anna", NEW)
    walk.fill("Startdato", "31122024")
    walk.choose_code("Indsatskode", "1.8.2")
    held = Held(walk)
    walk.field("Startdato").fill("01012025")
    walk.field("P-nummer").click()  # leaving the date asks for the fields: P-nummer becomes mandatory
    walk.page.keyboard.type("10034")
    held.wait()
    held.let_go()
    expect(walk.field("P-nummer")).to_have_accessible_name("P-nummer")
    expect(walk.field("P-nummer")).to_be_focused()
    walk.page.keyboard.type("56789")
    expect(walk.field("P-nummer")).to_have_value("1003456789")


def test_no_answer_is_told_and_nothing_is_lost(walk: Walk):
    walk.log_in("anna", NEW)
    walk.fill("CPR-nummer", ANNE)
    walk.page.route("**/fields/", lambda route: route.abort())
    walk.field("Startdato").fill("01022025")
    walk.field("Startdato").press("Tab")
    expect(walk.page.locator("#page-status")).to_contain_text("Der kom intet svar.")
    expect(walk.field("CPR-nummer")).to_have_value(ANNE)


def test_the_persons_other_services_show_once_the_number_is_known(walk: Walk):
    save()
    walk.log_in("anna", NEW)
    walk.sees_not("Personens øvrige ydelser")
    walk.fill("CPR-nummer", ANNE)
    walk.sees("Personens øvrige ydelser", "§ 107 Midlertidige botilbud")
    walk.check()


def test_what_is_known_of_the_person_stays_while_a_service_is_added(walk: Walk):
    save()
    child = save(CHILDREN, cpr="", udl="UDL-4711", sex="dreng", birth_date=date(2016, 5, 4))
    walk.log_in("anna", f"/children/cases/{child.case_id}/records/new/")
    walk.fill("Startdato", "01022025")
    walk.choose_code("Indsats Kode", "007")
    walk.sees("Personens øvrige ydelser")
    expect(walk.field("UDL nummer")).to_have_value("UDL-4711")
    expect(walk.field("Fødselsdato")).to_have_value("04.05.2016")
    expect(walk.group("Pige/Dreng/Ukendt").get_by_role("radio", name="Dreng")).to_be_checked()


def test_the_service_at_hand_stays_marked_among_the_others(walk: Walk):
    save()
    save(service_code="1.4")
    walk.log_in("anna", OVERVIEW)
    walk.press(f"Redigér 1.8.2 {ANNE}")
    here = walk.page.locator("[data-other-records] [aria-current]")
    expect(here).to_contain_text("1.8.2")
    walk.fill("Startdato", "01032025")
    expect(here).to_contain_text("1.8.2")


def test_a_recently_used_place_is_picked(walk: Walk):
    save()
    walk.log_in("anna", NEW)
    walk.fill("Startdato", "01022025")
    walk.choose_code("Indsatskode", "1.8.2")
    walk.field("Senest brugte steder").select_option(index=1)
    expect(walk.field("P-nummer")).to_have_value(PLACE["p_number"])
    expect(walk.field("Afdelings_UUID")).to_have_value(PLACE["department_uuid"])


def take_code_with_keys(walk: Walk) -> None:
    """Searches a service code where the focus is, closes the list, and takes another one."""
    keys = walk.page.keyboard
    expect(walk.field("Indsatskode")).to_be_focused()
    keys.type("ophold")
    keys.press("Escape")  # closes the list only
    expect(walk.page.get_by_role("listbox")).to_have_count(0)
    keys.press("ControlOrMeta+a")
    keys.type("97")
    expect(walk.page.get_by_role("option", name="1.13.4 § 97 Ledsageordning")).to_be_visible()
    keys.press("Enter")
    walk.settle()


def take_target_groups_with_keys(walk: Walk) -> None:
    """A primary target group from its list, and a secondary one with a tick."""
    keys = walk.page.keyboard
    walk.field("Målgruppe(r)").focus()
    keys.type("angst")
    keys.press("Enter")
    expect(walk.field("Målgruppe(r)")).to_have_value("Angst")
    keys.press("Tab")
    keys.press("Tab")
    expect(walk.group("FFB Sekundær Målgruppe").get_by_role("searchbox")).to_be_focused()
    keys.type("autisme")
    keys.press("Tab")
    keys.press("Space")
    expect(walk.group("FFB Sekundær Målgruppe").get_by_role("button", name="Fjern Autismespektrum")).to_be_visible()


def test_a_case_is_created_with_the_keyboard_alone(walk: Walk):
    walk.log_in("anna", OVERVIEW)
    keys = walk.page.keyboard
    expect(walk.button("Opret")).to_be_focused()
    with walk.answer():
        keys.press("Enter")
    expect(walk.field("CPR-nummer")).to_be_focused()
    keys.type("0202800006")
    keys.press("Tab")
    keys.press("Tab")
    walk.settle()
    expect(walk.field("Startdato")).to_be_focused()
    keys.type("010225")
    for _ in range(2):  # end date, service code
        keys.press("Tab")
        walk.settle()
    take_code_with_keys(walk)
    take_target_groups_with_keys(walk)
    walk.field("Slutdato").focus()
    with walk.answer():
        keys.press("Enter")
    walk.told(f"Ydelse 1.13.4 for {ANNE} er gemt")
    expect(walk.field("CPR-nummer")).to_be_focused()
    with walk.answer():
        keys.press("Escape")
    walk.heading("Egne IDEP")


def test_arrows_walk_through_a_list_of_codes(walk: Walk):
    walk.log_in("anna", NEW)
    box = walk.field("Betalingskommune")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    active = walk.page.locator(".code-option.active")
    expect(active).to_have_text("461 Odense")
    box.press("ArrowDown")
    expect(active).not_to_have_text("461 Odense")
    chosen = active.inner_text()
    expect(box).to_have_attribute("aria-activedescendant", str(active.get_attribute("id")))
    walk.check()
    box.press("Enter")
    expect(box).to_have_value(chosen)
    box.fill("Aarhus")
    box.press("Tab")  # what can only mean one code becomes a choice
    expect(box).to_have_value("751 Aarhus")
    box.fill("Langtbortistan")
    box.press("Tab")
    walk.sees("“Langtbortistan” er ikke en af koderne. Vælg en på listen.")
    walk.check()


def test_shortcuts_save_and_close(walk: Walk):
    save()
    save(service_code="1.4")
    walk.log_in("anna", OVERVIEW)
    walk.press(f"Redigér 1.8.2 {ANNE}")
    walk.fill("P-nummer", "1000000001")
    with walk.answer():
        walk.page.keyboard.press("Alt+n")
    walk.told(f"Ydelse 1.8.2 for {ANNE} er gemt")
    walk.sees("2 af 2")
    walk.fill("P-nummer", "1000000002")
    with walk.answer():
        walk.page.keyboard.press("Alt+s")
    walk.heading("Egne IDEP")
    walk.press(f"Redigér 1.8.2 {ANNE}")
    with walk.answer():
        walk.page.keyboard.press("Escape")
    walk.heading("Egne IDEP")
    walk.go("/help/")
    walk.sees("Genveje på tastaturet")


@pytest.mark.requirement("A12")
def test_close_asks_only_when_something_was_changed(walk: Walk):
    walk.log_in("anna", NEW)
    with walk.asked(leave=False) as questions:
        walk.press("Luk")
        assert questions == []
        walk.go(NEW)
        walk.fill("CPR-nummer", ANNE)
        walk.button("Luk").click()
    assert questions == ["Du har rettet i formularen, og det er ikke gemt. Vil du lukke uden at gemme?"]
    expect(walk.field("CPR-nummer")).to_have_value(ANNE)
    with walk.asked(leave=True):
        walk.press("Luk")
    walk.heading("Egne IDEP")


@pytest.mark.both_databases
def test_a_double_click_saves_once(walk: Walk):
    walk.log_in("anna", NEW)
    fill_plain_case(walk)
    with walk.answer():
        walk.button("Opret").dblclick()
    walk.told("er gemt")
    assert Record.unscoped.count() == 1


def test_the_same_form_sent_again_from_the_browsers_memory_saves_once(walk: Walk):
    walk.log_in("anna", NEW)
    fill_plain_case(walk)
    walk.press("Opret")
    walk.back()
    walk.settle()
    expect(walk.field("CPR-nummer")).to_be_visible()
    if walk.field("CPR-nummer").input_value() == "":  # a browser may show the form anew
        assert Record.unscoped.count() == 1
        return
    walk.press("Opret")
    assert Record.unscoped.count() == 1


def test_warnings_and_errors_take_the_focus_and_links_lead_to_the_field(walk: Walk):
    walk.log_in("anna", NEW)
    fill_plain_case(walk)
    walk.fill("Slutdato", "01012020")
    walk.press("Opret")
    summary = walk.page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    walk.complains("Slutdato", "Slutdato 01.01.2020 ligger før startdato 01.02.2025.")
    summary.get_by_role("link", name="Slutdato 01.01.2020 ligger før").click()
    expect(walk.field("Slutdato")).to_be_focused()
    expect(walk.field("CPR-nummer")).to_have_value(ANNE)
    expect(walk.field("Indsatskode")).to_have_value(re.compile(r"^1\.13\.4"))
    expect(walk.field("Målgruppe(r)")).to_have_value("Autismespektrum")
    walk.check()
    walk.fill("Slutdato", "")
    walk.press("Opret")
    walk.told("er gemt")
    assert Record.unscoped.get().case.cpr == ADULT
