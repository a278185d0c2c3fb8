"""A person at the portal: small verbs that do what a caseworker does, each waiting until the page has answered."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Dialog, Download, Locator, Page, expect

from indberet.access.test_login.people import people

from .pictures import DRAWN, Pictures
from .watch import Watch

# The page tells here when it waits for an answer, so that the tests can wait with it.
LISTEN = """
document.addEventListener("indberet:working", (event) => { document.waits = event.detail; });
document.addEventListener("htmx:beforeRequest", () => { document.waits = true; });
document.addEventListener("htmx:afterSettle", () => { document.waits = false; });
"""
MARK = """() => {
  document.asked = true;
  document.querySelector("#overview")?.setAttribute("data-asked", "");
  document.dialogWasOpen = Boolean(document.querySelector("dialog[open]"));
}"""
ANSWERED = """() => {
  if (document.readyState !== "complete" || document.waits) return false;
  const overview = document.querySelector("#overview");
  const dialogChanged = Boolean(document.querySelector("dialog[open]")) !== document.dialogWasOpen;
  return !document.asked || dialogChanged || Boolean(overview && !overview.hasAttribute("data-asked"));
}"""
SETTLED = "() => document.readyState === 'complete' && !document.waits"


def labelled(label: str) -> re.Pattern[str]:
    """An accessible name: the label, with or without the remark that the field is voluntary."""
    escaped = re.escape(label).replace("/", r"\/")
    return re.compile(rf"^{escaped}( \(.*\))?$")


class Walk:
    """One person's page in the browser. `scripts` is false where JavaScript is off."""

    def __init__(self, page: Page, url: str, watch: Watch, pictures: Pictures, *, scripts: bool = True) -> None:
        self.page, self.url, self.watch, self.pictures, self.scripts = page, url, watch, pictures, scripts

    # Where to

    def log_in(self, person: str, to: str = "/") -> None:
        """Through the page of the test log-in."""
        name = next(found.name for found in people() if found.key == person)
        self.go(f"/login/?next={to}")
        self.press(f"Log ind som {name}")

    def go(self, path: str) -> None:
        """Opens an address of the portal."""
        self.page.goto(f"{self.url}{path}")
        self.settle()

    def press(self, name: str, within: Locator | None = None, *, keys: str = "") -> None:
        """Presses a button or link and waits for what it leads to: a page, a new table, a dialog."""
        with self.answer():
            button = self.button(name, within)
            button.press(keys) if keys else button.click()

    @contextmanager
    def answer(self) -> Iterator[None]:
        """What is done inside leads to a page, a new table or a dialog; afterwards it is there."""
        if not self.scripts:
            with self.page.expect_navigation():
                yield
            self.watch.seen(self.page)
            return
        self.page.evaluate(MARK)
        yield
        self.page.wait_for_function(ANSWERED)
        self.watch.seen(self.page)

    def settle(self) -> None:
        """Until the page is whole and waits for nothing."""
        if self.scripts:
            self.page.wait_for_function(SETTLED)
        self.watch.seen(self.page)

    def back(self) -> None:
        """The browser's Back."""
        self.page.go_back()
        self.settle()

    def download(self, name: str, folder: Path) -> Path:
        """Presses a button that sends a file; the file."""
        with self.page.expect_download() as started:
            self.button(name).click()
        loaded: Download = started.value
        loaded.save_as(folder / loaded.suggested_filename)
        return folder / loaded.suggested_filename

    @contextmanager
    def asked(self, *, leave: bool) -> Iterator[list[str]]:
        """What the browser asks while something inside is done, answered with yes (`leave`) or no."""
        said: list[str] = []

        def answer(dialog: Dialog) -> None:
            said.append(dialog.message)
            dialog.accept() if leave else dialog.dismiss()

        self.page.on("dialog", answer)
        yield said
        self.page.remove_listener("dialog", answer)

    # What is on the page

    def button(self, name: str, within: Locator | None = None) -> Locator:
        """A button or link by its whole name."""
        root = within or self.page
        return root.get_by_role("button", name=name, exact=True).or_(root.get_by_role("link", name=name, exact=True))

    def field(self, label: str, within: Locator | None = None) -> Locator:
        """A text box, list or tick box by its label."""
        name, root = labelled(label), within or self.page
        found = root.get_by_role("textbox", name=name).or_(root.get_by_role("combobox", name=name))
        return found.or_(root.get_by_role("checkbox", name=name))

    def group(self, label: str) -> Locator:
        """Radio buttons or tick boxes by their heading."""
        return self.page.get_by_role("group", name=labelled(label))

    @property
    def main(self) -> list[Locator]:
        """The page without its head and foot, for pictures."""
        return [self.page.locator("main")]

    def part(self, legend: str) -> Locator:
        """A part of the form by its heading, for pictures."""
        return self.page.get_by_role("group", name=legend, exact=True)

    def row(self, *texts: str) -> Locator:
        """The rows of the table in which all the texts stand."""
        rows = self.page.locator("tbody tr")
        for text in texts:
            rows = rows.filter(has_text=text)
        return rows

    def rows(self, count: int) -> None:
        """The table has so many rows."""
        expect(self.page.locator("tbody tr")).to_have_count(count)

    def sees(self, *texts: str) -> None:
        """Each text is shown in the main part of the page."""
        for text in texts:
            expect(self.page.locator("main").get_by_text(text).filter(visible=True).first).to_be_visible()

    def sees_not(self, *texts: str) -> None:
        """None of the texts is shown in the main part of the page."""
        for text in texts:
            expect(self.page.locator("main").get_by_text(text).filter(visible=True)).to_have_count(0)

    def heading(self, text: str) -> None:
        """The page's heading."""
        expect(self.page.get_by_role("heading", level=1, name=text)).to_be_visible()

    def told(self, text: str) -> None:
        """A message says so."""
        expect(self.page.locator("#messages")).to_contain_text(text)

    def complains(self, label: str, text: str, within: Locator | None = None) -> None:
        """The field has the message, and the summary at the top has it as a link to the field."""
        field = self.field(label, within).or_(self.group(label)).first
        described = (field.get_attribute("aria-describedby") or "").split()
        assert described, f"{label} is described by nothing"
        messages = [self.page.locator(f"[id='{id}']").inner_text() for id in described]
        assert any(text in message for message in messages), (text, messages)
        expect(self.page.locator("[data-error-summary]").get_by_role("link", name=text).first).to_be_visible()

    # What is typed

    def fill(self, label: str, text: str, within: Locator | None = None) -> None:
        """Types over a text box and goes on to the next field."""
        box = self.field(label, within)
        box.fill(text)
        box.press("Tab")
        self.settle()

    def choose_code(self, label: str, query: str, then: str = "Enter") -> None:
        """Searches a list of codes and takes the first that fits."""
        box = self.field(label)
        box.fill(query)
        expect(self.page.get_by_role("listbox", name=label).get_by_role("option").first).to_be_visible()
        box.press(then)
        self.settle()

    def pick(self, label: str, text: str) -> None:
        """Takes the option with this text from a plain list."""
        box = self.field(label)
        option = box.locator("option").filter(has_text=text).first
        box.select_option(value=str(option.get_attribute("value")))
        self.settle()

    def choose(self, label: str, option: str) -> None:
        """One of a few radio buttons."""
        self.set_tick(self.group(label).get_by_role("radio", name=option, exact=True))

    def tick(self, name: str, within: Locator | None = None) -> None:
        """A tick box by its label."""
        self.set_tick((within or self.page).get_by_role("checkbox", name=name, exact=True))

    def tick_row(self, *texts: str) -> None:
        """The tick box of the only row with these texts."""
        self.set_tick(self.row(*texts).get_by_role("checkbox"))

    def set_tick(self, box: Locator) -> None:
        """Ticks a box that is not ticked, or the other way round."""
        was = box.is_checked()
        box.click()
        if box.get_attribute("type") == "checkbox":
            expect(box).to_be_checked(checked=not was)
        self.settle()

    def filter(self, heading: str, text: str) -> None:
        """Types in the field under a heading and presses Enter."""
        name = f"Filtrér {heading}"
        box = self.page.get_by_role("textbox", name=name, exact=True)
        box = box.or_(self.page.get_by_role("combobox", name=name, exact=True))
        box.fill(text)
        with self.answer():
            box.press("Enter")

    # What is proved and kept

    def check(self) -> None:
        """The page in its present state: no WCAG violation, nothing kept in the browser."""
        self.settle()
        self.page.evaluate(DRAWN)
        self.watch.check_axe(self.page)
        self.watch.check_storage(self.page)

    def shot(self, name: str, *marked: Locator, of: Sequence[Locator] = ()) -> None:
        """A picture of the page, or of parts of it, with a frame around what the text speaks of."""
        self.settle()
        self.pictures.take(self.page, name, marked, of)

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Waits for something that is not in the page, such as a row in the database."""
        for _ in range(100):
            if condition():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never happened: {what}")
