"""In the browser: who is not let in, and who acts for another municipality with some of its sections."""

import pytest
from playwright.sync_api import expect

from tests.access.acting import CASH, VERA, hide
from tests.people import OTHER_ADULT, save

from .conftest import NewWalk
from .steps import ANNE, BENT, NEW, OVERVIEW, fill_plain_service

NARROW = {"width": 360, "height": 740}


@pytest.mark.requirement("A01", "A02", "C02", "C03")
@pytest.mark.parametrize(
    ("person", "heading"),
    [
        ("lasse", "Dit login er ikke sikkert nok"),
        ("paula", "Du er logget ind som privatperson"),
        ("viktor", "Din organisation kan ikke indberette her"),
    ],
)
def test_one_who_is_not_let_in_is_told_why_and_what_to_do(new_walk: NewWalk, person: str, heading: str):
    walk = new_walk(**NARROW)
    walk.log_in(person, OVERVIEW)
    walk.heading(heading)
    walk.sees("Det kan du gøre", "Reference: ")
    walk.check()
    walk.press("Prøv igen")
    walk.heading("Log ind")


def test_acting_for_another_municipality(new_walk: NewWalk):
    save(by=VERA)
    hide(save(by=VERA, cpr=OTHER_ADULT), CASH)
    walk = new_walk()
    walk.log_in("ida")
    walk.heading("Vælg kommune")
    walk.sees("de paragraffer, din kommune varetager")
    walk.press("Vælg Vallensbæk")
    walk.sees("Ishøj varetager alle paragraffer undtagen § 95 og § 96 for Vallensbæk.")
    walk.check()
    walk.go(OVERVIEW)
    walk.sees("Du arbejder på vegne af Vallensbæk", ANNE)
    walk.sees_not(BENT, "Eksporter poster", "Kun sager")
    walk.rows(1)
    walk.check()
    walk.go(NEW)
    walk.fill("CPR-nummer", BENT)
    fill_plain_service(walk, "kontant tilskud")
    walk.press("Opret")
    walk.sees("Ydelsen hører til en paragraf, som kommunen selv indberetter.")
    expect(walk.page.get_by_text("Personens øvrige ydelser")).to_have_count(0)
    walk.check()
