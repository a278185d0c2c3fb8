"""Who acts for another municipality, with what and when."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from indberet.access.claims import identify
from indberet.access.delegation import passed_on, service_codes, told
from indberet.access.identity import Privilege
from indberet.access.scope import NoPrivilege, Scope
from indberet.access.test_login.people import people
from indberet.definition.code_lists import Certainty
from indberet.register.delete import delete_records
from indberet.register.models import Record
from indberet.register.save import OtherSection, save_record
from tests.access.acting import ASSISTANCE, CASH, ISHOEJ, STAY, VALLENSBAEK, VERA, body, ida, show
from tests.people import (
    ADULTS,
    OTHER_ADULT,
    TODAY,
    adult_values,
    new_token,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("period", "holds"),
    [
        ({}, True),
        ({"since": TODAY, "until": TODAY}, True),
        ({"since": TODAY + DAY}, False),
        ({"until": TODAY - DAY}, False),
    ],
)
def test_it_holds_on_its_days_only(acting, data, delegations, monkeypatch, period, holds):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_now: TODAY)
    held = ida()
    delegations(but=("§ 95", "§ 96"), **period)
    assert held.may_some("report", "adults") is holds, "though the privilege was got before"
    assert show(acting, "overview", "own").status_code == (200 if holds else 403)
    person = next(found for found in people() if found.key == "ida")
    assert (VALLENSBAEK in person.identity.municipalities) is holds


@pytest.mark.parametrize(
    ("verbs", "passed"),
    [(("read",), {"read"}), (("report",), {"report"}), (("approve",), {"read"}), (("inspect",), set())],
)
def test_what_is_passed_on_is_what_one_has(verbs, passed):
    through = [held for held in ida(*verbs).identity.privileges if held.through]
    assert {held.verb for held in through} == passed
    assert {(held.statistic, held.municipality, held.through) for held in through} == (
        {("adults", VALLENSBAEK, ISHOEJ)} if passed else set()
    )


def test_who_may_only_read_does_not_report(data):
    reader = ida("read")
    assert Record.objects.within(reader, "adults").filter(pk=data.shared.pk).exists()
    for verb in ("report", "approve", "inspect"):
        assert not reader.may_some(verb, "adults")
        with pytest.raises(NoPrivilege):
            Record.objects.within(reader, "adults", verb)


def test_nothing_is_passed_on_twice_nor_to_others():
    through = Privilege(statistic="adults", verb="report", municipality=VALLENSBAEK, through=ISHOEJ)
    assert passed_on([through], TODAY) == ()
    own = Privilege(statistic="adults", verb="report", municipality=VALLENSBAEK)
    assert passed_on([own], TODAY) == ()
    assert passed_on([replace(own, verb="oversee", municipality="")], TODAY) == ()


def test_whoever_has_both_has_the_whole():
    """Thea reports for both municipalities by privileges of their own: the limited one takes nothing away."""
    both = ida().identity
    own = Privilege(statistic="adults", verb="report", municipality=VALLENSBAEK)
    whole = Scope(identity=replace(both, privileges=(*both.privileges, own)), municipality=VALLENSBAEK)
    assert whole.service_codes("report", "adults") is None
    assert whole.limits("report", "adults") == ()
    assert whole.on_behalf("adults") == {}


def test_whoever_may_read_all_and_report_some_reports_some(data):
    both = ida().identity
    own = Privilege(statistic="adults", verb="read", municipality=VALLENSBAEK)
    mixed = Scope(identity=replace(both, privileges=(*both.privileges, own)), municipality=VALLENSBAEK)
    assert Record.objects.within(mixed, "adults").filter(pk=data.secret.pk).exists()
    assert delete_records(scope=mixed, statistic=ADULTS, record_ids=[data.secret.pk, data.cash.pk]).records == 0
    with pytest.raises(OtherSection):
        save_record(
            scope=mixed,
            statistic=ADULTS,
            values=adult_values(cpr=OTHER_ADULT),
            record=data.secret,
            token=new_token(),
            today=TODAY,
        )


def test_the_codes_of_the_delegated_sections(delegations):
    codes = ADULTS.codes_of("service_code")
    covered = service_codes("adults", VALLENSBAEK, ISHOEJ, TODAY)
    assert STAY in covered
    assert {CASH, ASSISTANCE}.isdisjoint(covered)
    assert {codes.known(code).get("section") for code in covered}.isdisjoint({"", "§ 95", "§ 96"})
    assert service_codes("adults", ISHOEJ, VALLENSBAEK, TODAY) == frozenset()
    delegations(sections=("§ 95",))
    assert service_codes("adults", VALLENSBAEK, ISHOEJ, TODAY) == {CASH}


def test_a_record_of_an_unknown_code_is_the_municipalitys_own(data):
    Record.unscoped.filter(pk=data.shared.pk).update(service_code="no such code")
    assert not Record.objects.within(ida(), "adults").filter(pk=data.shared.pk).exists()
    assert Record.objects.within(VERA, "adults").filter(pk=data.shared.pk).exists()


@pytest.mark.parametrize("row", ADULTS.approval.delegations)
def test_a_delegation_is_told_with_its_certainty(row):
    text = told(row)
    assert ("udledt og ikke bekræftet" in text) is (row.certainty != Certainty.CONFIRMED)
    if row.municipality == VALLENSBAEK:
        assert text == "Ishøj varetager alle paragraffer undtagen § 95 og § 96 for Vallensbæk."
    else:
        assert text.startswith("Tårnby varetager alle paragraffer for Dragør.")


def test_a_person_of_an_acting_municipality_chooses_and_is_told(acting, data):
    html = body(acting.get(reverse("choose_municipality")))
    assert "de paragraffer, din kommune varetager" in html
    assert "Ishøj varetager alle paragraffer undtagen § 95 og § 96 for Vallensbæk." in body(acting.get("/"))
    assert "Du arbejder på vegne af Vallensbæk" in body(show(acting, "overview", "own"))
    acting.post(reverse("choose_municipality"), {"municipality": ISHOEJ})
    assert "på vegne af" not in body(show(acting, "overview", "own"))


def test_in_ones_own_municipality_nothing_of_the_others_is_seen(acting, data):
    acting.post(reverse("choose_municipality"), {"municipality": ISHOEJ})
    assert show(acting, "record_edit", data.shared.pk).status_code == 404
    assert "020280-0006" not in body(show(acting, "overview", "all"))


def test_the_log_in_passes_it_on():
    person = next(found for found in people() if found.key == "ida")
    through = [held for held in person.identity.privileges if held.through]
    assert [(held.statistic, held.municipality) for held in through] == [("adults", VALLENSBAEK)]
    assert identify(person.claims, prefix="urn:dk:dst:indberet", office="17150413").municipalities == (
        ISHOEJ,
        VALLENSBAEK,
    )
