"""Approving in the browser, by one person and by two, and the office's pages."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from indberet.nightly.run import run_night
from indberet.register.models import Record
from indberet.report.freeze import freeze
from indberet.report.models import Report
from tests.people import ADULTS, CHILDREN, ODENSE, TODAY, save, scope

from .walk import Walk

APPROVAL = "/children/approval/"


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    """E-mails and messages of a test stay its own."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.MEMO_DIR = settings.DATA_DIR = tmp_path


def tick(walk: Walk, section: str) -> None:
    """The box of a section."""
    walk.set_tick(walk.row(section).get_by_role("checkbox").first)


@pytest.mark.guide("boern-11")
@pytest.mark.requirement("C16")
@pytest.mark.both_databases
def test_approve_by_section_and_get_a_receipt(walk: Walk):
    save(CHILDREN)
    walk.log_in("gudrun")
    walk.sees("0 af 8 paragraffer er godkendt for 2026", "Frist 12.02.2027, om 82 dage")
    walk.go(APPROVAL)
    walk.check()
    walk.sees("Der er endnu ingen rapport")
    walk.press("Dan dagens rapport")
    walk.told("Rapporten af 22.11.2026 er dannet 22.11.2026")
    walk.check()
    walk.press("Godkend de valgte")
    walk.told("Sæt hak ved mindst én paragraf.")
    tick(walk, "§ 90, nr. 2")
    tick(walk, "§ 90, nr. 1")
    walk.shot("godkendelse", walk.button("Godkend de valgte"), of=walk.main)
    walk.press("Godkend de valgte")
    walk.told("Godkendt. Kvitteringsnummer 2-461-2026-0001-")
    walk.sees("§ 90, nr. 2", "Sendt til handicap_boern_unge@dst.dk")
    walk.shot("kvittering", of=walk.main)
    walk.check()
    walk.press("Til godkendelsen")
    expect(walk.row("§ 90, nr. 2").first).to_contain_text("Godkendt")
    expect(walk.row("§ 90, nr. 1").first).to_contain_text("Ingen ydelser")
    walk.sees("Ændringer siden godkendelsen")
    walk.check()


@pytest.mark.requirement("C16")
def test_two_persons_and_the_receipt_as_pdf(walk: Walk, new_walk, tmp_path):
    save(CHILDREN)
    freeze(CHILDREN, ODENSE, TODAY)
    walk.log_in("gudrun", APPROVAL)
    walk.press("Kræv to personer")
    walk.told("to personer")
    tick(walk, "§ 90, nr. 2")
    walk.press("Godkend de valgte som den første")
    walk.told("venter på, at en anden bekræfter")
    walk.check()
    walk.go(APPROVAL)
    expect(walk.page.get_by_role("button", name="Bekræft")).to_have_count(0)
    walk.check()
    second = new_walk()
    second.log_in("gorm", APPROVAL)
    with second.answer():
        second.page.get_by_role("button", name="Bekræft").click()
    second.told("Godkendt. Kvitteringsnummer")
    second.sees("Gorm Godkender")
    assert second.download("Hent som PDF", tmp_path).read_bytes().startswith(b"%PDF")


@pytest.mark.requirement("C16")
def test_one_who_may_not_approve_sees_and_cannot(walk: Walk):
    save(CHILDREN)
    freeze(CHILDREN, ODENSE, TODAY)
    walk.log_in("anna", APPROVAL)
    expect(walk.page.locator("main").get_by_role("checkbox")).to_have_count(0)
    expect(walk.page.get_by_role("button", name="Godkend de valgte")).to_have_count(0)
    walk.check()


@pytest.mark.requirement("C16")
def test_ishoej_approves_for_vallensbaek(walk: Walk):
    save(ADULTS, by=scope("Thea", "187"))
    freeze(ADULTS, "187", TODAY)
    walk.log_in("inger", "/adults/approval/")
    walk.press("Vælg Ishøj")
    walk.heading("Godkendelse")
    sheet = walk.page.get_by_role("region", name="Paragraffer, som I godkender for Vallensbæk").first
    expect(sheet.get_by_role("rowheader", name=re.compile("^§ 107 "))).to_be_visible()
    expect(sheet.get_by_role("rowheader", name=re.compile("^§ 95 "))).to_have_count(0)
    walk.check()
    with walk.answer():
        sheet.get_by_role("link", name=re.compile("§ 107, Ydelser")).click()
    walk.heading("§ 107: poster i perioden")
    walk.sees("Vallensbæk", "020280-0006")
    walk.check()
    walk.press("Skift til Vallensbæk")
    with walk.answer():
        walk.page.get_by_role("link", name="020280-0006").click()
    walk.check()


@pytest.mark.requirement("C16")
def test_a_section_that_changed_waits_for_the_report_made_anew(walk: Walk):
    save(CHILDREN)
    report = freeze(CHILDREN, ODENSE, TODAY)
    an_hour_ago = report.made_at - timedelta(hours=1)
    Record.unscoped.update(created_at=an_hour_ago, changed_at=an_hour_ago)
    Report.unscoped.update(made_at=an_hour_ago)
    walk.log_in("gudrun", APPROVAL)
    tick(walk, "§ 90, nr. 2")
    save(CHILDREN, cpr="0505850008")
    walk.press("Godkend de valgte")
    walk.told("Der er ændret i § 90, nr. 2")
    expect(walk.row("§ 90, nr. 2").first.get_by_role("checkbox")).to_have_count(0)
    expect(walk.row("§ 90, nr. 2").first).to_contain_text("Ændret siden rapporten: nye: 1")
    walk.check()
    walk.press("Dan dagens rapport på ny")
    tick(walk, "§ 90, nr. 2")
    walk.press("Godkend de valgte")
    walk.told("Godkendt. Kvitteringsnummer 2-461-2026-0001-")
    walk.press("Se rapporten, som den blev godkendt på")
    walk.sees("Det, der kan godkendes")
    walk.check()


@pytest.mark.parametrize("width", [1280, 360])
def test_the_offices_pages(new_walk, contacts, width: int):
    save(CHILDREN)
    run_night(TODAY)
    walk = new_walk(width=width)
    walk.log_in("stine")
    walk.heading("Kommunernes indberetninger")
    walk.check()
    walk.page.get_by_label("Kommune eller kvitteringsnummer").fill("odense")
    walk.press("Vis")
    walk.rows(2)
    walk.check()
    walk.page.get_by_role("link", name="Odense, Handicapydelser til børn og unge").click()
    walk.heading("Odense")
    walk.check()
    walk.go("/office/nightly/")
    walk.sees("98 af 98 rapporter er dannet")
    walk.check()
    walk.go("/office/?text=xyz")
    walk.sees("Ingen kommuner passer")
    walk.check()


@pytest.mark.requirement("C16")
def test_approval_without_javascript(contacts, new_walk):
    save(CHILDREN)
    freeze(CHILDREN, ODENSE, TODAY)
    walk = new_walk(scripts=False)
    walk.log_in("gudrun", APPROVAL)
    tick(walk, "§ 90, nr. 2")
    walk.press("Godkend de valgte")
    walk.sees("Kvittering 2-461-2026-0001-")
