"""What must hold in every browser test: nothing complained about, nobody else asked, no person in an address."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")
PERSON_NUMBER = re.compile(r"(?<!\d)\d{6}-?\d{4}(?!\d)")
OUR_SCHEMES = ("data", "blob", "about")
ASSETS = ("stylesheet", "script", "image", "font")
ANSWER_IN_CONSOLE = "Failed to load resource"  # every answer from 400 up; which ones are wrong is judged by status

# At the end of the page the buttons stand where they belong, and lie over no field.
TO_THE_END = "() => { const top = scrollY; window.scrollTo(0, document.documentElement.scrollHeight); return top; }"
RUN_AXE = """async (tags) => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  const told = (node) => [node.target.join(" "), node.failureSummary];
  return found.violations.map(({id, help, nodes}) => ({id, help, nodes: nodes.map(told)}));
}"""


class Watch:
    """Collects what a browser context does wrong; `problems` is empty when all is well. What the pages of an identity
    provider at `provider` do is its own affair.
    """

    def __init__(self, context: BrowserContext, url: str, provider: str = "") -> None:
        self.host, self.provider = urlsplit(url).netloc, urlsplit(provider).netloc
        self.problems: list[str] = []
        self.statuses: list[int] = []
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", self._error)

    def seen(self, page: Page) -> None:
        """Looks at the page's address and title."""
        if self._of_provider(page.url):
            return
        self._no_person(page.url, "address")
        self._no_person(page.title(), "title")

    def check_axe(self, page: Page) -> None:
        """No WCAG 2.0, 2.1 or 2.2 violation of level A or AA in the page's present state."""
        if not page.evaluate("() => Boolean(window.axe)"):
            page.evaluate(AXE)
        before = page.evaluate(TO_THE_END)
        found = page.evaluate(RUN_AXE, list(WCAG))
        page.evaluate("(top) => window.scrollTo(0, top)", before)
        for violation in found:
            self.problems.append(f"axe {violation['id']} on {urlsplit(page.url).path}: {_told(violation)}")

    def check_storage(self, page: Page) -> None:
        """The browser keeps nothing: no localStorage, no sessionStorage."""
        kept = page.evaluate("() => [{...localStorage}, {...sessionStorage}].filter((s) => Object.keys(s).length)")
        if kept:
            self.problems.append(f"kept in the browser: {kept}")

    def _request(self, request: Request) -> None:
        if self._of_provider(request.url):
            return
        parts = urlsplit(request.url)
        if parts.netloc != self.host and parts.scheme not in OUR_SCHEMES:
            self.problems.append(f"request to another host: {request.url}")
        self._no_person(request.url, "request")

    def _of_provider(self, address: str) -> bool:
        return bool(self.provider) and urlsplit(address).netloc == self.provider

    def _response(self, response: Response) -> None:
        if self._of_provider(response.url):
            return
        self.statuses.append(response.status)
        missing_asset = response.status >= 400 and response.request.resource_type in ASSETS
        if response.status >= 500 or missing_asset:
            self.problems.append(f"{response.status} from {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if self._of_provider(message.location["url"]):
            return
        if message.type in ("error", "warning") and not message.text.startswith(ANSWER_IN_CONSOLE):
            self.problems.append(f"console: {message.text}")

    def _error(self, error: WebError) -> None:
        self.problems.append(f"script: {error.error}")

    def _no_person(self, text: str, where: str) -> None:
        if PERSON_NUMBER.search(unquote(text)):
            self.problems.append(f"a person's number in the {where}: {text}")


def _told(violation: dict[str, Any]) -> str:
    first = "; ".join(f"{target}: {summary}" for target, summary in violation["nodes"][:3])
    return f"{violation['help']} ({len(violation['nodes'])} times, first: {first})"
