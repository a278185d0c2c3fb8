"""All (read only): what is opened from it is read only too, and a filter on source holds in every view."""

import re

import pytest

from indberet.pages.contacts import save_contact
from indberet.register.delete import delete_records
from indberet.register.models import Record
from tests.intake.files import json_lines, send, service
from tests.people import ADULTS, ANNA, OTHER_ADULT, save
from tests.register.test_views import text

pytestmark = pytest.mark.django_db
ALL, OWN = "/adults/all/", "/adults/own/"


@pytest.fixture
def anna(log_in):
    save_contact(ANNA, ADULTS, {"name": "Anna", "phone": "12345678", "email": "anna@example.dk"})
    return log_in("anna")


@pytest.fixture
def both():
    """An own service, and one from a system on another case."""
    own = save()
    send(json_lines(service(cpr=OTHER_ADULT)))
    return own, Record.unscoped.get(source="system")


def act(client, path=ALL, **posted):
    return client.post(path, posted, follow=True)


def shown(response):
    return re.findall(r'name="shown" value="(\d+)"', response.content.decode())


def test_vis_shows_an_own_service_without_a_form_and_leads_to_where_it_is_corrected(anna, both):
    own, _system = both
    Record.unscoped.filter(pk=own.pk).update(severity=2)
    listing = anna.get(ALL).content.decode()
    path = f"/adults/records/{own.pk}/view/"
    assert listing.count(f'href="{path}') == 2
    assert f'href="/adults/records/{own.pk}/' not in listing.replace(path, "")
    page = anna.get(path)
    assert "Kun visning: her kan intet rettes." in text(page)
    html = page.content.decode()
    assert '<form method="post" class="record-form"' not in html
    assert f'<a href="/adults/records/{own.pk}/" class="button button-primary">Redigér i Egne IDEP</a>' in html
    assert f'href="{ALL}" class="button button-secondary"' in html
    assert f'id="edit-{own.pk}" data-focus' in anna.get(ALL).content.decode()


def test_vis_of_a_service_copied_from_the_predecessor_is_the_same(anna, both):
    own, _system = both
    Record.unscoped.filter(pk=own.pk).update(source="legacy")
    assert "Redigér i Egne IDEP" in text(anna.get(f"/adults/records/{own.pk}/view/"))


def test_only_who_may_correct_it_is_led_there(anna, both, log_in):
    own, system = both
    assert "Redigér" not in text(anna.get(f"/adults/records/{system.pk}/view/"))
    assert "Redigér" not in text(log_in("lone").get(f"/adults/records/{own.pk}/view/"))
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[own.pk])
    assert "Redigér" not in text(anna.get(f"/adults/records/{own.pk}/view/"))


def test_a_status_leads_to_the_finding_on_the_page_for_reading(anna):
    send(json_lines(service(p_number="12")))
    record = Record.unscoped.get()
    assert f'href="/adults/records/{record.pk}/view/#finding-' in anna.get(ALL).content.decode()


@pytest.mark.parametrize(("typed", "kept"), [("fagsystem", 1), ("indtastet", 0)])
def test_kun_sager_keeps_the_filter_on_source(anna, both, typed, kept):
    case = both[kept].case_id
    act(anna, **{"filter-source": typed})
    page = act(anna, do="view:cases")
    assert shown(page) == [str(case)]
    assert f"Kilde: {typed}" in text(page)
    assert "af 1 sager" in text(page)
    back = act(anna, do="view:records")
    assert shown(back) == [str(both[kept].pk)]
    act(anna, do="view:cases")
    assert len(shown(act(anna, do="clear:source"))) == 2


def test_a_case_is_of_a_source_only_by_its_living_services(anna, both):
    own, system = both
    Record.unscoped.filter(pk=system.pk).update(case=own.case)
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[own.pk])
    act(anna, **{"filter-source": "indtastet"})
    assert shown(act(anna, do="view:cases")) == []


def test_filters_that_a_view_does_not_have_are_told_to_end(anna, both):
    own, _system = both
    act(anna, **{"filter-service_code": "1.8", "filter-severity": "ingen", "filter-cpr": "020280"})
    page = act(anna, do="view:cases")
    assert "Kun sager vises uden filtrene på Status, Indsatskode." in told(page)
    assert shown(page) == [str(own.case_id)]
    act(anna, **{"filter-count": "1"})
    assert "Sager og ydelser vises uden filteret på Antal ydelser." in told(act(anna, do="view:records"))
    page = act(anna, do="view:case_records", ticked=own.pk, shown=own.pk)
    assert "Ydelser ved sag vises uden filteret på CPR-nummer." in told(page)


def told(response):
    return re.sub(r"\s+", " ", " ".join(str(each) for each in response.context["messages"]))


def test_nothing_is_told_when_nothing_ends(anna, both):
    act(anna, **{"filter-source": "fagsystem"})
    assert told(act(anna, do="view:cases")) == ""
    assert told(act(anna, do="view:cases")) == ""


def test_an_export_of_cases_of_a_source_holds_its_services_only(anna, both):
    own, system = both
    Record.unscoped.filter(pk=system.pk).update(case=own.case)
    act(anna, **{"filter-source": "fagsystem"})
    act(anna, do="view:cases")
    page = anna.get("/adults/all/export/")
    assert page.status_code == 200
    assert "Kilde" in text(page)
    file = anna.post("/adults/all/export/csv/", {"whole": "no"})
    rows = b"".join(file.streaming_content).decode("utf-8-sig").strip().splitlines()
    assert len(rows) == 2
