"""From what a log-in says of a person to what that person may do."""

from dataclasses import replace

import pytest
from django.urls import reverse

from indberet.access.claims import WORDS, Claims, Grant, Refused, identify, uri_of
from indberet.access.identity import LONGEST_ID, LONGEST_NAME, Identity, Privilege
from indberet.access.privileges import grants
from indberet.access.scope import Scope
from indberet.access.session import current_scope, start
from indberet.access.test_login.people import people
from indberet.definition.registry import municipalities, statistics
from tests.access.test_privileges import group, listed, sent
from tests.people import AARHUS, ODENSE

PREFIX, OFFICE = "urn:dk:example", "17150413"
CONSULTANTS = "90000001"


def cvr(code):
    return municipalities().known(code).get("cvr")


def grant(code, word="indberet", statistic="adults", prefix=PREFIX):
    return Grant(cvr=cvr(code) or code, uri=f"{prefix}:{statistic}:{word}")


PERSON = Claims(
    issuer="https://idp.example.dk",
    person="3c5f",
    name="Anna Andersen",
    cvr=cvr(ODENSE),
    organisation="Odense Kommune",
    loa="Substantial",
    source="saml",
)


def came(*granted, **changes) -> Identity:
    return identify(replace(PERSON, grants=granted, **changes), prefix=PREFIX, office=OFFICE)


def refused(*granted, **changes):
    with pytest.raises(Refused) as told:
        came(*granted, **changes)
    return told.value


def rights(identity):
    return {(held.statistic, held.verb, held.municipality) for held in identity.privileges}


@pytest.mark.requirement("A01", "C02")
@pytest.mark.parametrize(("word", "verb"), [pair for pair in WORDS.items() if pair[1] != "oversee"])
@pytest.mark.parametrize("statistic", [found.id for found in statistics()])
def test_one_privilege_per_statistic_and_verb(word, verb, statistic):
    assert rights(came(grant(ODENSE, word, statistic))) == {(statistic, verb, ODENSE)}
    assert uri_of(PREFIX, statistic, verb) == f"{PREFIX}:{statistic}:{word}"


@pytest.mark.parametrize(
    "other",
    [
        grant(ODENSE, statistic="homes"),
        grant(ODENSE, "skriv"),
        grant(ODENSE, "INDBERET"),
        grant(ODENSE, prefix="urn:dk:other"),
        grant(ODENSE, prefix=f"{PREFIX}:adults"),
        Grant(cvr=cvr(ODENSE), uri=f"{PREFIX}:adults:indberet:mere"),
        Grant(cvr=cvr(ODENSE), uri=f"{PREFIX}:adults"),
        Grant(cvr=cvr(ODENSE), uri=""),
        Grant(cvr="", uri=f"{PREFIX}:adults:indberet"),
    ],
)
def test_what_is_not_known_grants_nothing(other):
    assert came(other).privileges == ()


def test_the_same_right_twice_is_one():
    assert len(came(grant(ODENSE), grant(ODENSE)).privileges) == 1


def test_somebody_without_rights_is_let_in_to_be_told_so():
    assert came().privileges == ()
    assert came().organisation == "Odense Kommune"


@pytest.mark.parametrize("level", ["Low", "", "substantial", "Medium", " High", "https://data.gov.dk/nsis/Substantial"])
def test_a_level_below_substantial_or_unknown_is_refused(level):
    told = refused(grant(ODENSE), loa=level)
    assert (told.reason, told.detail) == ("level", {"loa": level, "cvr": cvr(ODENSE)})


@pytest.mark.parametrize("level", ["Substantial", "High"])
def test_substantial_and_high_are_enough(level):
    assert came(grant(ODENSE), loa=level).loa == level


def test_a_private_person_is_refused():
    assert refused(grant(ODENSE), cvr="", organisation="").reason == "private"


@pytest.mark.parametrize(
    "granted", [(), (grant(CONSULTANTS),), (grant(ODENSE, statistic="homes"),), (grant(ODENSE, "overvaag"),)]
)
def test_an_organisation_that_has_no_business_here_is_refused(granted):
    told = refused(*granted, cvr=CONSULTANTS, organisation="Konsulenthuset")
    assert (told.reason, told.detail) == ("organisation", {"cvr": CONSULTANTS})


def test_the_office_is_let_in_and_may_report_for_nobody():
    assert came(cvr=OFFICE).privileges == ()
    assert came(grant(OFFICE), cvr=OFFICE).privileges == ()


@pytest.mark.parametrize("place", [ODENSE, CONSULTANTS])
def test_only_the_office_grants_what_its_own_staff_may(place):
    overseeing = grant(place, "overvaag")
    assert came(overseeing).privileges == ()
    assert came(Grant(cvr=OFFICE, uri=overseeing.uri)).privileges == (Privilege(statistic="adults", verb="oversee"),)


# Power of attorney


@pytest.mark.requirement("A01", "C03")
def test_a_right_is_for_the_organisation_that_granted_it_not_for_ones_own():
    identity = came(grant(AARHUS))
    assert identity.cvr == cvr(ODENSE)
    assert identity.municipalities == (AARHUS,)
    assert not Scope(identity=identity, municipality=ODENSE).may("read", "adults")


@pytest.mark.requirement("A01", "C03")
def test_a_consultant_reports_for_the_municipality_that_gave_the_power():
    identity = came(grant(ODENSE), cvr=CONSULTANTS, organisation="Konsulenthuset")
    assert rights(identity) == {("adults", "report", ODENSE)}
    assert (identity.organisation, identity.cvr) == ("Konsulenthuset", CONSULTANTS)


@pytest.mark.requirement("C03")
@pytest.mark.django_db
def test_several_municipalities_are_chosen_between(rf):
    one, two = came(grant(ODENSE)), came(grant(ODENSE), grant(AARHUS, "laes"))
    request = rf.get("/")
    request.session = {}
    start(request.session, one)
    assert current_scope(request, one).municipality == ODENSE
    request.session = {"municipality": "183"}
    start(request.session, two)
    assert current_scope(request, two) is None
    request.session["municipality"] = AARHUS
    scope = current_scope(request, two)
    assert scope.may("read", "adults")
    assert not scope.may("report", "adults")


def test_the_whole_way_from_what_mitid_erhverv_sends():
    limited = group(f"{PREFIX}:children:indberet", more='<Constraint Name="urn:dk:kombit:KLE">27.*</Constraint>')
    blob = sent(listed(group(f"{PREFIX}:adults:laes", "urn:dk:other"), limited))
    assert rights(came(*grants(blob))) == {("adults", "read", ODENSE)}


def test_a_person_is_known_by_issuer_and_id_and_nothing_else():
    here, there = came(email="anna@odense.dk"), came(issuer="https://other.example.dk", email="anna@odense.dk")
    assert here.subject == "https://idp.example.dk#3c5f"
    assert here.subject != there.subject


# The test persons come the same way


@pytest.mark.django_db
@pytest.mark.requirement("A02", "C03")
@pytest.mark.parametrize("key", [person.key for person in people()])
def test_a_test_person_is_let_in_or_told_why_not(client, key):
    person = {found.key: found for found in people()}[key]
    reasons = {"lasse": "level", "paula": "private", "viktor": "organisation"}
    response = client.post(reverse("login"), {"person": key})
    if key in reasons:
        assert response.status_code == 303
        assert response["Location"].startswith(reverse("login_refused", args=[reasons[key]]))
        assert client.get("/").status_code == 302, "nobody is logged in"
        assert person.privileges == ()
    else:
        assert response.status_code == 302
        assert person.identity.subject == f"test#{key}"
        assert person.identity.source == "test"
        assert client.get("/").status_code in (200, 302)


def test_the_rights_of_the_test_persons():
    held = {person.key: {(p.verb, p.municipality, p.through) for p in person.privileges} for person in people()}
    assert held["anna"] == held["bo"] == held["birthe"] == held["konrad"] == {("report", ODENSE, "")}
    assert held["gudrun"] == {(verb, ODENSE, "") for verb in ("read", "report", "approve")}
    assert held["sofie"] == {("inspect", ODENSE, "")}
    assert held["uffe"] == set()
    assert held["carla"] == {("report", AARHUS, "")}
    assert held["thea"] == {("report", "183", ""), ("report", "187", ""), ("report", "187", "183")}
    assert held["ida"] == {("report", "183", ""), ("report", "187", "183")}
    assert held["inger"] == {("approve", "183", ""), ("read", "187", "183")}
    assert held["stine"] == {("oversee", "", "")}


def test_a_long_name_is_cut_and_one_that_is_not_told_is_the_organisations():
    long = came(grant(ODENSE), name="ø" * 300, organisation="å" * 300)
    assert (long.name, long.organisation) == ("ø" * LONGEST_NAME, "å" * LONGEST_NAME)
    assert came(grant(ODENSE), name="").name == "Odense Kommune"


@pytest.mark.parametrize("which", ["person", "name_id", "session_index"])
def test_an_id_that_the_tables_have_no_room_for_is_refused(which):
    room = LONGEST_ID - (len(f"{PERSON.issuer}#") if which == "person" else 0)
    assert came(grant(ODENSE), **{which: "x" * room})
    told = refused(grant(ODENSE), **{which: "x" * (room + 1)})
    assert (told.reason, told.detail["code"]) == ("answer", "too-long")
