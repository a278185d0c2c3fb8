"""Start page, contact details, list of reports, log-in, language, errors and headers."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from indberet.access.session import IDENTITY, MUNICIPALITY
from indberet.audit.models import Event
from indberet.pages.contacts import save_contact
from indberet.pages.models import Contact
from tests.people import ADULTS, ANNA, CARLA, CHILDREN, save

pytestmark = pytest.mark.django_db
CONTACT = {"name": "Anna Andersen", "phone": "12 34 56 78", "email": "anna@example.dk"}


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def contact_form(statistic, **changes):
    return {f"{statistic.id}-{name}": value for name, value in {**CONTACT, **changes}.items()}


@pytest.mark.requirement("A02")
@pytest.mark.requirement("C03")
def test_the_test_log_in_lists_fictitious_persons(client):
    page = text(client.get("/login/"))
    for name in ("Anna Andersen", "Bo Bertelsen", "Lone Læser", "Gudrun", "Uffe", "Carla", "Thea", "Stine"):
        assert name in page


def test_logging_in_makes_a_new_session_and_logging_out_ends_it(client):
    client.get("/login/")
    client.post("/login/", {"person": "anna"})
    first = client.session.session_key
    client.post("/login/", {"person": "bo"})
    assert client.session.session_key != first
    old = client.session.session_key
    response = client.post("/logout/")
    assert "cache" in response["Clear-Site-Data"]
    copied = Client()
    copied.cookies["indberet-session"] = old
    assert copied.get("/")["Location"].startswith("/login/")
    assert [event.action for event in Event.objects.order_by("id")] == ["login", "login", "logout"]


def test_log_out_is_a_post(log_in):
    anna = log_in("anna")
    assert anna.get("/logout/").status_code == 405
    assert IDENTITY in anna.session


def test_unknown_persons_cannot_log_in(client):
    assert client.post("/login/", {"person": "hacker"}).status_code == 404


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil", ""])
def test_log_in_leads_to_own_pages_only(client, path):
    assert client.post("/login/", {"person": "anna", "next": path})["Location"] == "/"


@pytest.mark.requirement("A04")
def test_the_start_page_welcomes_and_leads_to_the_list(log_in):
    page = log_in("anna").get("/")
    assert "Velkommen til IDEP" in text(page)
    assert "Se listen over alle indberetninger" in text(page)
    assert "Anna Andersen" in text(page)
    assert "Odense" in text(page)


@pytest.mark.requirement("C06")
def test_the_childrens_card_leads_to_the_list_in_its_guides_words(log_in):
    assert "Gå til listen over indberetninger" in text(log_in("anna").get("/"))


@pytest.mark.requirement("A01")
@pytest.mark.requirement("C02")
def test_without_the_right_one_is_told_which_right_and_whom_to_ask(log_in):
    uffe = log_in("uffe")
    start = text(uffe.get("/"))
    assert "Handicap og udsatte (voksne)" in start
    assert "Virk-administrator" in start
    refused = uffe.get("/children/own/")
    assert refused.status_code == 403
    assert "Handicapydelser til børn og unge" in text(refused)
    assert "Virk-administrator" in text(refused)
    assert Event.objects.filter(action="refused", statistic="children").exists()


@pytest.mark.requirement("A03")
def test_contact_details_come_before_the_first_report(log_in):
    anna = log_in("anna")
    assert anna.get("/adults/records/new/")["Location"] == "/contacts/"
    page = text(anna.get("/contacts/"))
    for label in ("Kontaktperson", "Telefonnr.", "Email-adresse", "Gem"):
        assert label in page
    anna.post(reverse("contact_add", args=[ADULTS]), contact_form(ADULTS))
    assert anna.get("/adults/records/new/").status_code == 200
    assert anna.get("/children/records/new/")["Location"] == "/contacts/"
    anna.post(reverse("contact_add", args=[ADULTS]), contact_form(ADULTS, name="En til"))
    assert Contact.unscoped.count() == 2


@pytest.mark.requirement("C04")
def test_digital_post_is_offered_where_the_guide_says_and_nowhere_else(log_in):
    anna = log_in("anna")
    html = anna.get("/contacts/").content.decode()
    assert 'name="children-digital_post"' in html
    assert 'name="adults-digital_post"' not in html
    assert "SMS" not in html
    anna.post(reverse("contact_add", args=[CHILDREN]), contact_form(CHILDREN, digital_post="on"))
    anna.post(reverse("contact_add", args=[ADULTS]), contact_form(ADULTS, digital_post="on"))
    assert {found.statistic: found.digital_post for found in Contact.unscoped.all()} == {
        "children": True,
        "adults": False,
    }


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": ""}, "Skriv kontaktpersonens navn."),
        ({"phone": "12"}, "mindst 8 cifre"),
        ({"email": "anna"}, "hel email-adresse"),
    ],
)
def test_wrong_contact_details_are_told_and_kept(log_in, changes, told):
    response = log_in("anna").post(reverse("contact_add", args=[ADULTS]), contact_form(ADULTS, **changes))
    assert response.status_code == 422
    assert told in text(response)
    assert 'value="anna@example.dk"' in response.content.decode() or "email" in changes
    assert not Contact.unscoped.exists()


def test_contact_details_are_corrected_and_removed(log_in):
    contact = save_contact(ANNA, ADULTS, CONTACT)
    anna = log_in("anna")
    assert 'value="Anna Andersen"' in anna.get(reverse("contact_edit", args=[ADULTS, contact.pk])).content.decode()
    anna.post(reverse("contact_edit", args=[ADULTS, contact.pk]), contact_form(ADULTS, phone="87654321"))
    assert Contact.unscoped.get().phone == "87654321"
    anna.post(reverse("contact_remove", args=[ADULTS, contact.pk]))
    assert not Contact.unscoped.exists()


def test_another_municipalitys_contacts_are_not_found(log_in):
    save_contact(ANNA, ADULTS, CONTACT)
    contact = save_contact(CARLA, ADULTS, CONTACT)
    assert log_in("anna").get(reverse("contact_edit", args=[ADULTS, contact.pk])).status_code == 404


@pytest.mark.requirement("A05")
@pytest.mark.requirement("C07")
def test_the_list_of_reports_has_own_and_all(log_in):
    save(CHILDREN)
    page = log_in("anna").get("/listings/")
    assert text(page).count("Egne IDEP") >= 2
    assert text(page).count("All (read only)") >= 2
    assert "Handicapkompenserende indsatser til børn og unge" in text(page)
    assert text(page).count("Redigér") >= 4
    assert 'href="/children/own/">24611<' in page.content.decode()


def test_one_sees_only_the_statistics_one_has_a_right_to(log_in):
    page = text(log_in("bo").get("/listings/"))
    assert "Handicap og udsatte (voksne)" in page
    assert "Handicapkompenserende" not in page.split("Kontakt Danmarks Statistik")[0]


@pytest.mark.requirement("A28")
@pytest.mark.requirement("C17")
@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/adults/own/", ["handicap@dst.dk"]),
        ("/children/own/", ["handicap_boern_unge@dst.dk", "39 17 39 20"]),
        ("/", ["handicap@dst.dk", "handicap_boern_unge@dst.dk", "39 17 39 20"]),
        ("/listings/", ["handicap@dst.dk"]),
        ("/nowhere/", ["handicap@dst.dk"]),
    ],
)
def test_the_contact_address_is_on_every_page(log_in, path, told):
    page = text(log_in("anna").get(path))
    assert all(address in page for address in told)


@pytest.mark.requirement("A27")
def test_no_upload_is_offered(log_in):
    anna = log_in("anna")
    for path in ("/", "/listings/", "/adults/own/", "/adults/all/export/"):
        assert 'type="file"' not in anna.get(path).content.decode()


def test_one_who_reports_for_two_municipalities_chooses(log_in):
    thea = log_in("thea")
    assert thea.get("/")["Location"] == "/municipality/"
    assert thea.get("/adults/own/")["Location"].startswith("/municipality/?next=")
    page = text(thea.get("/municipality/"))
    assert "Ishøj" in page
    assert "Vallensbæk" in page
    assert thea.post("/municipality/", {"municipality": "187", "next": "/adults/own/"})["Location"] == "/adults/own/"
    assert thea.session[MUNICIPALITY] == "187"
    assert "Vallensbæk" in text(thea.get("/adults/own/"))
    assert thea.post("/municipality/", {"municipality": "461"}).status_code == 404


def test_the_office_sees_figures_and_no_persons(log_in):
    save()
    page = log_in("stine").get("/", follow=True)
    assert "Odense" in text(page)
    assert "020280" not in text(page)
    assert log_in("stine").get("/adults/all/").status_code == 403


def test_english_is_chosen_and_remembered(log_in):
    anna = log_in("anna")
    assert anna.post("/language/", {"language": "en", "next": "/listings/"})["Location"] == "/listings/"
    assert '<html lang="en">' in anna.get("/").content.decode()
    anna.post("/language/", {"language": "xx"})
    assert '<html lang="en">' in anna.get("/").content.decode()


def test_the_browsers_language_is_not_asked(client):
    assert '<html lang="da">' in client.get("/login/", headers={"Accept-Language": "en"}).content.decode()


def test_every_page_has_the_headers(log_in):
    anna = log_in("anna")
    for path in ("/", "/adults/own/", "/nowhere/"):
        response = anna.get(path)
        policy = response["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert part in policy
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response["Cache-Control"] == "no-store"
        assert "Permissions-Policy" in response


def test_a_page_that_does_not_exist_says_so(log_in):
    page = log_in("anna").get("/nowhere/")
    assert page.status_code == 404
    assert "Siden findes ikke" in text(page)


def test_too_much_in_one_post_is_told(log_in):
    response = log_in("anna").post("/adults/own/", {f"x{number}": "1" for number in range(10_000)})
    assert response.status_code == 400
    assert "Intet er gemt" in text(response)


def test_health_tells_that_the_database_answers(client):
    assert client.get("/health/").content == b"ok"
