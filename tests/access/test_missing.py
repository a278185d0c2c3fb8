"""Who lacks a right is told its name, who gives it, and where one has it. Nobody ever meets an empty page."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from indberet.access.claims import URI_WORDS, uri_of
from indberet.access.identity import Privilege
from indberet.access.missing import MissingRight, right_name
from indberet.access.scope import Scope
from indberet.audit.models import Event
from indberet.definition.registry import statistics
from tests.access.acting import ida
from tests.people import AARHUS, ADULTS, CHILDREN, ODENSE, identity, sign_in

pytestmark = pytest.mark.django_db
STEPS = ("Virk-administrator", "rettighedsadministrator", "Anmod om rettigheder", "Data og statistik", "log ind igen")


def text(response):
    html = response.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index("<main") : html.index("</main>")]))


@pytest.mark.requirement("A01", "C02")
@pytest.mark.parametrize("statistic", statistics(), ids=lambda found: found.id)
@pytest.mark.parametrize(("name", "verb"), [("record_new", "report"), ("report", "read")])
def test_the_page_names_the_right_the_organisation_and_the_steps(log_in, statistic, name, verb):
    response = log_in("uffe").get(reverse(name, args=[statistic]))
    assert response.status_code == 403
    page = text(response)
    right = (right_name(statistic, verb), uri_of(settings.PRIVILEGE_PREFIX, statistic.id, verb))
    for told in (*right, "Odense Kommune, CVR-nummer 35209115", *STEPS):
        assert told in page, told
    assert Event.objects.filter(action="refused", statistic=statistic.id, detail={"verb": verb}).exists()


@pytest.mark.requirement("A01", "C02")
def test_the_start_page_of_somebody_without_any_right_says_the_same(log_in):
    page = text(log_in("uffe").get("/"))
    names = [right_name(found, verb) for found in statistics() for verb in ("report", "approve", "read")]
    for told in ("Du har ingen rettigheder i Indberet", "Odense Kommune, CVR-nummer 35209115", *STEPS, *names):
        assert told in page, told
    assert "Du har ingen rettigheder" not in text(log_in("bo").get("/"))


def test_an_empty_list_of_reports_leads_on(log_in):
    assert log_in("uffe").get(reverse("listings")).status_code == 302
    sofie = log_in("sofie").get(reverse("listings"))
    assert "På startsiden står, hvilke rettigheder der findes" in text(sofie)


@pytest.mark.requirement("A01", "C02")
def test_a_right_one_has_for_another_municipality_is_told(log_in):
    both = identity("Thea", ODENSE, "report")
    other = Privilege(statistic=CHILDREN.id, verb="report", municipality=AARHUS)
    only_adults = tuple(held for held in both.privileges if held.statistic == ADULTS.id)
    thea = replace(both, subject="test#uffe", privileges=(*only_adults, other))
    missing = MissingRight(
        identity=thea, scope=Scope(identity=thea, municipality=ODENSE), statistic=CHILDREN, verb="report"
    )
    assert missing.elsewhere == ["Aarhus"]
    assert missing.giver == "Odense Kommune"
    assert not missing.limited
    client = log_in("uffe")
    session = client.session
    session["identity"], session["municipality"] = thea.to_session(), ODENSE
    session.save()
    page = text(client.get(reverse("record_new", args=["children"])))
    assert "Du har rettigheden for Aarhus, men ikke for Odense, som du arbejder for nu. Skift kommune" in page


@pytest.mark.parametrize(("name", "args"), [("overview", ["own"]), ("report", []), ("record_new", [])])
def test_the_office_is_not_told_to_ask_for_a_right_that_grants_it_nothing(log_in, name, args):
    response = log_in("stine").get(reverse(name, args=[ADULTS, *args]))
    assert response.status_code == 403
    page = text(response)
    assert "Siden er for kommunens egne medarbejdere" in page
    assert "Du er logget ind for Danmarks Statistik" in page
    for told in (*STEPS, "læs", "indberet", "den har du ikke"):
        assert told not in page.split("Til startsiden")[0], told


def test_the_office_is_told_of_its_own_right(client):
    privileges = (Privilege(statistic=CHILDREN.id, verb="oversee"),)
    stine = replace(
        identity("Stine", ODENSE), cvr=settings.OFFICE_CVR, organisation="Danmarks Statistik", privileges=privileges
    )
    page = text(sign_in(client, stine).get(reverse("rules", args=[ADULTS])))
    assert right_name(ADULTS, "oversee") in page
    assert "Virk-administrator i Danmarks Statistik" in page


def test_a_limited_right_is_no_whole_one():
    scope = ida()
    missing = MissingRight(identity=scope.identity, scope=scope, statistic=ADULTS, verb="report")
    assert missing.limited
    assert missing.giver == "Vallensbæk Kommune"
    assert missing.elsewhere == ["Ishøj"]


def test_the_privileges_to_create_are_listed():
    page = (Path(__file__).parents[2] / "docs/operations/privileges.md").read_text(encoding="utf-8")
    rows = [
        f"| `{uri_of(settings.PRIVILEGE_PREFIX, found.id, verb)}` | {right_name(found, verb)} |"
        for found in statistics()
        for verb in URI_WORDS
    ]
    assert [row for row in rows if row not in page] == []
    assert page.count(f"`{settings.PRIVILEGE_PREFIX}:") == len(rows)
