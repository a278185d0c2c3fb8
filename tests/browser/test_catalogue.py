"""The pages Regler and Koder: read, searched, printed; on a telephone, without scripts, by the office."""

import re

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.people import save

from .conftest import NewWalk
from .test_sizes import fits
from .walk import Walk

RULES, CODES = "/adults/rules/", "/adults/codes/"
A4_LANDSCAPE = ViewportSize(width=1032, height=703)  # 273 x 186 mm within the margins
CUT_OFF = """() => [...document.querySelectorAll(".table-frame, .catalogue-table :is(th, td)")]
  .filter((box) => box.checkVisibility() && box.scrollWidth > box.clientWidth + 1)
  .map((box) => box.textContent.trim().slice(0, 40))"""


def search(walk: Walk, words: str) -> None:
    """Types in the search box and presses Søg."""
    walk.page.get_by_role("searchbox", name="Søg").fill(words)
    walk.press("Søg")


def test_rules_are_found_from_the_overview_and_searched(walk: Walk):
    save()
    walk.log_in("anna", "/adults/own/")
    walk.press("Regler")
    walk.heading("Regler")
    walk.check()
    search(walk, "A17")
    walk.sees("A-STAY-OVERLAP", "Guide A17")
    walk.sees_not("A-END-FAR-AHEAD")
    walk.pick("Alvor", "fejl")
    walk.press("Søg")
    expect(walk.page).to_have_url(re.compile(r"\?q=A17&severity=error$"))
    walk.sees_not("A-STAY-MOVING-DAY")
    search(walk, "qqq")
    walk.sees("Ingen regler passer")
    walk.check()
    walk.button("Ryd søgningen").first.click()
    walk.settle()
    walk.sees("A-END-FAR-AHEAD", "Bevidst ikke en regel")


def test_a_cpr_number_is_not_sent_as_a_search(walk: Walk):
    walk.log_in("anna", RULES)
    box = walk.page.get_by_role("searchbox", name="Søg")
    box.fill("020280-0006")
    walk.button("Søg").click()
    assert box.evaluate("(box) => !box.validity.valid")
    assert walk.page.url.endswith(RULES)


def test_codes_are_searched_and_listed_by_group(walk: Walk):
    walk.log_in("anna", CODES)
    walk.heading("Koder")
    walk.check()
    walk.pick("Kodeliste", "Målgrupper")
    search(walk, "demens")
    walk.sees("Demens", "Udløbet")
    expect(walk.page.locator("tr.group", has_text="1.2 Psykisk funktionsnedsættelse")).to_have_count(1)
    walk.sees_not("Blindhed")
    walk.check()


@pytest.mark.parametrize("path", [RULES, CODES, "/children/rules/", "/children/codes/"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_pages_fit(contacts: None, new_walk: NewWalk, path: str, width: int):
    walk = new_walk(width=width, height=740)
    walk.log_in("anna", path)
    fits(walk)


@pytest.mark.parametrize("path", [RULES, CODES])
def test_the_whole_table_stands_on_paper_and_no_button(walk: Walk, path: str):
    walk.log_in("anna", path)
    walk.page.emulate_media(media="print")
    walk.page.set_viewport_size(A4_LANDSCAPE)
    for pressed in ("button", "input[type=search]", "select", ".breadcrumbs", "nav", "footer"):
        expect(walk.page.locator(pressed).filter(visible=True)).to_have_count(0)
    walk.page.wait_for_function(f"() => ({CUT_OFF})().length === 0")
    paper = walk.page.pdf(prefer_css_page_size=True)
    boxes = {tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox \[([^\]]+)\]", paper)}
    assert {(width > height, round(width)) for _left, _bottom, width, height in boxes} == {(True, 842)}


def test_without_scripts_one_can_search_too(contacts: None, new_walk: NewWalk):
    walk = new_walk(scripts=False)
    walk.log_in("anna", RULES)
    search(walk, "slutdato")
    walk.sees("A-END-BEFORE-START")
    walk.sees_not("A-PLACE-PAIR")


def test_the_office_reads_rules_and_codes(walk: Walk):
    save()
    walk.log_in("stine")
    walk.press("Regler, Handicap og udsatte (voksne)")
    walk.sees("Tallene er alle kommuners poster under ét.")
    walk.sees_not("Vis poster")
    walk.check()
    walk.press("Koder")
    walk.sees("Indsatskoder")
    walk.check()
