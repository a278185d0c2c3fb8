"""The pages of approval: where figures lead, what is told, and what is never shown."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse

from indberet.approval.approve import freeze_report
from indberet.approval.history import approval_of
from indberet.approval.models import Approval
from indberet.approval.receipt_pdf import receipt_rows
from indberet.approval.two_persons import want_two
from indberet.audit.models import Event
from indberet.register.delete import delete_records
from indberet.report.models import Report
from tests.access.acting import CASH as CASH_CODE
from tests.access.acting import hide, ida
from tests.approval.given import GORM, GUDRUN, INGER, ISHOEJ, VALLENSBAEK, give
from tests.people import ADULTS, CHILD, CHILDREN, ODENSE, OTHER_ADULT, TODAY, identity, save, scope, sign_in
from tests.report.records import put

pytestmark = pytest.mark.django_db
RELIEF, HELP, STAY, CASH = "§ 90, nr. 2", "§ 90, nr. 1", "§ 107", "§ 95"


@pytest.fixture
def gudrun(client):
    return sign_in(client, GUDRUN.identity)


@pytest.fixture
def inger(client):
    """Approves for Ishøj, and so for Vallensbæk but for §§ 95 and 96."""
    return sign_in(client, ida("approve").identity, ISHOEJ)


def page(client, statistic="children", year=2026, **told):
    response = client.get(reverse("approval_year", args=[statistic, year]), told)
    assert response.status_code == 200
    return unescape(response.content.decode())


def records(client, statistic="adults", year=2026, **asked):
    return client.get(reverse("approval_records", args=[statistic, year]), asked)


def post(client, name, *args, **told):
    return client.post(reverse(name, args=args), told, follow=True)


def hrefs(html, what):
    return re.findall(rf'href="([^"]*what={what}[^"]*)"', html)


def test_figures_and_changes_lead_to_their_records(gudrun, clock):
    stays = save(CHILDREN)
    give(RELIEF)
    clock.now += timedelta(minutes=1)
    save(CHILDREN, cpr="0505850008")
    delete_records(scope=scope(), statistic=CHILDREN, record_ids=[stays.pk])
    html = page(gudrun)
    shown = {what: unescape(gudrun.get(hrefs(html, what)[-1]).content.decode()) for what in ("received", "deleted")}
    assert "050585-0008" in shown["received"]
    assert "040415-4004" not in shown["received"]
    assert "040415-4004" in shown["deleted"]
    assert "slettet af Anna" in shown["deleted"]
    services = unescape(gudrun.get(hrefs(html, "services")[0]).content.decode())
    assert "050585-0008" in services
    told = Event.objects.filter(action="list", detail__view="approval")
    assert [event.detail["what"] for event in told] == ["received", "deleted", "services"]
    assert told[0].cases
    assert CHILD not in html


def test_there_is_no_list_of_what_does_not_exist(gudrun):
    freeze_report(GUDRUN, ADULTS, ODENSE, TODAY)
    good = {"section": STAY, "what": "received"}
    assert records(gudrun, **good).status_code == 200
    wrong = [{"what": "all"}, {"section": "§ 1"}, {"section": ""}, {"municipality": "751"}, {"municipality": "x"}]
    wrong += [{"approval": "999"}]
    assert [records(gudrun, **{**good, **change}).status_code for change in wrong] == [404] * len(wrong)
    assert records(gudrun, year=9999, **good).status_code == 404
    for number in ("0", "99", "²", "x" * 40):
        assert records(gudrun, **good, page=number).status_code == 200


def test_a_long_list_has_pages(gudrun):
    for number in range(51):
        put(date(2025, 1, 1), None, "1.8.2", person=f"UDL{number:03}")
    asked = {"section": STAY, "what": "services"}
    assert "UDL050" not in records(gudrun, **asked).content.decode()
    assert "UDL050" in records(gudrun, **asked, page=2).content.decode()


# Shared administration


@pytest.fixture
def vallensbaek():
    """A stay that Ishøj approves, and a service after § 95 that it may not see; a stay in Ishøj."""
    thea = scope("Thea", VALLENSBAEK)
    save(by=thea)
    hide(save(by=thea, cpr=OTHER_ADULT), CASH_CODE)
    freeze_report(INGER, ADULTS, VALLENSBAEK, TODAY)


def test_whoever_approves_for_another_sees_the_delegated_persons_only(inger, vallensbaek):
    html = page(inger, "adults")
    links = [link for what in ("services", "errors") for link in hrefs(html, what)]
    assert {"municipality=187" in link for link in links} == {True}
    assert links
    shown = [inger.get(link) for link in links]
    assert {response.status_code for response in shown} == {200}
    bodies = " ".join(unescape(response.content.decode()) for response in shown)
    assert "020280-0006" in bodies
    assert "030375-0004" not in bodies
    told = Event.objects.filter(action="list", municipality=VALLENSBAEK)
    assert {event.detail["acting"] for event in told} == {ISHOEJ}


@pytest.mark.parametrize("what", ["services", "errors", "received", "corrected", "deleted"])
def test_what_is_not_delegated_is_not_found(inger, vallensbaek, what):
    assert records(inger, municipality=VALLENSBAEK, section=STAY, what=what).status_code == 200
    response = records(inger, municipality=VALLENSBAEK, section=CASH, what=what)
    assert response.status_code == 404
    assert records(inger, municipality="155", section=STAY, what=what).status_code == 404


def test_one_changes_to_the_other_municipality_to_open_a_record(inger, vallensbaek):
    html = unescape(records(inger, municipality=VALLENSBAEK, section=STAY, what="services").content.decode())
    assert "Skift til Vallensbæk" in html
    assert "/adults/records/" not in html
    (back,) = re.findall(rf'value="{VALLENSBAEK}"><input type="hidden" name="next" value="([^"]*)"', html)
    answer = inger.post(reverse("choose_municipality"), {"municipality": VALLENSBAEK, "next": back}, follow=True)
    there = answer.content.decode()
    assert answer.status_code == 200
    assert "020280-0006" in there
    (record,) = re.findall(r'href="(/adults/records/\d+/[^"]*)"', there)
    assert inger.get(record).status_code == 200
    assert records(inger, section=CASH, what="services").status_code == 404
    assert records(inger, municipality=ISHOEJ, section=STAY, what="services").status_code == 200


def test_who_may_not_read_for_the_other_gets_nothing(client, vallensbaek):
    sign_in(client, identity("Inger", ISHOEJ, "approve"))
    assert records(client, municipality=VALLENSBAEK, section=STAY, what="services").status_code == 404
    sign_in(client, GUDRUN.identity)
    assert records(client, municipality=VALLENSBAEK, section=STAY, what="services").status_code == 404


def test_the_notes_name_both_municipalities_and_what_is_inferred(inger):
    html = page(inger, "adults")
    assert "Ishøj godkender alle paragraffer undtagen § 95 og § 96 for Vallensbæk." in html
    assert "at den også godkender dem, er udledt" in html


def test_the_report_of_another_municipality_is_not_linked(inger, vallensbaek):
    approval = give(STAY, by=INGER, statistic=ADULTS, municipality=VALLENSBAEK).approval
    assert "day=2026" not in inger.get(reverse("receipt", args=["adults", approval.pk])).content.decode()


# What is told


def test_ticks_are_kept_when_nothing_was_approved(gudrun):
    save(CHILDREN)
    freeze_report(GUDRUN, CHILDREN, ODENSE, TODAY)
    told = {"municipality": ODENSE, "seen": "old", "section": [RELIEF, "§ 1"]}
    html = unescape(post(gudrun, "approval_give", "children", 2026, **told).content.decode())
    assert "Intet er godkendt." in html
    assert re.findall(r'value="([^"]+)"[^>]* checked', html) == [RELIEF]
    assert " checked" not in page(gudrun), "they are kept once"


def test_a_stale_section_says_what_to_press(gudrun, clock):
    freeze_report(GUDRUN, CHILDREN, ODENSE, TODAY)
    clock.now += timedelta(minutes=1)
    save(CHILDREN)
    html = page(gudrun)
    assert "Ændret siden rapporten: nye:" in html
    assert f'value="{RELIEF}"' not in html
    assert f'value="{HELP}"' in html
    told = {"municipality": ODENSE, "year": "2026"}
    clock.now += timedelta(minutes=1)
    html = unescape(post(gudrun, "approval_report", "children", **told).content.decode())
    assert "Rapporten af 22.11.2026 er dannet 22.11.2026 10.17." in html
    assert "Ændret siden rapporten" not in html
    assert f'value="{RELIEF}"' in html


@pytest.mark.parametrize("year", ["²²²²", "9999", "x", "٢٠٢٦", "1" * 5000])
@pytest.mark.parametrize("name", ["approval_report", "approval_persons"])
def test_a_year_that_cannot_be_approved_does_nothing(gudrun, name, year):
    response = gudrun.post(reverse(name, args=["children"]), {"year": year, "two": "yes"})
    assert response.status_code == 404
    assert not Report.unscoped.exists()
    assert not Event.objects.filter(action__in=["report_frozen", "two_persons"]).exists()


@pytest.mark.parametrize("name", ["approval_confirm", "approval_refuse"])
def test_what_is_decided_already_is_told_on_its_page(gudrun, name):
    save(CHILDREN)
    want_two(GORM, CHILDREN)
    approval = give(RELIEF, by=GORM).approval
    post(gudrun, "approval_confirm", "children", approval.pk)
    again = post(gudrun, name, "children", approval.pk)
    assert again.status_code == 200
    html = unescape(again.content.decode())
    assert f"{approval.receipt} er afgjort: Godkendt, Gudrun, 22.11.2026 10.15." in html
    assert f"Kvittering {approval.receipt}" in html


def test_taking_back_is_told_as_that(gudrun):
    save(CHILDREN)
    want_two(GUDRUN, CHILDREN)
    approval = give(RELIEF).approval
    html = unescape(post(gudrun, "approval_refuse", "children", approval.pk).content.decode())
    assert f"Godkendelsen {approval.receipt} er taget tilbage." in html
    rows = dict(receipt_rows(approval_of(GUDRUN, CHILDREN, approval.pk)))
    assert rows["Taget tilbage af"] == "Gudrun, 22.11.2026 10.15"
    assert "Godkendte paragraffer" not in rows
    html = unescape(gudrun.get(reverse("receipt", args=["children", approval.pk])).content.decode())
    assert "Kvittering" not in html
    assert "Godkendelsen gælder ikke." in html


def test_sections_stand_in_the_order_of_the_law_everywhere():
    asked = ("§ 104", "§ 85 a", "§ 95", "§ 117 a", "§ 82 a")
    approval = Approval.unscoped.get(pk=give(*asked, statistic=ADULTS).approval.pk)
    ordered = "§ 82 a; § 85 a; § 95; § 104; § 117 a"
    assert "; ".join(row.section for row in approval.in_order) == ordered
    assert dict(receipt_rows(approval_of(GUDRUN, ADULTS, approval.pk)))["Paragraffer uden ydelser"] == ordered


def test_the_receipt_leads_to_the_report_that_was_approved(gudrun, clock):
    save(CHILDREN)
    approval = give(RELIEF).approval
    clock.now += timedelta(minutes=1)
    save(CHILDREN, cpr="0505850008")
    clock.now += timedelta(minutes=1)
    freeze_report(GUDRUN, CHILDREN, ODENSE, TODAY)
    html = unescape(gudrun.get(reverse("receipt", args=["children", approval.pk])).content.decode())
    (link,) = re.findall(r'href="(/children/report/[^"]+)"', html)
    shown = unescape(gudrun.get(link.partition("#")[0]).content.decode())
    assert "<dt>Tallene er dannet</dt><dd>22.11.2026 10.15</dd>" in shown


def test_without_a_report_no_figure_is_shown(gudrun):
    save(CHILDREN)
    figures = re.findall(r'data-label="Ydelser">\s*(.*?)\s*</td>', page(gudrun), re.DOTALL)
    assert set(figures) == {"-"}
    freeze_report(GUDRUN, CHILDREN, ODENSE, TODAY)
    figures = re.findall(r'data-label="Ydelser">\s*(.*?)\s*</td>', page(gudrun), re.DOTALL)
    assert "0" in figures
    assert "-" not in figures
