"""Addresses that take what is posted lead to the page with the form when they are opened otherwise."""

import pytest

from indberet.access.paths import own_path, page_above, whole_number
from tests.people import ODENSE, scope, sign_in

ODD = [("/adults/lookups/found/", "/adults/lookups/"), ("/adults/samples/draw/", "/adults/samples/"), ("/logout/", "/")]


@pytest.mark.parametrize(("address", "page"), ODD)
def test_opening_one_says_so_and_leads_to_the_page(db, client, address, page):
    sign_in(client, scope("Gudrun", ODENSE, "approve", "inspect").identity)
    answer = client.get(address)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert f'href="{page}"' in answer.content.decode()
    assert "Intet er ændret" in answer.content.decode()


@pytest.mark.parametrize(("address", "page"), ODD)
def test_log_in_and_choice_of_language_lead_to_the_page_instead(rf, address, page):
    assert own_path(rf.get("/"), address) == own_path(rf.get("/"), f"{address}?a=b") == page


@pytest.mark.parametrize("address", ["/adults/own/", "/adults/own/?page=2", "/nothing/here/", "/"])
def test_other_addresses_stay_as_they_are(rf, address):
    assert own_path(rf.get("/"), address) == address


def test_the_nearest_page_is_found_above_what_is_none():
    assert page_above("/adults/samples/7/1/") == "/adults/samples/7/"
    assert page_above("/nothing/here/at/all/") == "/"


@pytest.mark.parametrize(
    ("text", "number"),
    [("42", 42), ("0", 0), ("", 0), ("-1", 0), ("²²", 0), ("٣", 0), ("9" * 18, 10**18 - 1), ("9" * 5000, 0)],
)
def test_a_number_from_outside_is_one_that_a_database_has_room_for(text, number):
    assert whole_number(text) == number
