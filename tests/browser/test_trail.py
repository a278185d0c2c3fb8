"""What the trail tells, in the browser: the answer to a citizen, and a spot check from the draw to the explanation."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from indberet.register.find import find_person, find_record
from tests.people import ADULT, ADULTS, ANNA, BO, save

from .conftest import NewWalk
from .test_sizes import fits

WIDTHS = pytest.mark.parametrize("width", [360, 1280])


@WIDTHS
def test_a_citizen_is_answered(contacts: None, new_walk: NewWalk, width: int, tmp_path: Path):
    record = save()
    find_record(ANNA, ADULTS, record.pk)
    walk = new_walk(width=width, height=900)
    walk.log_in("gorm")
    walk.go("/adults/lookups/")
    fits(walk)
    walk.fill("CPR- eller UDL-nummer", "040415-4004")
    walk.press("Vis opslag")
    walk.sees("Ingen opslag")
    fits(walk)
    walk.fill("CPR- eller UDL-nummer", "020280-0006")
    walk.press("Vis opslag")
    walk.sees("2 hændelser", "Ydelse indberettet", "Kommunen indberettede til statistikken", "kun denne person")
    walk.sees_not("Anna")
    for name in ("Hent som CSV", "Hent som Excel", "Hent som CSV"):
        walk.download(name, tmp_path)
    assert ADULT[:6] not in walk.page.url
    fits(walk)


@WIDTHS
def test_a_spot_check_from_the_draw_to_the_explanation(contacts: None, new_walk: NewWalk, width: int):
    record = save()
    find_person(BO, ADULTS, cpr=ADULT)
    walk = new_walk(width=width, height=900)
    walk.log_in("sofie")
    walk.sees("Du kan trække stikprøver")
    fits(walk)
    walk.go("/adults/samples/")
    walk.sees("Ingen stikprøver endnu", "Hvad der regnes for usædvanligt")
    fits(walk)
    walk.fill("Antal opslag", "5")
    walk.press("Træk stikprøve")
    walk.sees("Der er en fejl i formularen")
    walk.fill("Antal opslag", "10")
    walk.press("Træk stikprøve")
    walk.sees("Tilfældigt valgt", "Bo", f"sag {record.case_id} (020280-****)", "søgt uden rettelse")
    fits(walk)
    row = walk.page.locator("#no-1")
    row.get_by_role("combobox").select_option("Forklaret")
    row.get_by_role("textbox").fill("Borgeren ringede.")
    row.get_by_role("button").click()
    walk.told("Opslag 1 er noteret.")
    expect(walk.page.locator("#no-1")).to_contain_text("Sofie Sikker")
    fits(walk)
    walk.go("/adults/samples/")
    walk.sees("Tidligere stikprøver")
    fits(walk)
