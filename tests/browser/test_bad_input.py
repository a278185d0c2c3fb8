"""Bad input, typed in the real form: a sentence at the field, a link in the summary, nothing lost, nothing saved."""

from datetime import date

import pytest
from playwright.sync_api import expect

from indberet.register.models import Case, Record
from tests.people import ADULT, ANNA, CHILD, CHILDREN, save

from .steps import ANNE, NEW, fill_case_with_stay
from .walk import Walk

CPR = "CPR-nummer"
BAD = [
    (CPR, "02028O-0006", "Der er andet end tal i det skrevne."),
    (CPR, "020280", "Der er skrevet 6."),
    (CPR, "310280-0006", "begynder med 310280, og den dag findes ikke"),
    (CPR, "620280-0006", "Det er et erstatningsnummer (dag + 60)"),
    (CPR, "0000000000", "0000000000 er ikke et CPR-nummer"),
    (CPR, "😀", "Der er andet end tal i det skrevne."),
    ("Startdato", "01.02.0025", "Året 0025"),
    ("Startdato", "31.02.2025", "Datoen 31.02.2025 findes ikke i kalenderen."),
    ("Startdato", "i går", "“i går” er ikke en dato."),
    ("Slutdato", "31.01.2025", "Slutdato 31.01.2025 ligger før startdato 01.02.2025."),
    ("P-nummer", "12 34", "Skriv 10 cifre. Der er skrevet 4."),
    ("P-nummer", "9" * 10_000, "Skriv 10 cifre. Der er skrevet 10000."),
    ("P-nummer", "P-nummer", "Skriv kun tal, 10 cifre i alt."),
    ("Afdelings_UUID", "11111111-2222", "Skriv et UUID på 32 tegn"),
]


@pytest.mark.guide("fejl")
@pytest.mark.requirement("A10", "A15")
def test_each_mistake_is_told_at_its_field(walk: Walk):
    walk.log_in("anna", NEW)
    fill_case_with_stay(walk)
    for number, (label, typed, message) in enumerate(BAD):
        right = walk.field(label).input_value()
        walk.fill(label, typed)
        walk.press("Opret")
        walk.complains(label, message)
        expect(walk.field(label)).to_have_value(typed)
        expect(walk.page.locator("[data-error-summary]")).to_be_focused()
        if number == 0:
            walk.check()
            walk.shot("felt", of=[walk.page.locator("[data-error-summary]"), walk.part("Borger")])
        walk.page.locator("[data-error-summary]").get_by_role("link").first.click()
        expect(walk.field(label)).to_be_focused()
        walk.fill(label, right)
    assert not Record.unscoped.exists()
    walk.press("Opret")
    walk.told(f"Ydelse 1.8.2 for {ANNE} er gemt")


def test_many_mistakes_are_told_at_once(walk: Walk):
    walk.log_in("anna", NEW)
    fill_case_with_stay(walk)
    walk.fill(CPR, "x")
    walk.fill("P-nummer", "1")
    walk.fill("Slutdato", "99")
    walk.press("Opret")
    expect(walk.page.locator("[data-error-summary]").get_by_role("link")).to_have_count(3)
    walk.sees("Der er 3 fejl i formularen")
    walk.check()


@pytest.mark.parametrize(
    ("cpr", "start"),
    [
        ("0202800006", "01022025"),
        ("020280-0006", "01-02-2025"),
        ("０２０２８０ ０００６", "01.02.25"),
        ("020280 0006", "2025-02-01"),
    ],
)
def test_usual_spellings_are_understood(walk: Walk, cpr: str, start: str):
    walk.log_in("anna", NEW)
    walk.fill(CPR, cpr)
    walk.fill("Startdato", start)
    walk.choose_code("Indsatskode", "1.13.4")
    walk.fill("P-nummer", " 10 03 45 67 89 ")
    walk.fill("Afdelings_UUID", "{11111111-2222-3333-4444-AAAABBBBCCCC}")
    walk.choose_code("Målgruppe(r)", "autisme")
    walk.press("Gem og stop")
    walk.rows(1)
    record = Record.unscoped.select_related("case").get()
    assert (record.case.cpr, f"{record.start}") == (ADULT, "2025-02-01")
    assert (record.p_number, record.department_uuid) == ("1003456789", "11111111-2222-3333-4444-aaaabbbbcccc")


@pytest.mark.parametrize(("code", "message"), [("9.9.9", "findes ikke i listen"), ("1.12.1.1", "gælder først fra")])
def test_codes_posted_by_hand_are_refused(walk: Walk, code: str, message: str):
    walk.log_in("anna", NEW)
    walk.fill(CPR, ANNE)
    walk.fill("Startdato", "01022020")
    walk.choose_code("Indsatskode", "1.13.4")
    walk.choose_code("Målgruppe(r)", "autisme")
    smuggle = "([name, code]) => { const list = document.querySelector(`select[name=${name}]`); list.add(new Option(code, code)); list.value = code; }"  # noqa: E501
    walk.page.evaluate(smuggle, ["service_code", code])
    walk.press("Opret")
    walk.complains("Indsatskode", message)
    walk.check()
    assert not Record.unscoped.exists()


@pytest.mark.parametrize(
    ("typed", "message"),
    [("M" * 10_000, "Skriv højst 100 tegn. Der er skrevet 10000."), ("Mette\0", "usynligt styretegn")],
    ids=["10000 characters", "NUL"],
)
def test_text_that_cannot_be_kept(walk: Walk, typed: str, message: str):
    walk.log_in("anna", "/children/records/new/")
    walk.fill(CPR, "040415-4004")
    walk.fill("Startdato", "01022025")
    walk.choose_code("Indsats Kode", "005")
    walk.fill("Sagsbehandler", typed)
    walk.press("Opret")
    walk.complains("Sagsbehandler", message)
    walk.check()
    assert not Record.unscoped.exists()
    walk.fill("Sagsbehandler", "Mette 😀 <b>&")
    walk.press("Gem og stop")
    expect(walk.row("Mette 😀 <b>&")).to_have_count(1)
    assert Case.unscoped.get().cpr == CHILD


def test_two_hundred_rows_are_ticked_and_deleted_at_once(walk: Walk):
    for number in range(200):
        save(CHILDREN, by=ANNA, cpr="", udl=f"UDL-{number:03}", sex="pige", birth_date=date(2016, 5, 4))
    walk.log_in("anna", "/children/own/")
    with walk.answer():
        walk.page.get_by_label("Poster pr. side").select_option("200")
    walk.rows(200)
    walk.tick("Vælg alle rækker på siden")
    walk.sees("200 rækker valgt")
    walk.press("Slet")
    question = walk.page.get_by_role("dialog")
    expect(question).to_contain_text("Slet disse 200 ydelser?")
    expect(question).to_contain_text("og 180 til")
    walk.check()
    walk.press("Slet", question)
    walk.told("200 ydelser er slettet. 200 sager er slettet med.")
    walk.sees("Ingen poster")
    walk.press("Fortryd")
    walk.told("200 ydelser er gendannet.")
    walk.rows(200)
