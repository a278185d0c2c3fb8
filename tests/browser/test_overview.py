"""The overview keeps its look: sorting, filters, page, ticks, columns; and the focus comes back to the row."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, expect

from indberet.register.models import Record
from tests.people import CHILDREN, OTHER_ADULT, save

from .walk import Walk

OVERVIEW = "/children/own/"
FIRST = date(2025, 2, 1)


@pytest.fixture
def records(contacts: None) -> list[Record]:
    """45 measures for as many children, each a day later than the one before."""
    return [
        save(
            CHILDREN,
            cpr="",
            udl=f"UDL-{number:02}",
            sex="pige",
            birth_date=date(2016, 5, 4),
            start=FIRST + timedelta(days=number),
            caseworker="Mette" if number % 2 else "Morten",
        )
        for number in range(45)
    ]


def first(walk: Walk) -> Locator:
    """The first row."""
    return walk.page.locator("tbody tr").first


def show_twenty(walk: Walk) -> None:
    """Pages of twenty rows."""
    with walk.answer():
        walk.page.get_by_label("Poster pr. side").select_option("20")
    walk.rows(20)


@pytest.mark.requirement("C14")
@pytest.mark.both_databases
def test_every_column_sorts_both_ways(walk: Walk, records: list[Record]):
    walk.log_in("anna", OVERVIEW)
    for heading in walk.page.locator("thead th[aria-sort]").all_inner_texts():
        name = heading.strip()
        walk.press(name)
        sorted_up = walk.page.get_by_role("columnheader", name=name)
        if name == "CPR-nummer":  # sorted by at first, so the first click turns it around
            walk.press(name)
        expect(sorted_up).to_have_attribute("aria-sort", "ascending")
        expect(walk.button(name)).to_be_focused()
        walk.press(name)
        expect(sorted_up).to_have_attribute("aria-sort", "descending")
        walk.rows(45)
    walk.press("Startdato")
    expect(first(walk)).to_contain_text("01.02.2025")
    walk.check()


@pytest.mark.requirement("A26", "C14")
def test_the_look_survives_saving_and_going_back(walk: Walk, records: list[Record]):
    walk.log_in("anna", OVERVIEW)
    show_twenty(walk)
    walk.press("Startdato")
    walk.press("Startdato")
    walk.filter("Sagsbehandler", "mette")
    walk.sees("Viser 1-20 af 22 poster")
    walk.press("Næste")
    walk.sees("Viser 21-22 af 22 poster", "Side 2 af 2")
    walk.tick_row("UDL-03")
    walk.check()
    walk.press("Redigér 005 UDL-01")
    walk.fill("Slutdato", "31102026")
    walk.press("Gem og stop")
    walk.sees("Viser 21-22 af 22 poster", "Sagsbehandler: mette", "1 række valgt")
    expect(walk.row("UDL-03").get_by_role("checkbox")).to_be_checked()
    expect(walk.page.get_by_role("columnheader", name="Startdato")).to_have_attribute("aria-sort", "descending")
    expect(walk.button("Redigér 005 UDL-01")).to_be_focused()
    walk.press("Redigér 005 UDL-01")
    walk.press("Luk")
    walk.sees("Viser 21-22 af 22 poster")
    walk.go("/")
    walk.press("Handicapydelser til børn og unge", walk.page.get_by_role("navigation", name="Hovedmenu"))
    walk.sees("Viser 21-22 af 22 poster")
    walk.press("Redigér 005 UDL-01")
    walk.back()
    walk.sees("Viser 21-22 af 22 poster", "1 række valgt")


def test_after_close_the_focus_is_on_the_row_one_came_from(walk: Walk, records: list[Record]):
    walk.log_in("anna", OVERVIEW)
    walk.press("Redigér 005 UDL-07")
    walk.press("Luk")
    expect(walk.button("Redigér 005 UDL-07")).to_be_focused()


def test_the_table_comes_back_as_it_was_read(walk: Walk, contacts: None):
    save()
    walk.log_in("anna", "/adults/own/")
    walk.press("Redigér 1.8.2 020280-0006")
    walk.fill("Slutdato", "31102026")
    walk.press("Gem og stop")
    expect(walk.button("Redigér 1.8.2 020280-0006")).to_be_focused()
    assert walk.page.locator(".table-frame").evaluate("(element) => element.scrollLeft") == 0


def test_ticks_on_several_pages_add_up(walk: Walk, records: list[Record]):
    walk.log_in("anna", OVERVIEW)
    show_twenty(walk)
    walk.tick_row("UDL-00")
    walk.row("UDL-04").get_by_role("checkbox").click(modifiers=["Shift"])
    walk.sees("5 rækker valgt")
    walk.press("Næste")
    walk.sees("5 rækker valgt")
    walk.tick("Vælg alle rækker på siden")
    walk.sees("25 rækker valgt")
    walk.press("Sidste side")
    walk.rows(5)
    walk.press("Forrige")
    expect(walk.page.locator("tbody input[type=checkbox]:checked")).to_have_count(20)
    walk.press("Slet")
    expect(walk.page.get_by_role("dialog")).to_contain_text("Slet disse 25 ydelser?")
    walk.page.keyboard.press("Escape")
    expect(walk.page.get_by_role("dialog")).to_have_count(0)
    walk.press("Fravælg alle")
    walk.sees("Ingen rækker valgt")
    walk.press("Første side")
    expect(walk.page.locator("tbody input[type=checkbox]:checked")).to_have_count(0)


@pytest.mark.requirement("A19", "C14")
def test_the_ticked_services_are_gone_through(walk: Walk, records: list[Record]):
    walk.log_in("anna", OVERVIEW)
    for name in ("UDL-02", "UDL-05", "UDL-09"):
        walk.tick_row(name)
    walk.press("Redigér")
    for number, name in enumerate(("UDL-02", "UDL-05", "UDL-09"), start=1):
        walk.sees(f"{number} af 3", name)
        walk.fill("Slutdato", "31102026")
        walk.press("Gem og næste")
    walk.told("Det var den sidste ydelse.")
    expect(walk.row("31.10.2026")).to_have_count(3)


@pytest.mark.requirement("A26", "C14")
@pytest.mark.parametrize(
    ("heading", "typed", "count"),
    [
        ("UDL nummer", "udl-1", 10),
        ("Startdato", "02.2025", 28),
        ("Startdato", "2025", 45),
        ("Startdato", "01.02.2025..03.02.2025", 3),
        ("Slutdato", "åben", 45),
        ("Indsats Kode", "aflastning", 45),
        ("Sagsbehandler", "MORTEN", 23),
    ],
)
def test_filters_understand_what_people_type(walk: Walk, records: list[Record], heading: str, typed: str, count: int):
    walk.log_in("anna", OVERVIEW)
    walk.filter(heading, typed)
    walk.rows(count)
    expect(walk.page.get_by_role("textbox", name=f"Filtrér {heading}", exact=True)).to_be_focused()


def test_an_unreadable_filter_says_what_was_expected(walk: Walk, records: list[Record]):
    walk.log_in("anna", OVERVIEW)
    walk.filter("Startdato", "i foråret")
    walk.sees("Skriv et år (2025), en måned (02.2025), en dag")
    walk.rows(45)
    walk.check()
    walk.shot("filter-kan-ikke-laeses")


def test_columns_can_be_hidden_and_the_choice_is_remembered(walk: Walk, records: list[Record]):
    walk.log_in("anna", OVERVIEW)
    walk.page.get_by_text("Vælg kolonner").click()
    walk.check()
    walk.shot("kolonner")
    walk.tick("Sagsbehandler")
    walk.press("Gem valget")
    expect(walk.page.get_by_role("columnheader", name="Sagsbehandler")).to_have_count(0)
    walk.go(OVERVIEW)
    expect(walk.page.get_by_role("columnheader", name="Sagsbehandler")).to_have_count(0)
    expect(walk.page.get_by_role("columnheader", name="UDL nummer")).to_be_visible()


def test_a_dialog_gives_the_focus_back(walk: Walk, records: list[Record]):
    walk.log_in("anna", OVERVIEW)
    bin_icon = walk.button("Slet 005 UDL-03")
    with walk.answer():
        bin_icon.click()
    question = walk.page.get_by_role("dialog")
    expect(walk.button("Behold", question)).to_be_focused()
    walk.page.keyboard.press("Escape")
    expect(bin_icon).to_be_focused()
    walk.rows(45)


def test_the_tools_follow_what_is_ticked(walk: Walk):
    save()
    save(service_code="1.4")
    save(cpr=OTHER_ADULT)
    walk.log_in("anna", "/adults/own/")
    add, copy, edit = (walk.button(name) for name in ("Tilføj ydelse", "Kopiér med anden Ydelses-UUID", "Redigér"))
    for tool in (add, copy, edit):
        expect(tool).to_be_disabled()
    walk.tick_row("1.4")
    for tool in (add, copy, edit):
        expect(tool).to_be_enabled()
    walk.tick_row("020280-0006", "1.8.2")
    expect(add).to_be_enabled()  # two services of one case
    expect(copy).to_be_disabled()
    walk.tick_row("030375-0004")
    expect(add).to_be_disabled()
    expect(edit).to_be_enabled()
