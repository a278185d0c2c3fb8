"""Which records an export holds: the whole listing or what the overview shows, and only one's own municipality's."""

from datetime import date

import pytest
from django.urls import reverse

from indberet.audit.log import pseudonym
from indberet.audit.models import Event
from indberet.export.models import Export
from indberet.register.delete import delete_records
from tests.people import AARHUS, ADULTS, ANNA, CARLA, CHILDREN, OTHER_ADULT, save, scope

pytestmark = pytest.mark.django_db


def numbers(rows):
    return {int(row["Postens nummer"]) for row in rows}


@pytest.fixture
def three():
    """Two stays of one person, one after the other, and one of another person."""
    return [
        save(start=date(2025, 3, 1)),
        save(start=date(2024, 5, 1), end=date(2025, 2, 28), service_code="1.8.1"),
        save(cpr=OTHER_ADULT, start=date(2025, 4, 1)),
    ]


@pytest.mark.requirement("A23")
def test_the_filtered_view_or_the_whole_listing(anna, three, show, rows):
    show(**{"filter-start": "2025"})
    assert numbers(rows(whole="no")) == {three[0].pk, three[2].pk}
    assert numbers(rows(whole="yes")) == {record.pk for record in three}


def test_the_order_is_that_of_the_view(anna, three, show, rows):
    show(do="sort:start")
    show(do="sort:start", **{"filter-start": "2025"})
    assert [row["Startdato"] for row in rows(whole="no")] == ["2025-04-01", "2025-03-01"]


def test_of_the_view_of_cases_all_their_services(anna, three, show, rows):
    show(do="view:cases")
    show(**{"filter-count": "2"})
    assert numbers(rows(whole="no")) == {three[0].pk, three[1].pk}


def test_of_the_services_of_ticked_cases(anna, three, show, rows):
    show(do="view:case_records", shown=three[2].pk, ticked=three[2].pk)
    assert numbers(rows(whole="no")) == {three[2].pk}
    assert Export.unscoped.get().filters == [["Ydelser ved sag", "1 valgt sag"]]


def test_deleted_services_are_not_in_it(anna, three, rows):
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[three[2].pk])
    assert numbers(rows()) == {three[0].pk, three[1].pk}


@pytest.mark.parametrize("kind", ["own", "all"])
def test_another_municipality_sees_nothing(log_in, three, rows, kind):
    foreign = save(by=CARLA, service_code="1.1", paying_municipality=AARHUS)
    log_in(CARLA)
    assert numbers(rows(kind=kind)) == {foreign.pk}


def test_another_statistic_is_not_in_it(anna, three, rows):
    child = save(CHILDREN)
    assert numbers(rows("children")) == {child.pk}


@pytest.mark.requirement("A22")
def test_who_may_only_read_may_export(log_in, three, rows):
    log_in(scope("Lone", "461", "read"))
    assert len(rows()) == len(rows(kind="all")) == 3


@pytest.mark.parametrize("name", ["export", "export_file", "export_manifest"])
def test_without_the_right_the_page_names_it(log_in, name):
    client = log_in(scope("Uffe", "461", "oversee"))
    args = {"export": ["adults", "own"], "export_file": ["adults", "own", "csv"], "export_manifest": ["adults", 1]}[
        name
    ]
    response = client.post(reverse(name, args=args))
    assert response.status_code == 403
    assert not Export.unscoped.exists()


@pytest.mark.parametrize("typed", ["020280-0006", "0202800006", "020280"])
def test_a_filter_on_a_person_is_not_kept_as_typed(anna, three, show, rows, typed):
    show(**{"filter-cpr": typed})
    assert numbers(rows(whole="no")) == {three[0].pk, three[1].pk}
    assert Export.unscoped.get().filters == [["CPR-nummer", "(CPR-nummer)"]]
    begun = Event.objects.get(action="export")
    assert begun.detail["filters"] == {"cpr": pseudonym(typed)}
    assert begun.cases == [three[0].case_id]


def test_a_cpr_number_in_another_filter_is_not_kept(anna, show, rows):
    save(CHILDREN, caseworker="Ann om 020280-0006")
    show("children", **{"filter-caseworker": "om 020280-0006"})
    assert len(rows("children", whole="no")) == 1
    assert Export.unscoped.get().filters == [["Sagsbehandler", "om (CPR-nummer)"]]
    assert "020280" not in str(Event.objects.get(action="export").detail)


def test_other_filters_are_kept_as_typed(anna, three, show, rows):
    show(**{"filter-start": "01.01.2025..31.12.2025", "filter-p_number": "1003456789"})
    rows(whole="no")
    assert dict(Export.unscoped.get().filters) == {"Startdato": "01.01.2025..31.12.2025", "P-nummer": "1003456789"}


def test_a_filter_that_cannot_be_read_is_not_in_force_and_said_so(anna, three, show, rows):
    show(**{"filter-start": "i fjor", "filter-service_code": "1.8.1"})
    page = anna.get(reverse("export", args=["adults", "own"])).content.decode()
    assert "Et filter bruges ikke: Startdato" in page
    assert numbers(rows(whole="no")) == {three[1].pk}
    assert Export.unscoped.get().filters == [["Indsatskode", "1.8.1"]]


def test_whose_cases_a_filtered_file_holds_is_in_the_trail(anna, three, show, rows, monkeypatch):
    monkeypatch.setattr("indberet.export.selection.MOST_NAMED_CASES", 1)
    show(**{"filter-service_code": "1.8.1"})
    rows(whole="no")
    show(**{"filter-service_code": "1.8"})
    rows(whole="no")
    few, many = Event.objects.filter(action="export").order_by("id")
    assert (few.cases, few.detail["rows"]) == ([three[1].case_id], 1)
    assert (many.cases, many.detail["rows"], many.detail["filters"]) == ([], 3, {"service_code": "1.8"})


def test_nothing_to_fetch_is_said_and_leaves_no_trace(anna, three, show, fetch):
    show(**{"filter-cpr": "9999"})
    response = anna.post(reverse("export_file", args=["adults", "own", "csv"]), {"whole": "no"}, follow=True)
    assert "Der er ingen poster at hente." in response.content.decode()
    assert not Export.unscoped.exists()
