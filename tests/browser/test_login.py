"""Log-in with MitID Erhverv in a browser: the portal as in production, the identity provider on another site."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Request, expect

from tests.simplesaml.persons import PASSWORD
from tests.simplesaml.portal import Portal
from tests.simplesaml.server import SimpleSaml

from .conftest import NewWalk, walks_at
from .steps import ANNE, NEW, OVERVIEW
from .walk import Walk

START = "Start indberetning via IDEP"


@pytest.fixture(scope="session")
def identity_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleSaml]:
    """SimpleSAMLphp on 127.0.0.1: another site than localhost, so that cookies behave as they do towards NemLog-in."""
    running = SimpleSaml(tmp_path_factory.mktemp("simplesaml"))
    yield running
    running.close()


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, identity_provider: SimpleSaml) -> Iterator[Portal]:
    """The portal on https://localhost."""
    running = Portal(tmp_path_factory.mktemp("portal"), identity_provider)
    yield running
    running.close()


@pytest.fixture
def new_walk(
    chromium: Browser, request: pytest.FixtureRequest, portal: Portal, identity_provider: SimpleSaml
) -> Iterator[NewWalk]:
    """Makes persons at this portal."""
    yield from walks_at(chromium, request, portal.url, identity_provider.url)
    assert "csp_violation" not in portal.log()


@pytest.fixture
def walk(new_walk: NewWalk) -> Walk:
    """A person."""
    return new_walk()


def wait_for(walk: Walk, path: str) -> None:
    """Until the portal shows the page at an address, wherever the way there leads."""
    walk.page.wait_for_url(lambda url: url.startswith(f"{walk.url}{path}"))
    walk.settle()


def name_oneself(walk: Walk, person: str, path: str) -> None:
    """At the identity provider, which then leads back to the portal's page at `path`."""
    walk.page.locator("[name=username]").fill(person)
    walk.page.locator("[name=password]").fill(PASSWORD)
    walk.page.locator("[name=password]").press("Enter")
    wait_for(walk, path)


def log_in(walk: Walk, person: str, path: str = "/") -> None:
    """All the way from a page that needs a log-in, and back to it."""
    walk.go(path)
    walk.page.get_by_role("link", name=START).click()
    name_oneself(walk, person, path)


def cookies(walk: Walk) -> dict[str, tuple[str, bool, bool, str]]:
    """The portal's cookies by name: SameSite, Secure, HttpOnly, path."""
    kept = [each for each in walk.page.context.cookies() if each["domain"] == "localhost"]
    return {each["name"]: (each["sameSite"], each["secure"], each["httpOnly"], each["path"]) for each in kept}


@pytest.mark.requirement("A01")
def test_log_in_leads_to_the_page_one_came_for(walk: Walk) -> None:
    posts: list[Request] = []
    walk.page.on("request", lambda request: posts.append(request) if request.url.endswith("/saml/acs/") else None)
    walk.go(OVERVIEW)
    walk.heading("Log ind")
    walk.check()
    walk.page.get_by_role("link", name=START).click()
    name_oneself(walk, "anna", OVERVIEW)

    expect(walk.page.locator("header")).to_contain_text("Anna Andersen")
    expect(walk.page.locator("header")).to_contain_text("Odense")
    walk.check()
    strict = ("Lax", True, True, "/")
    assert cookies(walk) == {
        "__Host-session": strict,
        "__Host-csrf": strict,
        "__Host-login": ("None", True, True, "/"),
    }
    [answer] = posts
    sent = answer.all_headers()["cookie"]
    assert "__Host-login=" in sent
    assert "__Host-session=" not in sent


@pytest.mark.requirement("A01")
@pytest.mark.requirement("C02")
def test_who_lacks_the_right_is_told_which_and_whom_to_ask(walk: Walk) -> None:
    log_in(walk, "uffe", OVERVIEW)

    walk.sees("Odense Kommune", "Handicap og udsatte (voksne)", "MitID Erhverv")
    walk.check()


def test_who_is_not_let_in_is_told_why(walk: Walk) -> None:
    walk.go("/login/")
    walk.page.get_by_role("link", name=START).click()
    name_oneself(walk, "lars", "/login/refused/level/")

    walk.heading("Dit login er ikke sikkert nok")
    walk.check()
    walk.go("/")
    walk.heading("Log ind")


def test_time_runs_out_and_what_was_typed_is_there_after_the_next_log_in(walk: Walk, portal: Portal) -> None:
    log_in(walk, "anna", NEW)
    walk.fill("CPR-nummer", ANNE)
    walk.fill("Startdato", "01022025")
    before = cookie(walk)
    portal.minutes_pass(31)
    walk.press("Opret")

    walk.heading("Du er logget ud")
    walk.check()
    walk.page.get_by_role("link", name="Log ind igen").click()
    walk.page.get_by_role("link", name=START).click()
    wait_for(walk, NEW)
    expect(walk.field("CPR-nummer")).to_have_value(ANNE)
    expect(walk.field("Startdato")).to_have_value("01022025")
    assert cookie(walk) != before


def cookie(walk: Walk) -> str:
    """The session's key."""
    return next(each["value"] for each in walk.page.context.cookies() if each["name"] == "__Host-session")


def test_log_out_of_the_portal(walk: Walk) -> None:
    log_in(walk, "anna", OVERVIEW)
    walk.page.get_by_role("button", name="Log ud", exact=True).first.click()
    wait_for(walk, "/logout/done/")

    walk.heading("Du er logget ud")
    walk.sees("Du er logget ud af Indberet og af MitID Erhverv.")
    walk.check()
    while walk.page.url != "about:blank" and walk.page.go_back():
        expect(walk.page.locator("body")).not_to_contain_text("Anna Andersen")
        expect(walk.page.locator("body")).not_to_contain_text("Opret ny")
    walk.go(OVERVIEW)
    walk.page.get_by_role("link", name=START).click()
    expect(walk.page.locator("[name=username]")).to_be_visible()


def test_log_out_at_the_identity_provider(walk: Walk, identity_provider: SimpleSaml) -> None:
    log_in(walk, "gudrun", OVERVIEW)
    walk.page.goto(identity_provider.logout_url)
    walk.page.wait_for_url(f"{identity_provider.url}/logout.php")

    walk.go(OVERVIEW)
    walk.heading("Du er logget ud")
    walk.sees("Du er logget ud, fordi du har logget ud af MitID Erhverv")


def test_the_log_ins_of_two_people_end_one_by_one(new_walk: NewWalk) -> None:
    anna, gudrun = new_walk(), new_walk()
    log_in(anna, "anna", OVERVIEW)
    log_in(gudrun, "gudrun", OVERVIEW)
    anna.page.get_by_role("button", name="Log ud", exact=True).first.click()
    wait_for(anna, "/logout/done/")

    gudrun.go(OVERVIEW)
    expect(gudrun.page.locator("header")).to_contain_text("Gudrun Godkender")


def test_check_login_finds_nothing_to_complain_about_but_the_trials_lack_of_tls(portal: Portal) -> None:
    found = json.loads(portal.run("-m", "indberet", "check-login", "--online", "--json"))

    assert found["ok"]
    complaints = {point["name"]: point["state"] for point in found["points"] if point["state"] != "ok"}
    assert complaints == {"idp-log-in": "warning", "idp-log-out": "warning"}


def test_without_javascript(new_walk: NewWalk) -> None:
    walk = new_walk(scripts=False)
    walk.go(OVERVIEW)
    walk.page.get_by_role("link", name=START).click()
    walk.page.locator("[name=username]").fill("anna")
    walk.page.locator("[name=password]").fill(PASSWORD)
    walk.page.locator("[name=password]").press("Enter")
    walk.page.locator("button:visible, input[type=submit]:visible").first.click()
    wait_for(walk, OVERVIEW)
    expect(walk.page.locator("header")).to_contain_text("Anna Andersen")

    walk.page.get_by_role("button", name="Log ud", exact=True).first.click()
    wait_for(walk, "/logout/done/")
