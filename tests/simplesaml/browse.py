"""A person's browser without the browser: the portal by Django's test client, the identity provider over http.

It keeps the identity provider's cookies, follows its redirects and sends its forms as they stand, so that every message
between the two is the one that they wrote.
"""

from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from lxml import html

from .persons import PASSWORD

MOST_HOPS = 15


@dataclass
class Page:
    """What the identity provider answered; `form` is its first form."""

    status: int
    address: str
    text: str
    location: str = ""

    @property
    def form(self) -> Any:
        """The first form; raises IndexError when there is none."""
        return html.fromstring(self.text, base_url=self.address).forms[0]

    @property
    def action(self) -> str:
        """Where the first form is sent."""
        return str(urljoin(self.address, self.form.action or ""))


@dataclass
class Browser:
    """One person between the portal (`client`) and the identity provider at `idp`."""

    client: Any
    idp: str
    portal: str
    cookies: dict[str, str] = field(default_factory=dict)

    def to_provider(self, address: str) -> Page:
        """A page of the identity provider, after its own redirects; one that leads back to the portal is left."""
        for _hop in range(MOST_HOPS):
            page = self._request("GET", address)
            if not page.location or not page.location.startswith(self.idp):
                return page
            address = page.location
        raise AssertionError(f"too many redirects at {address}")

    def name_oneself(self, page: Page, person: str) -> Page:
        """Fills in the page that asks for a name and a password; what the identity provider answers with."""
        values = {**dict(page.form.form_values()), "username": person, "password": PASSWORD}
        return self._send(page.action, values)

    def answer_portal(self, page: Page) -> Any:
        """Sends the identity provider's form to the portal, from another site: without the cookies that stay away."""
        assert page.action.startswith(self.portal), page.text
        return self.client.post(_path(page.action), dict(page.form.form_values()), secure=True)

    def follow(self, response: Any) -> Any:
        """Where the portal leads within itself."""
        for _hop in range(MOST_HOPS):
            location = response.headers.get("Location", "")
            if response.status_code not in (302, 303) or not own(location, self.portal):
                return response
            response = self.client.get(_path(location), secure=True)
        raise AssertionError(f"too many redirects at {response.headers.get('Location')}")

    def log_in(self, person: str, wanted: str = "/") -> Any:
        """The whole way: the portal's log-in, the identity provider, back, and the page at the end of it."""
        begun = self.follow(self.client.get("/login/saml/", {"next": wanted}, secure=True))
        asked = self.to_provider(begun.headers["Location"])
        answered = self.name_oneself(asked, person)
        return self.follow(self.answer_portal(answered))

    def _send(self, address: str, values: dict[str, str]) -> Page:
        page = self._request("POST", address, values)
        return self.to_provider(page.location) if page.location.startswith(self.idp) else page

    def _request(self, method: str, address: str, values: dict[str, str] | None = None) -> Page:
        parts = urlsplit(address)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if values is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request(method, target, urlencode(values) if values is not None else None, headers)
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = answer.read().decode()
        assert answer.status < 500, text
        location = answer.headers.get("Location", "")
        return Page(answer.status, address, text, urljoin(address, location) if location else "")


def own(address: str, portal: str) -> bool:
    """Whether an address is the portal's."""
    return address.startswith("/") or address.startswith(f"{portal}/")


def query(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return dict(parse_qsl(urlsplit(address).query))


def _path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
