"""What a delivery tells of a person is replaced with the record, in whichever order its lines stand."""

from itertools import permutations

import pytest

from indberet.register import incoming
from indberet.register.models import Case, Finding, Record
from indberet.register.recheck import recheck
from tests.people import ADULT, ADULTS, CHILD, CHILDREN, OTHER_ADULT, TODAY, save

from .files import SYSTEM, codes, course, json_lines, rows, send, send_courses, service

pytestmark = pytest.mark.django_db
LEVEL, OTHER_LEVEL = "5bdde847-2837-416b-ab63-bbff8b7aa531", "8328ce4a-6238-4f73-bf1a-74aadb68eff8"
ORDERS = list(permutations(range(3)))
WHEN = {"2": "2023-01-01", "3": "2024-01-01"}


def child(**changes):
    """A measure for a child as JSON has it."""
    values = {"id": "1", "action": "new", "cpr": CHILD, "start": "2025-02-01", "service_code": "005", **changes}
    return {name: value for name, value in values.items() if value is not None}


def send_children(*records, key="", **who):
    return send(json_lines(*records, statistic="children"), key, statistic=CHILDREN, **who)


def change(id="1", **changes):
    return service(id=id, action="change", **changes)


def level(cpr=ADULT):
    return Case.unscoped.get(cpr=cpr).extra.get("functional_level", "")


def counts(delivery):
    return tuple(getattr(delivery, name) for name in ("new", "changed", "withdrawn", "unchanged"))


@pytest.mark.parametrize("action", ["change", "new"])
def test_a_wrong_value_of_the_person_goes_with_a_change_that_leaves_it_out(action):
    assert codes(send_children(child(sex="dreng"))) == ["C-SEX-NOT-USED"]
    corrected = send_children(child(action=action))
    assert set(codes(corrected)) <= {"known"}
    assert (Case.unscoped.get().sex, counts(corrected)) == ("", (0, 1, 0, 0))
    assert not Finding.unscoped.exists()


def test_so_it_does_with_l231_and_with_withdrawing_and_sending_anew():
    send_children(child(sex="dreng"))
    send_courses(course(INDBERETNINGSTYPE="Ændring"))
    assert Case.unscoped.get().sex == ""
    send_children(child(action="change", sex="dreng"))
    send_courses(course(INDBERETNINGSTYPE="Annullering"))
    send_courses(course(INDSATSFORLOEB_ID="2"))
    assert Case.unscoped.get().sex == ""


def test_an_emptied_text_is_as_one_that_is_left_out():
    send(json_lines(service(functional_level=LEVEL)))
    send(json_lines(change(functional_level="")))
    assert level() == ""


def test_what_the_case_may_have_from_somebody_else_stays():
    save(functional_level=LEVEL, service_code="1.4")
    send(json_lines(service()))
    assert counts(send(json_lines(change()), "again")) == (0, 0, 0, 1)
    assert level() == LEVEL
    Record.unscoped.filter(source="manual").update(source="system", source_system="Another", source_key="x")
    send(json_lines(change()), "once more")
    assert level() == LEVEL


def test_a_new_record_of_a_person_leaves_what_the_others_told():
    send(json_lines(service(functional_level=LEVEL)))
    send(json_lines(service(id="2", start="2024-01-01", end="2024-02-01")))
    assert level() == LEVEL
    assert recheck(ADULTS, today=TODAY, anew=True).differing == 0


@pytest.mark.parametrize("at_a_time", [1, 5_000])
@pytest.mark.parametrize("order", ORDERS)
def test_another_line_of_the_same_delivery_tells_it_in_any_order(monkeypatch, order, at_a_time):
    monkeypatch.setattr(incoming, "AT_A_TIME", at_a_time)
    records = [service(id=id, start=WHEN.get(id, "2025-02-01"), end="2025-12-31") for id in "123"]
    send(json_lines(*({**each, "functional_level": LEVEL} for each in records)))
    lines = [{**each, "action": "change"} for each in records]
    lines[1]["functional_level"] = OTHER_LEVEL
    told = send(json_lines(*(lines[place] for place in order)))
    assert level() == OTHER_LEVEL
    assert counts(told) == (0, 3, 0, 0)
    assert recheck(ADULTS, today=TODAY, anew=True).differing == 0


@pytest.mark.parametrize("at_a_time", [1, 5_000])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("cpr", [ADULT, OTHER_ADULT])
def test_what_leaves_the_case_in_the_same_delivery_holds_nothing_back(monkeypatch, cpr, order, at_a_time):
    monkeypatch.setattr(incoming, "AT_A_TIME", at_a_time)
    send(json_lines(service(cpr=cpr, functional_level=LEVEL), service(id="2", cpr=cpr, start=WHEN["2"])))
    elsewhere = ADULT if cpr == OTHER_ADULT else OTHER_ADULT
    lines = [
        change(cpr=elsewhere),
        service(id="2", action="withdraw", cpr=None),
        service(id="3", cpr=cpr, start=WHEN["3"], end="2024-06-30"),
    ]
    assert counts(send(json_lines(*(lines[place] for place in order)))) == (1, 1, 1, 0)
    assert (level(ADULT), level(OTHER_ADULT)) == ("", "")
    assert recheck(ADULTS, today=TODAY, anew=True).differing == 0


@pytest.mark.parametrize("changed", ["1", "2"])
def test_only_what_differs_counts_as_changed_in_either_order(changed):
    lines = [service(end="2025-12-31"), service(id="2", start="2026-01-01")]
    send(json_lines(*lines))
    before = dict(Record.unscoped.values_list("source_key", "changed_at"))
    sent = [{**each, "action": "change"} for each in lines]
    sent[int(changed) - 1]["end"] = "2026-06-30" if changed == "2" else "2025-11-30"
    assert counts(send(json_lines(*sent, service(id="3", start="2024-01-01", end="2024-02-01")))) == (1, 1, 0, 1)
    other = "2" if changed == "1" else "1"
    assert dict(Record.unscoped.values_list("source_key", "version")) == {changed: 2, other: 1, "3": 1}
    assert Record.unscoped.get(source_key=other).changed_at == before[other]


def test_what_the_case_shows_anew_changes_each_of_its_records_that_came():
    first, second = service(end="2025-12-31"), service(id="2", start="2026-01-01")
    send(json_lines(first, second))
    delivery = send(json_lines({**first, "functional_level": LEVEL}, second))
    assert counts(delivery) == (0, 2, 0, 0)


def test_findings_show_the_value_that_breaks_the_rule_on_every_line_of_the_person():
    lines = [service(id=str(id), start=f"20{id}-01-01", end=f"20{id}-06-30") for id in range(15, 25)]
    lines[6]["functional_level"] = "99"
    delivery = send(json_lines(*lines))
    found = [(row.line, row.value) for row in rows(delivery) if row.code == "A-FUNCTIONAL-LEVEL-LIST"]
    assert found == [(line, "99") for line in range(2, 12)]
    assert all("99" in row.reason for row in rows(delivery) if row.code == "A-FUNCTIONAL-LEVEL-LIST")
    assert Record.unscoped.filter(source_system=SYSTEM, findings__rule="A-FUNCTIONAL-LEVEL-LIST").count() == 10
