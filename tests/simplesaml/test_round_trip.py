"""Log-in and log-out with an identity provider that is not ours: SimpleSAMLphp makes and reads every message of it."""

import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree

from indberet.access.models import Login
from indberet.access.session import IDENTITY

from .browse import Browser, query
from .conftest import PORTAL, install
from .persons import ODENSE, PERSONS, name_id, uuid_of

pytestmark = pytest.mark.django_db


def privileges(browser):
    return {
        (each["statistic"], each["verb"], each["municipality"])
        for each in browser.client.session[IDENTITY]["privileges"]
    }


def refused_because(response):
    """The reason on whose page one is."""
    assert response.status_code == 403
    return response.request["PATH_INFO"].split("/")[3]


@pytest.mark.requirement("A01")
def test_anna_logs_in_with_her_rights(browser, connected):
    page = browser.log_in("anna", "/help/")

    assert (page.status_code, page.request["PATH_INFO"]) == (200, "/help/")
    identity = browser.client.session[IDENTITY]
    assert identity["subject"] == f"{connected.entity_id}#{uuid_of(PERSONS['anna'])}"
    assert (identity["name"], identity["organisation"], identity["cvr"]) == ("Anna Andersen", "Odense Kommune", ODENSE)
    assert (identity["loa"], identity["source"], identity["email"]) == ("Substantial", "saml", "anna@odense.example")
    assert identity["name_id"] == name_id(PERSONS["anna"])
    assert identity["session_index"]
    assert privileges(browser) == {("adults", "report", "461"), ("children", "report", "461")}


def test_the_level_high_and_all_rights(browser):
    browser.log_in("gudrun")

    assert browser.client.session[IDENTITY]["loa"] == "High"
    assert {verb for _statistic, verb, _municipality in privileges(browser)} == {"read", "report", "approve"}


def test_rights_in_the_older_profile(browser):
    browser.log_in("birthe")

    assert privileges(browser) == {("children", "report", "461")}


def test_rights_for_two_municipalities_are_asked_about(browser):
    page = browser.log_in("thea")

    assert {municipality for _statistic, _verb, municipality in privileges(browser)} == {"183", "187"}
    assert page.request["PATH_INFO"] == reverse("choose_municipality")


@pytest.mark.requirement("A01")
@pytest.mark.requirement("C02")
@pytest.mark.parametrize("statistic", ["adults", "children"])
def test_without_rights_one_is_told_which_is_missing(browser, statistic):
    browser.log_in("uffe")
    page = browser.client.get(reverse("overview", args=[statistic, "own"]), secure=True)

    assert privileges(browser) == set()
    assert page.status_code == 403
    assert "Odense Kommune" in page.content.decode()


@pytest.mark.parametrize(("person", "reason"), [("lars", "level"), ("per", "private"), ("frode", "organisation")])
def test_who_is_not_let_in(browser, person, reason):
    page = browser.log_in(person)

    assert refused_because(page) == reason
    assert IDENTITY not in browser.client.session


def test_who_was_refused_can_log_in_as_somebody_else(browser):
    browser.log_in("per")
    begun = browser.client.get("/login/saml/", secure=True).headers["Location"]
    assert refused_because(browser.follow(browser.answer_portal(browser.to_provider(begun)))) == "private"

    anew = browser.client.get("/login/saml/", {"anew": "yes"}, secure=True).headers["Location"]
    browser.follow(browser.answer_portal(browser.name_oneself(browser.to_provider(anew), "anna")))
    assert browser.client.session[IDENTITY]["name"] == "Anna Andersen"


def test_the_identity_provider_takes_signed_requests_only(browser):
    begun = browser.client.get("/login/saml/", secure=True).headers["Location"]
    unsigned = begun.partition("&SigAlg=")[0]
    assert unsigned != begun

    assert "loginuserpass" not in browser.to_provider(unsigned).address
    assert "loginuserpass" in browser.to_provider(begun).address


def test_another_browser_gets_nothing_from_the_answer(browser, connected):
    begun = browser.client.get("/login/saml/", secure=True).headers["Location"]
    answered = browser.name_oneself(browser.to_provider(begun), "anna")
    thief = Browser(Client(), connected.url, PORTAL)
    thief.client.get("/login/saml/", secure=True)

    assert refused_because(thief.follow(thief.answer_portal(answered))) == "browser"
    assert IDENTITY not in thief.client.session
    browser.follow(browser.answer_portal(answered))
    assert browser.client.session[IDENTITY]["name"] == "Anna Andersen"


def test_the_answer_counts_once(browser):
    begun = browser.client.get("/login/saml/", secure=True).headers["Location"]
    answered = browser.name_oneself(browser.to_provider(begun), "anna")
    browser.follow(browser.answer_portal(answered))

    assert refused_because(browser.follow(browser.answer_portal(answered))) == "replay"


def test_signed_on_already_one_is_not_asked_again(browser):
    browser.log_in("anna")
    begun = browser.client.get("/login/saml/", {"next": "/help/"}, secure=True).headers["Location"]
    page = browser.follow(browser.answer_portal(browser.to_provider(begun)))

    assert page.request["PATH_INFO"] == "/help/"


def test_a_change_of_keys(browser, connected, pair, tmp_path):
    """Step by step as in docs/operations/login.md: nobody is locked out at any of them."""
    only_current = metadata_of(browser)
    install(pair, tmp_path, "next")
    both = metadata_of(browser)
    gets_in(browser, connected)  # 1. both are published; the identity provider has not taken it yet

    connected.trust(both)
    gets_in(browser, connected)  # 2. it has, and encrypts to either
    connected.trust(encrypting_to_the_last(both))
    gets_in(browser, connected)

    install(pair, tmp_path, "current", of="next")
    install(pair, tmp_path, "next", of="current")
    gets_in(browser, connected)  # 3. the new one signs; the old one decrypts what is still encrypted to it
    swapped = metadata_of(browser)
    assert certificates(swapped) == certificates(both)[::-1]
    connected.trust(encrypting_to_the_last(swapped))
    gets_in(browser, connected)

    for end in ("key", "crt"):
        (tmp_path / f"next.{end}").unlink()
    connected.trust(metadata_of(browser))
    gets_in(browser, connected)  # 4. the old one is gone
    assert not set(certificates(metadata_of(browser))) & set(certificates(only_current))


def gets_in(browser, connected):
    """Somebody with another browser logs in."""
    other = Browser(Client(), connected.url, PORTAL)
    other.log_in("anna")
    assert other.client.session[IDENTITY]["name"] == "Anna Andersen"


def metadata_of(browser):
    return browser.client.get("/saml/metadata/", secure=True).content


def certificates(metadata):
    """The certificates that sign, in their order."""
    root = etree.fromstring(metadata)
    return [each.text for each in root.iterfind(".//{*}KeyDescriptor[@use='signing']//{*}X509Certificate")]


def encrypting_to_the_last(metadata):
    """The metadata with its last encryption key alone, as an identity provider takes it that uses that one."""
    root = etree.fromstring(metadata)
    for each in root.findall(".//{*}KeyDescriptor[@use='encryption']")[:-1]:
        each.getparent().remove(each)
    return etree.tostring(root)


def test_log_out_of_the_portal_ends_it_at_the_identity_provider_too(browser):
    browser.log_in("anna")
    left = browser.client.post("/logout/", secure=True)
    assert IDENTITY not in browser.client.session

    back = browser.to_provider(onward(left, browser))
    assert back.location.startswith(f"{PORTAL}/saml/slo/?SAMLResponse=")
    done = browser.follow(browser.client.get(back.location.removeprefix(PORTAL), secure=True))
    assert (done.status_code, done.request["PATH_INFO"]) == (200, reverse("logged_out"))
    assert "partly" not in done.request["QUERY_STRING"]
    assert asks_who_one_is(browser)


def test_log_out_at_the_identity_provider_ends_it_here_too(browser, connected):
    browser.log_in("anna")
    asked = browser.to_provider(connected.logout_url)
    assert asked.location.startswith(f"{PORTAL}/saml/slo/?SAMLRequest=")

    answered = browser.client.get(asked.location.removeprefix(PORTAL), secure=True)
    assert answered.headers["Location"].startswith(f"{connected.url}/")
    assert "SAMLResponse" in query(answered.headers["Location"])
    end = browser.to_provider(answered.headers["Location"])
    assert end.address.endswith("/logout.php")
    assert asks_who_one_is(browser)


def test_log_out_at_the_identity_provider_after_the_session_has_ended_here(browser, connected):
    """NemLog-in's test IT-SLO-3: the answer is Success all the same."""
    browser.log_in("anna")
    browser.client.session.flush()
    browser.client.cookies.clear()
    asked = browser.to_provider(connected.logout_url)
    answered = browser.client.get(asked.location.removeprefix(PORTAL), secure=True)

    assert browser.to_provider(answered.headers["Location"]).address.endswith("/logout.php")
    assert not Login.objects.filter(ended="").exists()


def test_a_changed_log_out_request_ends_nothing(browser, connected):
    browser.log_in("anna")
    asked = browser.to_provider(connected.logout_url).location.removeprefix(PORTAL)

    assert browser.client.get(f"{asked.partition('&SigAlg=')[0]}", secure=True).status_code == 403
    assert browser.client.get(asked.replace("SAMLRequest=", "SAMLRequest=A", 1), secure=True).status_code == 403
    assert browser.client.session[IDENTITY]["name"] == "Anna Andersen"


def onward(response, browser):
    """Where the portal sends a browser that has logged out here: by a page that leads on, because a form may not."""
    import html
    import re

    if response.status_code in (302, 303):
        return response.headers["Location"]
    [address] = re.findall(
        r'http-equiv="refresh" content="\d+; ?url=([^"]+)"', response.content.decode(), re.IGNORECASE
    )
    return html.unescape(address)


def asks_who_one_is(browser):
    """Whether the identity provider has forgotten the person."""
    begun = browser.client.get("/login/saml/", secure=True).headers["Location"]
    return "loginuserpass" in browser.to_provider(begun).address
