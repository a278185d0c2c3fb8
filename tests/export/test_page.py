"""The page that offers files, the list of latest exports, and their manifests."""

import hashlib

import pytest
from django.urls import reverse

from indberet.export.models import Export
from tests.people import ANNA, BO, CARLA, CHILDREN, OTHER_ADULT, save

pytestmark = pytest.mark.django_db


def page(client, statistic="adults", kind="own"):
    return client.get(reverse("export", args=[statistic, kind])).content.decode()


def manifest(client):
    response = client.get(reverse("export_manifest", args=["adults", Export.unscoped.latest("id").pk]))
    return response, dict(line.split(": ", 1) for line in response.content.decode().splitlines() if ": " in line)


@pytest.mark.requirement("A23")
def test_it_offers_the_whole_listing(anna):
    save()
    text = page(anna)
    assert "Hele indberetningen (1 post)" in text
    assert "Kun det filtrerede udsnit" not in text
    assert reverse("export_file", args=["adults", "own", "xlsx"]) in text


@pytest.mark.requirement("A22")
def test_it_offers_everything_received(anna):
    save()
    assert "All (read only)" in page(anna, kind="all")


def test_it_shows_the_filters_in_force_and_how_many_records_they_leave(anna, show):
    save()
    save(cpr=OTHER_ADULT, service_code="1.8.1")
    show(**{"filter-service_code": "1.8.1"})
    text = page(anna)
    assert "Kun det filtrerede udsnit (1 post)" in text
    assert "Hele indberetningen (2 poster)" in text
    assert "Indsatskode: 1.8.1" in text


def test_an_empty_listing_offers_nothing(anna):
    text = page(anna)
    assert "Der er endnu ikke noget at eksportere." in text
    assert "Seneste eksporter" not in text


def test_no_upload_is_offered(anna):
    save()
    assert 'type="file"' not in page(anna)


def test_the_latest_exports_are_listed_for_the_municipality(log_in, fetch):
    save()
    log_in(BO)
    b"".join(fetch().streaming_content)
    export = Export.unscoped.get()
    text = page(log_in(ANNA))
    assert "Bo" in text
    assert export.sha256 in text
    assert "ikke fuldført" not in text
    assert reverse("export_manifest", args=["adults", export.pk]) in text
    assert export.sha256 not in page(log_in(CARLA))
    assert export.sha256 not in page(log_in(ANNA), "children")


def test_an_export_that_was_not_finished_is_marked(anna, fetch):
    save()
    fetch()
    assert "ikke fuldført" in page(anna)


@pytest.mark.requirement("A23")
def test_the_manifest_gives_rows_filter_time_and_checksum(anna, fetch, show):
    save()
    show(**{"filter-cpr": "020280-0006"})
    text = b"".join(fetch(whole="no").streaming_content)
    response, found = manifest(anna)
    checksum = hashlib.sha256(text).hexdigest()
    assert response["Content-Disposition"].endswith('-manifest.txt"')
    assert found["Kontrolsum (SHA-256)"] == checksum
    assert found["Rækker"] == "1 (uden overskriften)"
    assert found["Filter"] == "CPR-nummer: (CPR-nummer)"
    assert found["Kommune"] == "461 Odense"
    assert found["Tilstand"] == "Fuldført"
    assert found["Hentet af"] == "Anna"
    assert found["Tidspunkt"].startswith("2")
    assert "020280" not in response.content.decode()
    assert response.content.decode().splitlines()[-1] == f"{checksum}  {Export.unscoped.get().file_name}"


def test_the_manifest_of_a_file_that_was_not_finished_says_so(anna, fetch):
    save()
    fetch()
    _response, found = manifest(anna)
    assert found["Tilstand"] == "Ikke fuldført"


def test_the_manifest_of_another_municipality_is_not_found(log_in, anna, fetch):
    save()
    b"".join(fetch().streaming_content)
    response, _found = manifest(log_in(CARLA))
    assert response.status_code == 404


def test_the_manifest_of_another_statistic_is_not_found(anna, fetch):
    save(CHILDREN)
    b"".join(fetch("children").streaming_content)
    response, _found = manifest(anna)
    assert response.status_code == 404


def test_a_format_that_does_not_exist_is_not_found(anna):
    assert anna.post("/adults/own/export/pdf/").status_code == 404
