"""Where is measured: municipalities of a size, and somebody logged in there."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from indberet.access.identity import Identity, Privilege
from indberet.access.scope import Scope
from indberet.access.session import start
from indberet.definition.registry import statistics
from indberet.definition.statistic import Statistic
from indberet.demo.plan import Portion, largest, plan
from indberet.register.listing import Listing
from indberet.register.view_state import ViewState, save_state

from .browser import Browser

SAME_SIZE = 8_600  # records that 10,000 in one municipality leave for the larger statistic
SEED = "1"


def middle() -> str:
    """A municipality that has in a million records as many as it would have in a data set of its own with 10,000.

    All of them entered by hand, so that both listings are long.
    """
    first = main_statistic()

    def distance(portion: Portion) -> float:
        return abs(portion.records - SAME_SIZE)

    portions = plan(records=1_000_000, codes=(), seed=SEED)
    return min(
        (found for found in portions if found.statistic == first and found.by_hand == 1), key=distance
    ).municipality


def main_statistic() -> Statistic:
    """The statistic with the most records."""
    return max(
        statistics(),
        key=lambda found: sum(
            row.records for row in plan(records=1_000_000, codes=(), seed=SEED) if row.statistic == found
        ),
    )


class Place:
    """A municipality with a browser of somebody who reports there, the main statistic or another."""

    def __init__(self, municipality: str, statistic: Statistic | None = None) -> None:
        self.statistic = statistic or main_statistic()
        self.municipality = municipality
        rights = (Privilege(statistic=self.statistic.id, verb="report", municipality=municipality),)
        identity = Identity(subject="bench", name="Bench", organisation="", cvr="", privileges=rights)
        self.scope = Scope(identity=identity, municipality=municipality)
        self._session = import_module(settings.SESSION_ENGINE).SessionStore()
        start(self._session, identity)
        self._session.save()
        cookies = {settings.SESSION_COOKIE_NAME: self._session.session_key}
        self.browser = Browser(get_wsgi_application(), cookies)

    def listing(self, kind: str) -> Listing:
        """One of its listings."""
        return Listing(statistic=self.statistic, municipality=self.municipality, kind=kind)

    def look_at(self, kind: str, **view: Any) -> ViewState:
        """From now on the listing is looked at this way."""
        state = ViewState(**view)
        save_state(self._session, self.listing(kind), state)
        self._session.save()
        return state


PLACES = {"largest": largest, "middle": middle}
