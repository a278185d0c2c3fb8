"""The pages as a browser without scripts meets them."""

import re
from datetime import date

import pytest
from django.urls import reverse

from indberet.access.session import IDENTITY, TYPED
from indberet.audit.models import Event
from indberet.pages.contacts import save_contact
from indberet.register.delete import delete_records
from indberet.register.models import Case, Record
from tests.people import (
    ADULTS,
    ANNA,
    ANXIETY,
    BO,
    CHILDREN,
    OTHER_ADULT,
    adult_values,
    child_values,
    posted,
    save,
)

pytestmark = pytest.mark.django_db
OWN = "/adults/own/"
TRANSPORT = "0886a1b6-4a3a-47e5-9c97-066270529e4f"  # FFB: Støtte til transport


@pytest.fixture
def anna(log_in):
    for statistic in (ADULTS, CHILDREN):
        save_contact(ANNA, statistic, {"name": "Anna", "phone": "12345678", "email": "anna@example.dk"})
    return log_in("anna")


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def hidden(response, name):
    return re.findall(rf'name="{name}" value="([^"]*)"', response.content.decode())


def create(client, do="create", path="/adults/records/new/", **changes):
    return client.post(path, posted(adult_values(**changes), do=do))


@pytest.mark.requirement("A06")
def test_an_empty_listing_says_so_and_starts_the_first_case(anna):
    page = anna.get(OWN)
    assert "Ingen poster" in text(page)
    assert "Opret" in text(page)
    assert anna.post(OWN, {"do": "add_case"})["Location"] == "/adults/records/new/"


@pytest.mark.requirement("A12")
def test_opret_goes_on_creating_and_gem_og_stop_returns(anna):
    assert create(anna)["Location"] == "/adults/records/new/"
    assert create(anna, "save_stop", cpr=OTHER_ADULT)["Location"] == OWN
    page = anna.get(OWN)
    assert re.search(r"Ydelse 1.8.2 for 030375-0004 er gemt kl. \d\d.\d\d.", text(page))
    assert anna.get("/adults/records/new/").content.count(b'href="/adults/own/"') >= 1


@pytest.mark.requirement("A13")
def test_tilfoej_ydelse_has_the_case_filled_in_and_goes_on_with_the_same_case(anna):
    record = save()
    assert anna.post(OWN, {"do": "add_service", "ticked": record.pk, "shown": record.pk})["Location"] == (
        f"/adults/cases/{record.case_id}/records/new/"
    )
    path = f"/adults/cases/{record.case_id}/records/new/"
    assert "020280-0006" in anna.get(path).content.decode()
    assert create(anna, path=path, service_code="1.4", cpr="")["Location"] == path
    assert Case.unscoped.get().own_records == 2


@pytest.mark.requirement("C12")
@pytest.mark.requirement("C13")
def test_children_go_on_with_a_new_case_and_close_to_the_start_page(anna):
    record = save(CHILDREN)
    path = f"/children/cases/{record.case_id}/records/new/"
    response = anna.post(path, posted(child_values(service_code="004"), do="create"))
    assert response["Location"] == "/children/records/new/"
    assert 'href="/" class="button' in anna.get(path).content.decode()


@pytest.mark.requirement("A19")
def test_gem_og_naeste_goes_through_the_services_of_the_case(anna):
    first, second = save(), save(service_code="1.4")
    page = anna.get(f"/adults/records/{first.pk}/")
    assert "1 af 2" in text(page)
    version = hidden(page, "version")[0]
    response = create(anna, "save_next", f"/adults/records/{first.pk}/", end=date(2026, 1, 31), version=version)
    assert response["Location"] == f"/adults/records/{second.pk}/"
    last = create(anna, "save_next", f"/adults/records/{second.pk}/", service_code="1.4", end=date(2026, 1, 31))
    assert last["Location"] == OWN


def test_gem_og_naeste_goes_through_the_ticked_services(anna):
    rows = [save(cpr=cpr) for cpr in ("0202800006", OTHER_ADULT, "0505905004")]
    ticked = [row.pk for row in rows]
    first = anna.post(OWN, {"do": "edit", "ticked": ticked, "shown": ticked})["Location"]
    assert "1 af 3" in text(anna.get(first))


@pytest.mark.requirement("C14")
def test_gem_stays_on_the_service(anna):
    record = save(CHILDREN)
    path = f"/children/records/{record.pk}/"
    page = anna.get(path)
    assert [name in text(page) for name in ("Gem", "Gem og næste", "Luk")] == [True] * 3
    response = anna.post(path, posted(child_values(end=date(2026, 1, 31)), do="save"))
    assert response["Location"] == path
    assert Record.unscoped.get().end == date(2026, 1, 31)


@pytest.mark.requirement("A18")
def test_copy_with_another_ydelses_uuid(anna):
    record = save()
    path = anna.post(OWN, {"do": "copy", "ticked": record.pk, "shown": record.pk})["Location"]
    page = anna.get(path)
    assert "Kopiér med anden Ydelses-UUID" in text(page)
    assert 'value="1003456789"' in page.content.decode()
    create(anna, "save_stop", path, service_uuid=TRANSPORT)
    assert sorted(Record.unscoped.values_list("service_uuid", flat=True)) == sorted([record.service_uuid, TRANSPORT])


@pytest.mark.requirement("A21")
def test_delete_names_what_goes_and_can_be_undone(anna):
    record = save()
    assert anna.post(OWN, {"do": f"delete:{record.pk}"})["Location"] == "/adults/delete/"
    page = anna.get("/adults/delete/")
    assert "Slet ydelse 1.8.2 (01.02.2025-) på sag 020280-0006?" in text(page)
    assert "Det er sagens eneste ydelse, så sagen slettes også" in text(page)
    assert Record.unscoped.get().deleted_at is None
    anna.post("/adults/delete/")
    assert Record.unscoped.get().deleted_at
    page = anna.get(OWN)
    deletion = hidden(page, "deletion")[0]
    assert "1 ydelse er slettet." in text(page)
    anna.post("/adults/restore/", {"deletion": deletion})
    assert Record.unscoped.get().deleted_at is None


def test_deleting_a_case_says_that_it_is_a_case(anna):
    record = save()
    save(service_code="1.4")
    anna.post(OWN, {"do": "view:cases"})
    anna.post(OWN, {"do": "delete", "ticked": record.case_id, "shown": record.case_id})
    assert "sag 020280-0006 med 2 ydelser" in text(anna.get("/adults/delete/"))
    anna.post("/adults/delete/")
    assert Case.unscoped.get().own_records == 0


def test_deleted_services_are_listed_for_thirty_days(anna):
    record = save()
    delete_records(scope=BO, statistic=ADULTS, record_ids=[record.pk])
    page = text(anna.get("/adults/deleted/"))
    assert "020280-0006" in page
    assert "Gendan" in page
    assert "Bo" in page


def test_an_error_keeps_what_was_typed_and_links_to_the_field(anna):
    response = create(anna, end=date(2025, 1, 1), cpr="123")
    assert response.status_code == 422
    html = response.content.decode()
    assert 'href="#id_cpr"' in html
    assert 'value="123"' in html
    assert "Slutdato 01.01.2025 ligger før startdato 01.02.2025." in html
    assert not Record.unscoped.exists()


def test_a_warning_is_shown_and_saving_again_overrules_it(anna):
    values = posted(adult_values(end=date(2030, 1, 1)), do="save_stop")
    response = anna.post("/adults/records/new/", values)
    assert response.status_code == 422
    assert "Dato for langt ude i fremtiden" in text(response)
    again = anna.post("/adults/records/new/", {**values, "accepted": hidden(response, "accepted")})
    assert again.status_code == 302


def test_a_double_click_saves_once(anna):
    values = posted(adult_values())
    first = anna.post("/adults/records/new/", values)
    assert anna.post("/adults/records/new/", values)["Location"] == first["Location"]
    assert Record.unscoped.count() == 1


def test_a_used_form_with_new_content_is_told_and_can_be_saved_as_one_more(anna):
    values = posted(adult_values())
    anna.post("/adults/records/new/", values)
    changed = {**posted(adult_values(service_code="1.4")), "token": values["token"]}
    response = anna.post("/adults/records/new/", changed)
    assert response.status_code == 409
    assert "Formularen blev gemt kl." in text(response)
    token = hidden(response, "token")[0]
    assert token != values["token"]
    anna.post("/adults/records/new/", {**changed, "token": token})
    assert Record.unscoped.count() == 2


def test_two_people_editing_the_second_sees_what_changed_and_keeps_what_was_typed(anna, client):
    record = save()
    path = f"/adults/records/{record.pk}/"
    version = hidden(anna.get(path), "version")[0]
    from tests.register.test_save import change

    change(record, BO, p_number="1003456780")
    response = create(anna, "save_stop", path, p_number="1003456781", version=version)
    assert response.status_code == 409
    page = text(response)
    assert "Bo" in page
    assert "1003456780" in page
    assert 'value="1003456781"' in response.content.decode()
    create(anna, "save_stop", path, p_number="1003456781", version=hidden(response, "version")[0])
    assert Record.unscoped.get().p_number == "1003456781"


def test_a_record_deleted_meanwhile_keeps_what_was_typed_and_offers_to_create_it(anna):
    record = save()
    delete_records(scope=BO, statistic=ADULTS, record_ids=[record.pk])
    response = create(anna, "save_stop", f"/adults/records/{record.pk}/", p_number="1003456781")
    assert response.status_code == 409
    html = response.content.decode()
    assert "slettet af Bo" in html
    assert 'value="1003456781"' in html
    assert 'action="/adults/records/new/"' in html


def test_a_lost_session_returns_to_the_filled_in_form(anna):
    page = anna.get("/adults/records/new/")
    author = hidden(page, "author")[0]
    anna.cookies.pop("indberet-session")
    response = create(anna, author=author, p_number="1003456781")
    assert response["Location"] == "/login/?next=%2Fadults%2Frecords%2Fnew%2F"
    assert not Record.unscoped.exists()
    back = anna.post("/login/", {"person": "anna", "next": "/adults/records/new/"})
    page = anna.get(back["Location"])
    assert 'value="1003456781"' in page.content.decode()
    assert "Det, du havde skrevet, er her endnu" in text(page)
    assert 'value="1003456781"' not in anna.get(back["Location"]).content.decode()


def test_what_anna_typed_is_never_shown_to_another(anna):
    author = hidden(anna.get("/adults/records/new/"), "author")[0]
    anna.cookies.pop("indberet-session")
    create(anna, author=author, p_number="1003456781")
    anna.post("/login/", {"person": "bo"})
    assert "1003456781" not in anna.get("/adults/records/new/").content.decode()


def test_a_forged_author_keeps_nothing(anna):
    anna.cookies.pop("indberet-session")
    create(anna, author="forged")
    anna.post("/login/", {"person": "anna"})
    assert IDENTITY in anna.session
    assert TYPED not in anna.session


def test_a_stale_form_is_not_lost(anna):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.cookies = anna.cookies
    author = hidden(anna.get("/adults/records/new/"), "author")[0]
    response = create(strict, author=author, p_number="1003456781")
    assert response.status_code == 403
    assert "Det, du har skrevet, er ikke tabt" in text(response)
    assert 'value="1003456781"' in strict.get("/adults/records/new/").content.decode()


def test_the_view_survives_saving(anna):
    for number in range(1, 26):
        day = date(2025, 3, number)
        save(start=day, end=day, service_code="1.8.2" if number % 2 else "1.8.1")
    anna.post(OWN, {"do": "filter", "filter-service_code": "1.8.2", "page_size": "20"})
    anna.post(OWN, {"do": "sort:start"})
    anna.post(OWN, {"do": "sort:start"})
    page = anna.get(OWN)
    rows = [int(row) for row in hidden(page, "shown")]
    assert Record.unscoped.get(pk=rows[0]).start == date(2025, 3, 25)
    anna.post(OWN, {"do": "filter", "filter-service_code": "1.8.2", "shown": rows, "ticked": rows[:2]})
    create(anna, "save_stop", f"/adults/records/{rows[0]}/", start=date(2025, 3, 25), end=date(2026, 2, 1))
    again = anna.get(OWN)
    assert [int(row) for row in hidden(again, "shown")] == rows
    assert again.content.decode().count(" checked>") >= 2
    assert "01.02.2026" in text(again)


def test_no_cpr_number_in_any_address(anna):
    save()
    response = anna.post(OWN, {"do": "filter", "filter-cpr": "020280-0006"})
    assert response["Location"] == OWN
    assert "020280-0006" in anna.get(OWN).content.decode()


def test_unknown_columns_and_actions_are_ignored(anna):
    save()
    for do in ("sort:case__cpr", "sort:x;--", "page:1000", "view:secrets", "nothing", "delete:abc", "edit:1"):
        assert anna.post(OWN, {"do": do, "filter-case": "1", "page_size": "100000", "ticked": "x"}).status_code == 302
        assert anna.get(OWN).status_code == 200


def test_columns_can_be_hidden_and_the_choice_is_remembered(anna):
    save()
    anna.post(OWN, {"do": "columns", "columns": ["service_code", "start"]})
    html = anna.get(OWN).content.decode()
    assert 'id="sort-start"' in html
    assert 'id="sort-p_number"' not in html
    assert 'id="sort-cpr"' in html


@pytest.mark.requirement("A15")
def test_date_and_code_decide_the_fields_by_plain_posts_too(anna):
    response = anna.post("/adults/records/new/", {"do": "refresh", "start": "01022025", "service_code": "1.8.2"})
    assert response.status_code == 200
    html = response.content.decode()
    assert 'name="service_uuid"' in html
    assert "Der er en fejl" not in html


def test_a_recently_used_place_can_be_picked(anna):
    save()
    typed = {"start": "01022025", "service_code": "1.8.2", "do": "refresh"}
    assert "1003456789" in anna.post("/adults/records/new/", typed).content.decode()
    picked = {**typed, "place": "1003456789|11111111-2222-3333-4444-555555555555"}
    assert 'value="1003456789"' in anna.post("/adults/records/new/", picked).content.decode()


def test_the_persons_services_are_shown_beside_the_form(anna):
    save()
    response = anna.post("/adults/fields/", {"cpr": "020280-0006", "start": "01022025", "service_code": "1.8.1"})
    assert "Midlertidige botilbud" in text(response)
    assert Event.objects.filter(action="search").exists()


def test_a_reader_sees_a_service_and_cannot_change_it(log_in):
    record = save()
    lone = log_in("lone")
    page = lone.get(f"/adults/records/{record.pk}/")
    assert "Midlertidige botilbud" in text(page)
    assert '<form method="post" class="record-form"' not in page.content.decode()
    assert "Tilføj sag" not in text(lone.get(OWN))


def test_everything_received_is_for_reading_only(anna):
    record = save()
    Record.unscoped.update(source="system")
    page = text(anna.get("/adults/all/"))
    assert "020280-0006" in page
    assert "Tilføj sag" not in page
    assert anna.post("/adults/all/", {"do": f"delete:{record.pk}"})["Location"] == "/adults/all/"
    assert "Kun visning" in text(anna.get(f"/adults/records/{record.pk}/"))


def test_texts_come_back_as_text(anna):
    nasty = "<script>alert('æ\"')</script>"
    save(CHILDREN, caseworker=nasty)
    html = anna.get("/children/own/").content.decode()
    assert nasty not in html
    assert "&lt;script&gt;" in html


def test_secondary_target_groups_are_kept(anna):
    create(anna, secondary_target_groups=(ANXIETY,))
    record = Record.unscoped.get()
    assert [code.code for code in record.codes.all()] == [ANXIETY]
    html = anna.get(reverse("record_edit", args=["adults", record.pk])).content.decode()
    assert re.search(rf'value="{ANXIETY}" checked', html)


def test_what_is_known_of_the_case_stays_when_the_fields_are_asked_for_anew(anna):
    record = save(functional_level="5bdde847-2837-416b-ab63-bbff8b7aa531")
    save(service_code="1.1")
    typed = {"case": record.case_id, "start": "01022025", "service_code": "1.8.1"}
    response = anna.post("/adults/fields/", typed)
    assert 'value="020280-0006"' in response.content.decode()
    assert "Midlertidige botilbud" in text(response)
    marked = anna.post("/adults/fields/", {**typed, "record": record.pk, "cpr": "020280-0006"})
    assert "Den, du retter nu" in text(marked)
    assert anna.post("/adults/fields/", {"case": 999_999}).status_code == 404
