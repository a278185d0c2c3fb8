"""With English chosen no page speaks Danish: full, empty, with errors, with warnings."""

import re
from datetime import date

import pytest
from django.test import RequestFactory
from django.utils import translation

from indberet.access.logins import HOWS
from indberet.pages.models import Contact
from indberet.pages.views import login_needed
from indberet.register.delete import delete_records
from indberet.register.models import Case, Finding, Record
from tests.english import CONTACT, Reader, anna_in_english, cells_of, read
from tests.languages import ShownTexts, danish_in
from tests.people import (
    ADULTS,
    BO,
    CHILDREN,
    OTHER_ADULT,
    SUPPORT,
    adult_values,
    child_values,
    new_token,
    posted,
    save,
    valid_values,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_catalogue")]
EVERY = [pytest.param(statistic, id=statistic.id) for statistic in (ADULTS, CHILDREN)]
VALUES = {ADULTS.id: adult_values(), CHILDREN.id: child_values()}
OTHER_SERVICES = {ADULTS.id: ("1.1", "1.4"), CHILDREN.id: ("004", "006")}
DATES = (date(2019, 6, 30), date(2023, 12, 31), date(2024, 12, 31), date(2025, 2, 1), date(2026, 7, 1))


@pytest.fixture
def anna():
    return anna_in_english()


def hidden(html, name):
    return re.findall(rf'name="{name}" value="([^"]*)"', html)[0]


def test_public_pages():
    for path in ("/login/", "/help/", "/accessibility/"):
        Reader().get(path)
    for how in HOWS:
        assert "You are logged out" in Reader().get(f"/login/ended/{how}/")
    Reader().get("/nowhere/", 404)


def test_the_page_when_no_log_in_is_connected():
    request = RequestFactory().get("/login/")
    with translation.override("en"):
        assert not danish_in(ShownTexts(login_needed(request).content.decode()).found)


@pytest.mark.parametrize("person", ["uffe", "lone", "gudrun", "birthe", "thea", "stine"])
def test_the_first_pages_of_everybody(person):
    save(by=BO)
    reader = Reader(person)
    for path in ("/", "/listings/", "/contacts/", "/help/"):
        reader.get(path)


@pytest.mark.parametrize("person", ["anna", "stine"])
@pytest.mark.parametrize("statistic", EVERY)
def test_rules_and_codes(statistic, person):
    reader = Reader(person)
    assert "Deliberately not a rule" in reader.get(f"/{statistic.id}/rules/")
    assert "About the code" in reader.get(f"/{statistic.id}/codes/")
    assert "No rules match" in reader.get(f"/{statistic.id}/rules/?q=qqq")
    assert "No codes match" in reader.get(f"/{statistic.id}/codes/?q=qqq")


def test_a_missing_right():
    uffe = Reader("uffe")
    assert "You lack a right" in uffe.get("/adults/own/", 403)
    assert "You lack a right" in uffe.get("/children/records/new/", 403)


def test_choosing_a_municipality():
    thea = Reader("thea")
    assert "Choose municipality" in thea.get("/municipality/")
    assert "switch municipality" in thea.post("/municipality/", {"municipality": "187"})


def test_contact_details():
    anna = Reader("anna")
    assert "First fill in the contact details" in anna.get("/adults/records/new/")
    anna.post("/children/contacts/new/", {}, 422)
    anna.post("/children/contacts/new/", {"children-name": "x", "children-phone": "x", "children-email": "x"}, 422)
    anna.post("/children/contacts/new/", {f"children-{name}": text for name, text in CONTACT.items()})
    contact = Contact.unscoped.get().pk
    anna.get(f"/children/contacts/{contact}/")
    assert "has been removed" in anna.post(f"/children/contacts/{contact}/remove/")


@pytest.mark.parametrize("statistic", EVERY)
def test_pages_without_records(anna, statistic):
    for person in (anna, Reader("lone")):
        for listing in ("own", "all"):
            assert "No records" in person.get(f"/{statistic.id}/{listing}/")
            assert "nothing to export" in person.get(f"/{statistic.id}/{listing}/export/")
    assert "No deleted records" in anna.get(f"/{statistic.id}/deleted/")


@pytest.mark.parametrize("statistic", EVERY)
def test_the_overview(anna, statistic):
    own, ids = f"/{statistic.id}/own/", [save(statistic, cpr=cpr).pk for cpr in ("0202800006", OTHER_ADULT)]
    assert "Own IDEP" in anna.get(own)
    assert "nothing can be changed" in anna.get(f"/{statistic.id}/all/")
    for do in ("add_service", "edit", "copy", "delete", "view:case_records"):
        assert "Tick " in anna.post(own, {"do": do})
    for view in ("view:case_records", "view:records", "view:cases"):
        anna.post(own, {"do": view, "ticked": ids, "shown": ids})
    assert "Type a number" in anna.post(own, {"do": "filter", "filter-count": "x"})


@pytest.mark.parametrize("statistic", EVERY)
def test_filters(anna, statistic):
    save(statistic)
    own, columns = f"/{statistic.id}/own/", ("start", "end", "changed_at", "severity")
    unreadable = anna.post(own, {"do": "filter", **{f"filter-{name}": "?" for name in columns}})
    assert "Type error, warning, none, accepted, not accepted or" in unreadable
    assert unreadable.count("Type a year") == 3
    anna.post(own, {"do": "clear-all"})
    assert "No records match" in anna.post(own, {"do": "filter", "filter-severity": "error"})
    assert "No records match" not in anna.post(own, {"do": "filter", "filter-severity": "none", "filter-end": "open"})


def one_code_per_form(statistic, day):
    """Of each set of fields that a service may ask for on a day, one service."""
    found = {}
    for row in statistic.codes_of("service_code").on(day):
        values = statistic.values({"start": day, "service_code": row.code}, day)
        found.setdefault(tuple(field.name for field in statistic.fields_for(values)), row.code)
    return found.values()


@pytest.mark.parametrize("day", DATES, ids=str)
@pytest.mark.parametrize("statistic", EVERY)
def test_every_form(anna, statistic, day):
    for code in one_code_per_form(statistic, day):
        typed = {"start": f"{day:%d%m%Y}", "service_code": code, "token": new_token()}
        read(anna.client.post(f"/{statistic.id}/fields/", typed))
        anna.post(f"/{statistic.id}/records/new/", {**typed, "do": "create"}, 422)


@pytest.mark.parametrize("statistic", EVERY)
def test_errors_and_warnings(anna, statistic):
    new, values = f"/{statistic.id}/records/new/", VALUES[statistic.id]
    kept = {"service_code": values["service_code"], "start": "01022025"}
    anna.get(new)
    for text in ("", "x", "6202800006", "0000000000", "310200 1234", "01011850", "31022025", "01012099", "x" * 300):
        assert "Nothing has been saved yet" in anna.post(new, posted(dict.fromkeys(values, text)), 422)
        assert "Nothing has been saved yet" in anna.post(new, {**posted(dict.fromkeys(values, text)), **kept}, 422)
    assert "Check before you save" in anna.post(new, {**posted(values), "end": "01012030"}, 422)
    save(statistic)
    another = valid_values(statistic, service_code=OTHER_SERVICES[statistic.id][0])
    assert "already had a case" in anna.post(new, {**posted(another), "do": "save_stop"})


def test_overruling_a_warning(anna):
    typed = posted(adult_values(end=date(2030, 1, 1)), do="save_stop")
    html = anna.post("/adults/records/new/", typed, 422)
    assert "Checked: the information is right" in html
    seen = re.findall(r'name="accepted" value="([^"]*)"', html)
    anna.post("/adults/records/new/", {**typed, "accepted": seen})
    finding = Finding.unscoped.get()
    assert finding.reason == "Kontrolleret: oplysningen er rigtig"
    path = f"/adults/records/{finding.record_id}/"
    assert re.search(r"Accepted by Anna Andersen [\d.]{10}: Checked: the information is right", anna.get(path))
    Finding.unscoped.update(accepted_at=None)
    assert "The record has 1 warning" in anna.get(path)
    assert "Errors and warnings" in Reader("lone").get(path)


@pytest.mark.parametrize("statistic", EVERY)
def test_saving(anna, statistic):
    more = [valid_values(statistic, service_code=code) for code in OTHER_SERVICES[statistic.id]]
    record, other = save(statistic), save(statistic, **more[0])
    path, values = f"/{statistic.id}/records/{record.pk}/", VALUES[statistic.id]
    html = anna.get(path)
    assert "1 of 2" in html
    anna.get(f"/{statistic.id}/cases/{record.case_id}/records/new/")
    assert "was saved at" in anna.post(path, posted({**values, "end": date(2026, 1, 31)}, do="save"))
    assert "no changes" in anna.post(path, posted({**values, "end": date(2026, 1, 31)}, do="save"))
    stale = posted({**values, "end": date(2026, 2, 28)}, do="save", version=hidden(html, "version"))
    assert "changed the same service" in anna.post(path, stale, 409)
    again = posted(more[1])
    anna.post(f"/{statistic.id}/records/new/", again)
    assert "The form was saved at" in anna.post(f"/{statistic.id}/records/new/", {**again, "end": "01022026"}, 409)
    delete_records(scope=BO, statistic=statistic, record_ids=[other.pk])
    assert "was deleted by" in anna.post(f"/{statistic.id}/records/{other.pk}/", posted(more[0]), 409)
    assert "The service was deleted" in anna.get(f"/{statistic.id}/records/{other.pk}/")
    assert "Read only" in Reader("lone").get(path)


def test_copying(anna):
    record = save()
    path = f"/adults/records/{record.pk}/copy/"
    assert "Copy with another service UUID" in anna.get(path)
    anna.post(path, posted(adult_values(service_uuid=SUPPORT), do="save_stop"))


@pytest.mark.parametrize("statistic", EVERY)
def test_deleting_and_restoring(anna, statistic):
    own, ids = f"/{statistic.id}/own/", [save(statistic, cpr=cpr).pk for cpr in ("0202800006", OTHER_ADULT)]
    assert "so the case is deleted too" in anna.post(own, {"do": f"delete:{ids[0]}"})
    assert "2 cases have no other services" in anna.post(own, {"do": "delete", "ticked": ids, "shown": ids})
    anna.post(own, {"do": "view:cases"})
    cases = [case.pk for case in Case.unscoped.all()]
    assert "with 1 service?" in anna.post(own, {"do": f"delete:{cases[0]}"})
    assert "with all their services?" in anna.post(own, {"do": "delete", "ticked": cases, "shown": cases})
    assert "2 services have been deleted." in anna.post(f"/{statistic.id}/delete/")
    assert "Restore" in anna.get(f"/{statistic.id}/deleted/")
    deletion = Record.unscoped.values_list("deletion", flat=True)[0]
    assert "2 services have been restored." in anna.post(f"/{statistic.id}/restore/", {"deletion": deletion})
    assert "nothing to restore" in anna.post(f"/{statistic.id}/restore/", {"deletion": deletion})


def test_a_form_that_could_not_be_received_is_not_lost(anna):
    path = "/adults/records/new/"
    typed = posted(adult_values(), author=hidden(anna.get(path), "author"))
    strict = Reader(enforce_csrf_checks=True)
    strict.client.cookies = anna.client.cookies
    assert "What you typed is not lost" in strict.post(path, typed, 403)
    assert "What you had typed is still here" in anna.get(path)
    assert "What was sent could not be read" in anna.post(path, {f"x{number}": "" for number in range(10_000)}, 400)


@pytest.mark.parametrize("statistic", EVERY)
def test_exports(anna, statistic):
    save(statistic)
    own = f"/{statistic.id}/own/"
    anna.post(own, {"do": "filter", "filter-start": "2025", "filter-end": "?"})
    assert "Only the filtered part" in anna.get(f"{own}export/")
    csv = anna.client.post(f"{own}export/csv/", {"whole": "no"})
    assert not danish_in([b"".join(csv.streaming_content).decode("utf-8-sig")])
    xlsx = anna.client.post(f"{own}export/xlsx/", {"whole": "yes"})
    assert not danish_in(cells_of(b"".join(xlsx.streaming_content)))
    latest = anna.get(f"{own}export/")
    assert "Latest exports" in latest
    for path in re.findall(r'href="([^"]+/manifest/)"', latest):
        assert not danish_in([anna.client.get(path).content.decode()])
    anna.post(own, {"do": "filter", "filter-start": "2001", "filter-end": ""})
    assert "no records to download" in anna.post(f"{own}export/csv/", {"whole": "no"})
