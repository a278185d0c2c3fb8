"""How the user looks at a listing: view, sorting, filters, page, ticked rows. It lives in the session, not in a URL."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from django.contrib.sessions.backends.base import SessionBase

from .listing import Listing

ViewName = Literal["records", "cases", "case_records"]
VIEWS: tuple[ViewName, ...] = get_args(ViewName)
Anchor = Literal["first", "after", "before", "last"]
PAGE_SIZES = (20, 50, 100, 200)
MOST_TICKED = 1000
SESSION_KEY = "views"


@dataclass(kw_only=True)
class ViewState:
    """`anchor` and `row` say where the page lies: after or before the row of that id; `page` counts from 1.

    `cases` are the ids whose services the view "Ydelser ved sag" shows.
    """

    view: ViewName = "records"
    sort: str = "cpr"
    descending: bool = False
    filters: dict[str, str] = field(default_factory=dict)
    page_size: int = 50
    page: int = 1
    anchor: Anchor = "first"
    row: int = 0
    ticked: list[int] = field(default_factory=list)
    cases: list[int] = field(default_factory=list)

    def go_first(self) -> None:
        """To the first page."""
        self.page, self.anchor, self.row = 1, "first", 0

    def go_last(self, pages: int) -> None:
        """To the last of `pages` pages."""
        self.page, self.anchor, self.row = max(pages, 1), "last", 0

    def go_after(self, row: int) -> None:
        """To the page after row id `row`."""
        self.page, self.anchor, self.row = self.page + 1, "after", row

    def go_before(self, row: int) -> None:
        """To the page before row id `row`; before the second page lies the first."""
        if self.page <= 2:
            self.go_first()
        else:
            self.page, self.anchor, self.row = self.page - 1, "before", row

    def sort_by(self, column: str) -> None:
        """Sorts by a column; the same once more turns the order around."""
        self.descending = not self.descending if self.sort == column else False
        self.sort = column
        self.go_first()

    def show(self, view: ViewName, kept: Collection[str] = ()) -> list[str]:
        """Another view: its rows are other things, so ticks end, and filters but for those `kept`. Returns the columns
        of filters that ended."""
        if view == self.view:
            return []
        before = self.filters
        self.view, self.sort, self.descending = view, "cpr", False
        self.filters = {name: text for name, text in before.items() if name in kept}
        self.ticked = []
        self.go_first()
        return [name for name in before if name not in kept]

    def leave(self, view: ViewName) -> None:
        """Out of a view that is not to be had."""
        if self.view == view:
            self.show("records")

    def filter(self, typed: dict[str, str]) -> None:
        """New filter texts by column; empty ones are dropped."""
        kept = {column: text.strip()[:200] for column, text in typed.items() if text.strip()}
        if kept != self.filters:
            self.filters = kept
            self.go_first()

    def tick(self, shown: list[int], ticked: list[int]) -> None:
        """The rows ticked on this page; those ticked on other pages stay."""
        elsewhere = [row for row in self.ticked if row not in set(shown)]
        self.ticked = (elsewhere + ticked)[:MOST_TICKED]


def load_state(session: SessionBase, listing: Listing) -> ViewState:
    """The state last saved for the listing, or a fresh one."""
    stored: dict[str, Any] = session.get(SESSION_KEY, {}).get(listing.number, {})
    return ViewState(**stored)


def save_state(session: SessionBase, listing: Listing, state: ViewState) -> None:
    """Keeps the state until log-out."""
    session[SESSION_KEY] = {**session.get(SESSION_KEY, {}), listing.number: asdict(state)}


def untick(session: SessionBase, listing: Listing) -> None:
    """No row of the listing is ticked any more."""
    state = load_state(session, listing)
    state.ticked = []
    save_state(session, listing, state)
