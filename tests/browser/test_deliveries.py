"""A caseworker reads what the municipality's systems sent, and what was found in it."""

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.intake.files import SYSTEM, course, json_lines, send, send_courses, service

from .walk import Walk


@pytest.mark.both_databases
def test_from_the_list_of_reports_to_the_receipt_and_the_record(walk: Walk, tmp_path: Path):
    wrong = course(INDSATSFORLOEB_ID="2", INDSATS_KODE="999")
    first = send_courses(course(), wrong, course(INDSATSFORLOEB_ID="3", CPR=None))
    send_courses(course(INDBERETNINGSTYPE="Ændring", SAGSBEHANDLER="Mette"))
    walk.log_in("anna", to="/listings/")
    walk.row("All (read only)", "Handicapkompenserende").get_by_role("link").nth(1).click()
    walk.settle()
    walk.heading("Leverancer")
    walk.rows(2)
    walk.check()
    walk.press(f"Vis kvittering {first.pk}")
    walk.heading("Kvittering for leverance")
    walk.sees("Sammenfatning", "Modtagne poster", "Afviste linjer", SYSTEM, "C-SERVICE-CODE-LIST")
    walk.sees_not("0404154004")
    walk.check()
    book = CalamineWorkbook.from_path(walk.download("Hent som regneark", tmp_path))
    assert book.sheet_names == ["Sammenfatning", "Fund"]
    walk.row("C-SERVICE-CODE-LIST").get_by_role("link").first.click()
    walk.settle()
    walk.sees("Her vises kun INDSATS_KODE", "Vis alle fund")
    walk.check()
    walk.row("999 findes ikke i listen").get_by_role("link").click()
    walk.settle()
    walk.sees("Rettes i det afsendende system.")
    walk.check()
    walk.press(f"leverance {first.pk}")
    walk.heading("Kvittering for leverance")


def test_a_refused_delivery_and_a_narrow_screen(walk: Walk, new_walk):
    refused = send(json_lines(service(), municipality="751"))
    narrow = new_walk(width=360)
    narrow.log_in("anna", to=f"/adults/deliveries/{refused.pk}/")
    narrow.sees("Filen er for kommune 751")
    narrow.check()
    narrow.go("/adults/deliveries/")
    narrow.sees("Afvist, intet gemt")
    narrow.check()
    walk.log_in("anna", to="/adults/all/")
    send(json_lines(service()))
    walk.go("/adults/all/")
    walk.filter("Kilde", "fagsystem")
    walk.rows(1)
    walk.check()
