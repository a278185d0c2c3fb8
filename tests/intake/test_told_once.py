"""A value that cannot be read is told once, with what stood there and what was expected."""

import pytest

from indberet.register.models import Finding, Record
from tests.people import CHILDREN

from .files import codes, csv_rows, json_lines, rows, send, service

pytestmark = pytest.mark.django_db
CHILD = {"id": "1", "action": "new", "udl": "AB-17", "sex": "pige", "birth_date": "2016-05-04", "start": "2025-02-01"}
DAY = "Startdato: en dag skrevet som ÅÅÅÅ-MM-DD."


def send_child(**changes):
    record = {**CHILD, "service_code": "005", **changes}
    return send(json_lines(record, statistic="children"), statistic=CHILDREN)


@pytest.mark.parametrize("form", [json_lines, csv_rows])
def test_a_bad_start_date_is_one_finding_that_says_why_the_line_is_refused(form):
    delivery = send(form(service(start="2025-13-01"), service(id="2")))
    (found,) = rows(delivery)
    assert (found.code, found.element, found.value, found.line) == ("refused_value", "start", "2025-13-01", found.line)
    assert found.expectation == DAY
    assert found.reason.startswith("Linjen er afvist")
    assert (delivery.refused, delivery.new) == (1, 1)


def test_a_start_date_that_is_missing_is_one_too():
    (found,) = rows(send(json_lines(service(start=None))))
    assert (found.code, found.value) == ("refused_value", "")
    assert found.expectation == DAY


def test_a_value_of_another_type_is_one():
    (found,) = rows(send(json_lines(service(start=20250201))))
    assert found.code == "refused_value"


@pytest.mark.parametrize("number", [{"cpr": "1" * 11}, {"cpr": "", "udl": "x" * 300}])
def test_a_number_that_has_no_room_is_one(number):
    found = send(
        json_lines({**CHILD, "udl": "", "service_code": "005", **number}, statistic="children"), statistic=CHILDREN
    )
    assert codes(found) == ["refused_person"]
    assert rows(found)[0].element == ("udl" if "udl" in number else "cpr")


def test_a_value_that_must_be_there_is_not_also_told_to_be_missing():
    delivery = send_child(birth_date="snart")
    (found,) = rows(delivery)
    assert (found.code, found.value) == ("unreadable_iso_date", "snart")
    assert delivery.with_errors == 1
    assert Record.unscoped.get().severity == 2
    assert list(Finding.unscoped.values_list("rule", flat=True)) == ["C-BIRTH-DATE-REQUIRED"]


def test_what_breaks_rules_beside_it_is_told_all_the_same():
    found = codes(send_child(birth_date="snart", sex="5"))
    assert sorted(found) == ["C-SEX-LIST", "unreadable_iso_date"]
