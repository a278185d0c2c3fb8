"""The start page: deadlines, for whom one is logged in, and the choice of a municipality."""

import re
from datetime import date

import pytest

from indberet.approval.deadlines import report_deadline_of
from indberet.definition.approval import month_before
from indberet.definition.danish import danish_order
from tests.clock import clock
from tests.people import ADULTS, ODENSE, identity, sign_in

__all__ = ("clock",)
pytestmark = pytest.mark.django_db
DAY = ADULTS.approval.due("report", 2026).day


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize(
    ("today", "deadline"),
    [
        (date(2026, 11, DAY - 1), date(2026, 11, DAY)),
        (date(2026, 11, DAY), date(2026, 11, DAY)),
        (date(2026, 11, DAY + 1), date(2026, 12, DAY)),
        (date(2026, 12, 31), date(2027, 1, DAY)),
    ],
)
def test_the_next_deadline_for_reporting(today, deadline):
    found = report_deadline_of(ADULTS, today)
    assert (found.day, found.month, found.days) == (deadline, month_before(deadline), (deadline - today).days)


def test_the_start_page_tells_both_deadlines(log_in, clock):
    clock.on("2026-12-11")
    page = text(log_in("anna").get("/"))
    assert page.count("Indberetning for november 2026. Frist 14.12.2026, om 3 dage") == 2
    assert "0 af 12 paragraffer er godkendt" in page


def test_who_has_another_report_for_it_has_no_deadline_for_reporting(client, clock):
    """Tårnby answers for all of Dragør's adults."""
    page = text(sign_in(client, identity("Dorte", "155", "report", only="adults"), "155").get("/"))
    assert "En anden kommune godkender" in page
    assert "Indberetning for" not in page


def test_one_who_may_not_report_is_not_told_to(client, log_in):
    assert "Her indberetter du for Odense." in text(log_in("anna").get("/"))
    page = text(log_in("sofie").get("/"))
    assert "Du er logget ind for Odense." in page
    assert "Her indberetter du" not in page
    readers = identity("Rie", ODENSE, "read")
    assert "Du er logget ind for Odense." in text(sign_in(client, readers, ODENSE).get("/"))


def test_one_without_a_municipality_has_none_to_choose(log_in):
    stine = log_in("stine")
    assert stine.get("/municipality/", follow=True).redirect_chain == [("/", 302), ("/office/", 302)]
    assert stine.post("/municipality/", {"municipality": ODENSE}).status_code == 404


def test_one_municipality_is_not_several(log_in):
    page = text(log_in("anna").get("/municipality/"))
    assert "Du har rettigheder i én kommune." in page
    assert "flere kommuner" not in page


def test_danish_order_of_names():
    names = ["Aarhus", "Ærø", "Ødsted", "Århus", "Aabenraa", "Zebra", "Lyngby-Taarbæk", "Læsø", "Lyngby Ty", "Álborg"]
    assert sorted(names, key=danish_order) == [
        "Álborg",
        "Lyngby Ty",
        "Lyngby-Taarbæk",
        "Læsø",
        "Zebra",
        "Ærø",
        "Ødsted",
        "Aabenraa",
        "Aarhus",
        "Århus",
    ]
