"""Findings on the overview: what the status tells, where it leads, how it is filtered, and what restoring brings."""

import re
from datetime import date

import pytest

from indberet.pages.contacts import save_contact
from indberet.register.delete import delete_records
from indberet.register.findings import refresh
from indberet.register.models import Finding, Record
from tests.people import ADULTS, ANNA, BO, OTHER_ADULT, TODAY, save

pytestmark = pytest.mark.django_db
OWN = "/adults/own/"
FAR = date(2030, 1, 1)
RULE = "A-END-FAR-AHEAD"


@pytest.fixture
def anna(log_in):
    save_contact(ANNA, ADULTS, {"name": "Anna", "phone": "12345678", "email": "anna@example.dk"})
    return log_in("anna")


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def shown(client):
    return re.findall(r'name="shown" value="([^"]*)"', client.get(OWN).content.decode())


@pytest.fixture
def three():
    """A service with an error and an accepted warning, one with an open warning, one with neither."""
    bad = save(cpr=OTHER_ADULT, end=FAR)
    Record.unscoped.filter(pk=bad.pk).update(p_number="12")
    refresh(ADULTS, {bad.case_id}, today=TODAY)
    warned = save(end=FAR)
    Finding.unscoped.filter(record=warned).update(accepted_at=None, accepted_by="")
    return bad, warned, save(cpr="0505905004")


def test_the_status_names_the_field_and_leads_to_it(anna, three):
    bad, warned, fine = three
    html = anna.get(OWN).content.decode()
    assert f'<a href="/adults/records/{bad.pk}/#id_p_number" class="severity severity-2">' in html
    assert '<span>Fejl<span class="sub">P-nummer +1</span>' in html
    assert f'<a href="/adults/records/{warned.pk}/#id_end" class="severity severity-1">' in html
    assert '<span>Advarsel<span class="sub">Slutdato</span>' in html
    assert f"/adults/records/{fine.pk}/#" not in html


def test_the_status_leads_to_the_finding_where_nothing_can_be_changed(log_in, three):
    assert f'#finding-{RULE}" class="severity' in log_in("lone").get(OWN).content.decode()


def test_findings_take_one_query_more_however_many_rows(anna, three, django_assert_num_queries):
    anna.get(OWN)
    with django_assert_num_queries(6):
        anna.get(OWN)
    for number in range(1, 6):
        save(cpr=f"020280000{number}", end=FAR)
    with django_assert_num_queries(6):
        anna.get(OWN)


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("fejl", 1),
        ("Advarsel", 1),
        ("ingen", 1),
        ("accepteret", 1),
        ("accepted", 1),
        ("ikke accepteret", 1),
        ("Ikke  accepteret", 1),
        ("not accepted", 1),
        ("a-end", 2),
        ("A-P-NUMBER-FORM", 1),
        ("A-STAY", 0),
    ],
)
def test_the_status_filter(anna, three, typed, count):
    anna.post(OWN, {"do": "filter", "filter-severity": typed})
    assert len(shown(anna)) == count


def test_an_unreadable_status_names_the_choices(anna, three):
    anna.post(OWN, {"do": "filter", "filter-severity": "gul"})
    html = anna.get(OWN).content.decode()
    assert "Skriv fejl, advarsel, ingen, accepteret, ikke accepteret eller begyndelsen af en regels id" in html
    assert "fx A-START." in html
    assert 'list="choices-severity"' in html
    assert '<option value="A-STAY-OVERLAP"></option>' in html
    assert '<option value="A-CPR-MODULUS-11"></option>' not in html


def test_restoring_tells_how_many_have_errors_now(anna):
    gone = save()
    deletion = delete_records(scope=ANNA, statistic=ADULTS, record_ids=[gone.pk]).id
    save(service_code="1.8.1")
    page = text(anna.post("/adults/restore/", {"deletion": str(deletion)}, follow=True))
    assert "1 ydelse er gendannet. 1 ydelse har fejl. Skriv fejl i filteret under Status" in page


def test_restoring_without_errors_says_only_that(anna):
    gone = save()
    deletion = delete_records(scope=BO, statistic=ADULTS, record_ids=[gone.pk]).id
    page = text(anna.post("/adults/restore/", {"deletion": str(deletion)}, follow=True))
    assert "1 ydelse er gendannet." in page
    assert "har fejl" not in page
