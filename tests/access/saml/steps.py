"""What the tests do again and again: start a log-in, hand in an answer, look at what came of it."""

from typing import Any

from django.conf import settings
from django.test import Client

from indberet.audit.models import Event

from .idp import SIGN_IN, answer, request_id


def start(browser: Client, onward: str = "/listings/") -> str:
    """The browser is sent to the identity provider; gives the id of the request."""
    response = browser.get("/login/saml/", {"next": onward})
    assert response.status_code == 303
    assert response["Location"].startswith(f"{SIGN_IN}?SAMLRequest=")
    return request_id(response["Location"])


def hand_in(browser: Client, text: str) -> Any:
    """The identity provider's page posts from another site: the browser sends the handshake's cookie and no other."""
    from_elsewhere = Client(enforce_csrf_checks=True)
    if settings.LOGIN_COOKIE_NAME in browser.cookies:
        from_elsewhere.cookies[settings.LOGIN_COOKIE_NAME] = browser.cookies[settings.LOGIN_COOKIE_NAME].value
    response = from_elsewhere.post("/saml/acs/", {"SAMLResponse": text, "RelayState": "https://example.dk/"})
    assert settings.SESSION_COOKIE_NAME not in response.cookies
    return response


def log_in(browser: Client, onward: str = "/listings/", **changes: Any) -> Any:
    """A whole log-in by an answer made with these changes; gives the answer of login_complete."""
    response = hand_in(browser, answer(start(browser, onward), **changes))
    assert (response.status_code, response["Location"]) == (303, "/login/complete/"), last_refusal()
    return browser.get("/login/complete/")


def last_refusal() -> dict[str, Any]:
    """What the trail says of the last log-in that was refused."""
    event = Event.objects.filter(action="login_refused").order_by("-pk").first()
    return event.detail if event else {}


def is_logged_in(browser: Client) -> bool:
    """Whether the server takes the browser for somebody."""
    return bool(browser.get("/listings/").status_code == 200)
