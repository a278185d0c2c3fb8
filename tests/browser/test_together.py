"""What happens while the form is open: a colleague saves or deletes, the session ends, the token grows old."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from indberet.register.delete import delete_records
from indberet.register.models import Record
from tests.people import ADULTS, ANNA, OTHER_ADULT, save

from .conftest import NewWalk
from .steps import ANNE, NEW, OVERVIEW, fill_plain_case
from .walk import Walk


@pytest.mark.both_databases
def test_two_people_correct_the_same_service(walk: Walk, new_walk: NewWalk):
    record = save()
    gudrun = new_walk()
    for person, key in ((walk, "anna"), (gudrun, "gudrun")):
        person.log_in(key, f"/adults/records/{record.pk}/")
    gudrun.fill("P-nummer", "1000000002")
    gudrun.press("Gem og stop")
    gudrun.told("er gemt")
    walk.fill("P-nummer", "1000000001")
    walk.fill("Slutdato", "31102026")
    walk.press("Gem og stop")
    walk.sees("Gudrun Godkender har rettet samme ydelse kl. 10.15")
    expect(walk.row("P-nummer")).to_contain_text("1000000001")
    expect(walk.row("P-nummer")).to_contain_text("1000000002")
    expect(walk.row("Slutdato")).to_contain_text("31.10.2026")
    expect(walk.field("P-nummer")).to_have_value("1000000001")
    walk.check()
    walk.shot("to-har-rettet")
    assert Record.unscoped.get().p_number == "1000000002"
    walk.press("Gem og stop")
    walk.told("er gemt")
    saved = Record.unscoped.get()
    assert (saved.p_number, saved.changed_by) == ("1000000001", "Anna Andersen")


def test_a_service_deleted_meanwhile_can_be_saved_as_a_new_one(walk: Walk):
    record = save()
    walk.log_in("anna", f"/adults/records/{record.pk}/")
    walk.fill("P-nummer", "1000000001")
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[record.pk])
    walk.press("Gem og stop")
    walk.sees("Ydelsen blev slettet af Anna, mens du rettede den.")
    expect(walk.field("P-nummer")).to_have_value("1000000001")
    walk.check()
    walk.shot("slettet-imens")
    walk.press("Opret")
    walk.told("er gemt")
    assert Record.unscoped.get(deleted_at=None).p_number == "1000000001"


def test_a_lost_session_leads_back_to_the_filled_in_form(walk: Walk):
    walk.log_in("anna", NEW)
    fill_plain_case(walk)
    Session.objects.all().delete()
    walk.press("Opret")
    walk.heading("Log ind")
    walk.shot("log-ind-igen")
    walk.press("Log ind som Anna Andersen")
    walk.heading("Tilføj sag")
    walk.sees("Det, du havde skrevet, er her endnu. Kontrollér det, og gem.")
    expect(walk.field("CPR-nummer")).to_have_value(ANNE)
    expect(walk.field("Målgruppe(r)")).to_have_value("Autismespektrum")
    walk.check()
    walk.shot("formularen-er-udfyldt")
    walk.press("Opret")
    walk.told(f"Ydelse 1.13.4 for {ANNE} er gemt")
    assert Record.unscoped.count() == 1


def test_a_session_lost_before_the_fields_are_asked_for_loses_nothing(walk: Walk):
    walk.log_in("anna", NEW)
    walk.fill("CPR-nummer", ANNE)
    Session.objects.all().delete()
    walk.fill("Startdato", "01022025")
    expect(walk.field("CPR-nummer")).to_have_value(ANNE)
    walk.press("Opret")
    walk.press("Log ind som Anna Andersen")
    expect(walk.field("CPR-nummer")).to_have_value(ANNE)
    expect(walk.field("Startdato")).to_have_value("01022025")


def test_nobody_else_gets_what_was_typed(walk: Walk):
    walk.log_in("anna", NEW)
    fill_plain_case(walk)
    Session.objects.all().delete()
    walk.press("Opret")
    walk.press("Log ind som Gudrun Godkender")
    walk.go(NEW)
    expect(walk.field("CPR-nummer")).to_have_value("")


def test_an_old_token_loses_nothing(walk: Walk):
    walk.log_in("anna", NEW)
    fill_plain_case(walk)
    walk.page.context.clear_cookies(name="indberet-csrf")
    walk.press("Opret")
    walk.heading("Formularen blev ikke gemt")
    walk.check()
    walk.press("Tilbage til formularen")
    expect(walk.field("CPR-nummer")).to_have_value(ANNE)
    walk.press("Opret")
    walk.told(f"Ydelse 1.13.4 for {ANNE} er gemt")


def test_a_lost_session_in_the_overview_leads_to_the_login_page(walk: Walk):
    save()
    walk.log_in("anna", OVERVIEW)
    Session.objects.all().delete()
    walk.button("Kun sager").click()
    walk.page.wait_for_url("**/login/**")
    walk.heading("Log ind")


def test_another_municipalitys_service_is_not_found(walk: Walk):
    record = save()
    walk.log_in("carla", f"/adults/records/{record.pk}/")
    walk.heading("Siden findes ikke")
    walk.check()
    walk.shot("findes-ikke")


def test_a_row_deleted_meanwhile_is_told_in_the_overview(walk: Walk):
    record = save()
    save(cpr=OTHER_ADULT)
    walk.log_in("anna", OVERVIEW)
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[record.pk])
    walk.press(f"Slet 1.8.2 {ANNE}")
    walk.told("Det, der skulle slettes, findes ikke længere eller kan ikke slettes her.")
    walk.rows(1)


def test_one_who_reports_for_two_municipalities_chooses(new_walk: NewWalk):
    walk = new_walk()
    walk.log_in("thea")
    walk.heading("Vælg kommune")
    walk.check()
    walk.press("Vælg Ishøj")
    expect(walk.page.get_by_role("banner")).to_contain_text("Ishøj")
    walk.press("skift kommune")
    walk.press("Vælg Vallensbæk")
    expect(walk.page.get_by_role("banner")).to_contain_text("Vallensbæk")


def test_the_office_sees_figures_and_no_persons(new_walk: NewWalk):
    save()
    walk = new_walk()
    walk.log_in("stine")
    walk.sees("Odense")
    walk.sees_not(ANNE, "Tilføj sag")
    walk.check()
    walk.go(OVERVIEW)
    walk.heading("Siden er for kommunens egne medarbejdere")


def test_logging_out_ends_it(walk: Walk):
    save()
    walk.log_in("anna", OVERVIEW)
    walk.press("Log ud")
    walk.heading("Log ind")
    walk.back()
    walk.go(OVERVIEW)
    walk.heading("Log ind")
    walk.sees_not(ANNE)
