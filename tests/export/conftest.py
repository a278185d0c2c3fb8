"""Fetching files as a browser does."""

import csv
import io

import pytest
from django.urls import reverse


@pytest.fixture
def log_in(client):
    """Logs somebody in by their scope."""

    from tests.people import sign_in

    def as_person(scope):
        return sign_in(client, scope.identity, scope.municipality)

    return as_person


@pytest.fixture
def anna(log_in):
    """Anna's browser."""
    from tests.people import ANNA

    return log_in(ANNA)


@pytest.fixture
def fetch(client):
    """Asks for a file and gives the answer, not yet read."""

    def ask(statistic="adults", kind="own", format="csv", whole="yes"):
        return client.post(reverse("export_file", args=[statistic, kind, format]), {"whole": whole})

    return ask


@pytest.fixture
def rows(fetch):
    """The rows of a CSV file by heading, as they stand in it."""

    def read(*args, **options):
        text = b"".join(fetch(*args, **options).streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))

    return read


@pytest.fixture
def show(client):
    """Sets the overview's filters and view."""

    def change(statistic="adults", kind="own", do="filter", **posted):
        client.post(reverse("overview", args=[statistic, kind]), {"do": do, **posted})

    return change
