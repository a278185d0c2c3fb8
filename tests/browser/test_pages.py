"""Every page as the browser gets it: the headers that keep it safe, and English as a whole second language."""

import pytest
from playwright.sync_api import expect

from tests.languages import ShownTexts, danish_in
from tests.people import CHILDREN, OTHER_ADULT, save

from .walk import Walk

OVERVIEW = "/adults/own/"


def test_a_strict_policy_comes_with_every_page(walk: Walk):
    walk.log_in("anna")
    answer = walk.page.goto(f"{walk.url}{OVERVIEW}")
    assert answer
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    for part in ("default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'"):
        assert part in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"


def english(walk: Walk) -> None:
    """No Danish word in the page as it stands, scripts' texts included."""
    walk.settle()
    found = danish_in(ShownTexts(walk.page.content()).found)
    assert not found, (walk.page.url, sorted(found))


def test_english_is_whole(walk: Walk):
    save()
    save(service_code="1.4")
    save(cpr=OTHER_ADULT)
    save(CHILDREN)
    walk.log_in("anna")
    walk.press("English")
    expect(walk.page.locator("html")).to_have_attribute("lang", "en")
    english(walk)
    for path in ("/listings/", "/contacts/", OVERVIEW, "/adults/all/", "/children/own/", "/help/", "/accessibility/"):
        walk.go(path)
        english(walk)
    walk.go("/adults/records/new/")
    english(walk)
    box = walk.page.get_by_role("combobox", name="Service code")
    box.fill("qqq")
    english(walk)
    box.fill("1.8.2")
    box.press("Enter")
    walk.settle()
    english(walk)
    with walk.answer():
        walk.page.get_by_role("textbox").first.press("Enter")
    english(walk)
    walk.check()
    walk.go(OVERVIEW)
    with walk.answer():
        walk.page.locator("tbody button").first.click()
    english(walk)
    walk.check()
    walk.page.keyboard.press("Escape")
    walk.press("Dansk")
    walk.heading("Egne IDEP")


@pytest.mark.parametrize("path", ["/help/", "/accessibility/", "/login/"])
def test_pages_for_everybody(walk: Walk, path: str):
    walk.go(path)
    walk.check()
    expect(walk.page.get_by_role("contentinfo")).to_contain_text("handicap@dst.dk")
    expect(walk.page.get_by_role("contentinfo")).to_contain_text("39 17 39 20")
