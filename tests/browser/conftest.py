"""One Chromium per worker, the portal on a port of its own, and a person who walks through it.

The clock stands still, so that what is shown is the same every day. At the end of every test the browser must have
complained about nothing, asked nobody else, and shown no person's number in an address (see watch.py).
"""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import expect as playwright_expect

from .pictures import Pictures
from .walk import LISTEN, Walk
from .watch import Watch

NOW = datetime(2026, 11, 22, 10, 15, tzinfo=ZoneInfo("Europe/Copenhagen"))
WIDE, HIGH = 1280, 900
PATIENCE = 20_000  # milliseconds, for a busy machine; nothing waits longer than it must
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--disable-partial-raster",
    "--num-raster-threads=1",
)

NewWalk = Callable[..., Walk]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, with a fresh profile."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "true"  # Playwright's own loop runs in this thread; Django does not use it
    )
    with sync_playwright() as playwright:
        path = os.environ.get("INDBERET_TEST_CHROMIUM") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS), chromium_sandbox=False)
        playwright_expect.set_options(timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The time on the server: always the same moment."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return NOW


@pytest.fixture
def contacts(db: None, clock: datetime) -> None:
    """Both municipalities have filled in their contact details, so that they may report."""
    from indberet.pages.contacts import save_contact
    from tests.people import ADULTS, ANNA, CARLA, CHILDREN

    for scope in (ANNA, CARLA):
        for statistic in (ADULTS, CHILDREN):
            values = {"name": "Anna Andersen", "phone": "66 13 13 72", "email": "anna@odense.example"}
            save_contact(scope, statistic, values)


@pytest.fixture
def new_walk(chromium: Browser, live_server: Any, request: pytest.FixtureRequest) -> Iterator[NewWalk]:
    """Makes a person with a browser of their own; `scripts` is false for one without JavaScript."""
    yield from walks_at(chromium, request, live_server.url)


def walks_at(chromium: Browser, request: pytest.FixtureRequest, url: str, provider: str = "") -> Iterator[NewWalk]:
    """Makes persons at a portal; `provider` is the address of the identity provider to which they may be sent."""
    walks: list[Walk] = []
    chapter = request.node.get_closest_marker("guide")
    pictures = Pictures(request.node.name, chapter.args[0] if chapter else "")

    def make(*, scripts: bool = True, width: int = WIDE, height: int = HIGH) -> Walk:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale="da-DK",
            timezone_id="Europe/Copenhagen",
            reduced_motion="reduce",
            java_script_enabled=scripts,
            ignore_https_errors=bool(provider),
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(LISTEN)
        watch = Watch(context, url, provider)
        walks.append(Walk(context.new_page(), url, watch, pictures, scripts=scripts))
        return walks[-1]

    yield make
    problems = [problem for walk in walks for problem in walk.watch.problems]
    for walk in walks:
        walk.page.context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def walk(contacts: None, new_walk: NewWalk) -> Walk:
    """A person at the log-in page of a municipality that may report."""
    return new_walk()
