"""The report in a browser: from the front page to the persons behind a figure, on a desktop, a telephone and paper."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.people import CHILDREN, OTHER_ADULT, save

from .conftest import NewWalk
from .test_sizes import fits
from .walk import Walk

REPORT = "/adults/report/"


@pytest.fixture
def records(contacts: None) -> None:
    """Services that run, an ended one, and a warning."""
    from indberet.register.models import Finding, Record

    record = save(service_code="1.1")
    save(cpr=OTHER_ADULT, end=date(2025, 10, 31))
    save(CHILDREN, start=date(2024, 5, 1))
    Finding.unscoped.create(record=record, rule="A-UNDER-18", severity=1, values_mark="x")
    Record.unscoped.filter(pk=record.pk).update(severity=1)


@pytest.mark.guide("voksne-16")
@pytest.mark.requirement("C05")
@pytest.mark.both_databases
def test_from_the_front_page_to_the_persons_behind_a_figure(records: None, new_walk: NewWalk, tmp_path: Path):
    walk = new_walk()
    walk.log_in("anna")
    walk.press("Se rapporten, Handicap og udsatte (voksne)")
    walk.heading("Rapport: Handicap og udsatte (voksne)")
    walk.sees("Dagens rapport mangler", "Tabel 1: Modtagne ydelser og modtagere", "Tabel 2: Fuldtidsydelser")
    expect(walk.page.locator("#full_time svg[role=img]")).to_have_count(1)
    walk.shot("rapport", of=[walk.page.locator("#received")])
    walk.check()
    walk.page.locator("#findings td a").first.click()
    walk.heading("Fejl og advarsler")
    walk.sees("Listen er dannet af registret, som det er nu", "A-UNDER-18")
    walk.shot("bag-tallet", of=walk.main)
    walk.check()
    file = walk.download("Hent CPR-liste som CSV", tmp_path)
    assert "A-UNDER-18" in file.read_text(encoding="utf-8-sig")
    walk.page.locator("tbody a").first.click()
    walk.heading("Redigér ydelse")


def test_a_frozen_report_is_chosen(records: None, new_walk: NewWalk):
    from django.utils import timezone

    from indberet.report.freeze import freeze
    from tests.people import ADULTS, ODENSE

    freeze(ADULTS, ODENSE, timezone.localdate())
    walk = new_walk()
    walk.log_in("anna", REPORT)
    walk.sees_not("Dagens rapport mangler")
    expect(walk.page.locator("#day")).to_have_value("2026-11-22")
    walk.page.locator("#day").select_option("now")
    walk.press("Vis")
    expect(walk.page.locator("#day")).to_have_value("now")
    for kind in ("PDF", "Excel (XLSX)"):
        with walk.page.expect_download() as download:
            walk.button(f"Hent som {kind}").click()
        assert download.value.suggested_filename.startswith("indberet-adults-rapport-461-20261122")


def addresses(walk: Walk) -> list[str]:
    """The two reports, and a list behind a figure of each."""
    found = [REPORT, "/children/report/"]
    for path in tuple(found):
        walk.go(path)
        found.append(str(walk.page.locator("#today td a").first.get_attribute("href")))
    return found


@pytest.mark.parametrize("width", [360, 1440])
def test_it_fits(records: None, new_walk: NewWalk, width: int):
    walk = new_walk(width=width)
    walk.log_in("anna", REPORT)
    for path in addresses(walk):
        walk.go(path)
        fits(walk)
        for groups in walk.page.locator("details.report-groups > summary").all():
            groups.click()
        fits(walk)


def test_it_can_be_printed(records: None, new_walk: NewWalk):
    walk = new_walk()
    walk.log_in("anna", REPORT)
    for path in addresses(walk):
        walk.go(path)
        walk.page.emulate_media(media="print")
        walk.check()
        expect(walk.page.get_by_role("heading", level=1)).to_be_visible()
        expect(walk.page.locator(".table-frame").first).to_have_css("overflow", "visible")
        expect(walk.page.locator(".breadcrumbs")).to_be_hidden()
        walk.page.emulate_media(media="screen")


def test_it_works_without_javascript(records: None, new_walk: NewWalk):
    walk = new_walk(scripts=False)
    walk.log_in("anna", REPORT)
    walk.page.locator("#received td a").first.click()
    walk.heading("Tabel 1: Modtagne ydelser og modtagere")
    walk.page.get_by_role("link", name="Rapport").click()
    walk.heading("Rapport: Handicap og udsatte (voksne)")
