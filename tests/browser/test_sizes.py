"""On a telephone, a tablet and a desktop: no page scrolls sideways, what is pressed is large enough, axe is content."""

import pytest
from playwright.sync_api import expect

from tests.people import ANXIETY, CHILDREN, OTHER_ADULT, save

from .conftest import NewWalk
from .walk import Walk

SMALLEST = 24  # CSS pixels (WCAG 2.5.8)
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOO_SMALL = """(smallest) => {
  const pressed = "button, select, summary, input:not([type=hidden]), nav a, .toolbar a, .button-row a, td a";
  const shown = (element) => element.checkVisibility({visibilityProperty: true, opacityProperty: false}) && !element.closest(".sr-only");
  const area = (element) => element.matches("[type=checkbox], [type=radio]") ? (element.labels[0] || element) : element;
  return [...document.querySelectorAll(pressed)].filter(shown)
    .map((element) => [element, area(element).getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.width < smallest || box.height < smallest))
    .map(([element, box]) => `${element.tagName} ${element.id || element.textContent.trim().slice(0, 30)} ${box.width}x${box.height}`);
}"""  # noqa: E501

SPILLS = """() => [...document.querySelectorAll("main :is(td, th, dd, .card)")]
  .filter((box) => box.checkVisibility() && box.scrollWidth > box.clientWidth + 1)
  .map((box) => box.textContent.trim().slice(0, 40))"""


def fits(walk: Walk) -> None:
    """The page does not scroll sideways, no text runs out of its box, and what is pressed is large enough."""
    walk.check()
    assert walk.page.evaluate(SPILLS) == [], walk.page.url
    assert walk.page.evaluate(SIDEWAYS) <= 0, walk.page.url
    assert walk.page.evaluate(TOO_SMALL, SMALLEST) == [], walk.page.url


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_every_page_fits(contacts: None, new_walk: NewWalk, width: int):
    record = save(secondary_target_groups=(ANXIETY,))
    save(service_code="1.4")
    save(cpr=OTHER_ADULT)
    save(CHILDREN)
    walk = new_walk(width=width, height=900)
    walk.go("/login/")
    fits(walk)
    walk.log_in("anna")
    pages = {
        "start": "/",
        "listings": "/listings/",
        "contacts": "/contacts/",
        "overview": "/adults/own/",
        "overview-all": "/adults/all/",
        "overview-second": "/children/own/",
        "new": "/adults/records/new/",
        "new-second": "/children/records/new/",
        "edit": f"/adults/records/{record.pk}/",
        "add": f"/adults/cases/{record.case_id}/records/new/",
        "deleted": "/adults/deleted/",
        "export": "/adults/own/export/",
        "rules": "/adults/rules/",
        "codes": "/adults/codes/",
        "help": "/help/",
        "accessibility": "/accessibility/",
        "not-found": "/adults/records/999999/",
    }
    for name, path in pages.items():
        walk.go(path)
        fits(walk)
        walk.shot(f"{width}-{name}")


@pytest.mark.parametrize("width", [360, 768])
def test_the_form_in_use_fits(contacts: None, new_walk: NewWalk, width: int):
    save()
    walk = new_walk(width=width, height=740)
    walk.log_in("anna", "/adults/records/new/")
    walk.fill("CPR-nummer", "020280-0006")
    walk.fill("Startdato", "01022025")
    walk.choose_code("Indsatskode", "1.8.2")
    fits(walk)
    walk.press("Opret")
    fits(walk)
    walk.shot(f"{width}-fejl")
    walk.field("Ydelses-UUID").press("ArrowDown")
    fits(walk)
    walk.page.screenshot(path=walk.pictures.file(f"{width}-liste"))
    walk.page.keyboard.press("Escape")


def test_on_a_telephone_a_row_is_a_card(contacts: None, new_walk: NewWalk):
    save()
    walk = new_walk(width=360, height=740)
    walk.log_in("anna", "/adults/own/")
    row = walk.row("020280-0006")
    assert row.evaluate("(element) => getComputedStyle(element).display") == "block"
    walk.tick_row("020280-0006")
    walk.press("Redigér")
    walk.heading("Redigér ydelse")
    walk.press("Luk")
    walk.press("Slet 1.8.2 020280-0006")
    fits(walk)
    walk.shot("slet")
    walk.press("Behold")
    walk.button("Menu").click()
    drawer = walk.page.get_by_role("dialog", name="Menu")
    expect(drawer).to_be_visible()
    fits(walk)
    walk.shot("menu")
    walk.press("Hjælp", drawer)
    walk.heading("Hjælp")


def test_a_wide_table_scrolls_in_its_own_frame(contacts: None, new_walk: NewWalk):
    save()
    walk = new_walk(width=800, height=600)
    walk.log_in("anna", "/adults/own/")
    frame = walk.page.locator(".table-frame")
    assert frame.evaluate("(element) => element.scrollWidth > element.clientWidth")
    assert walk.page.evaluate(SIDEWAYS) <= 0
    expect(walk.button("Redigér 1.8.2 020280-0006")).to_be_in_viewport()
