"""The same delivery again changes nothing; deliveries at the same moment lose nothing; a killed one leaves nothing."""

from datetime import date

import pytest

from indberet.intake import deliver as delivering
from indberet.intake.models import Delivery, State
from indberet.register.models import Case, Finding, Record
from indberet.register.recheck import recheck
from indberet.register.save import save_record
from tests.at_once import at_once
from tests.people import ADULT, ADULTS, ANNA, TODAY, adult_values, new_token

from .files import course, json_lines, send, sender, service, xml

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_delivery_again_gives_the_same_receipt():
    content = json_lines(service(), id="2026-10")
    first = delivering.deliver(sender(), [content])
    again = delivering.deliver(sender(), [content])
    assert (first.repeated, again.repeated) == (False, True)
    assert first.delivery == again.delivery
    assert Record.unscoped.get().version == 1
    assert Delivery.unscoped.count() == 1


def test_without_an_id_the_content_is_the_id():
    content = xml(course())
    assert send(content) == send(content)
    assert send(xml(course(INDSATS_KODE="004"))).state == State.STORED
    assert Delivery.unscoped.count() == 2


def test_another_content_under_the_same_id_is_refused():
    send(json_lines(service(), id="a"))
    assert send(json_lines(service(id="2"), id="a")).reason == "id_reused"
    assert send(json_lines(service(id="2")), key="a").reason == "id_reused"
    assert Record.unscoped.get().source_key == "1"


def test_the_same_id_from_another_system_is_another_delivery():
    send(json_lines(service(), id="a"))
    assert send(json_lines(service(), id="a"), system="Fagsystem B").state == State.STORED
    assert send(json_lines(service(), id="a", test=True), test=True).state == State.TESTED


def test_the_same_delivery_twice_at_once_is_stored_once():
    content = json_lines(*(service(id=str(number), start=f"2025-02-{number:02}") for number in range(1, 20)), id="a")
    found = at_once(*[lambda: delivering.deliver(sender(), [content]) for _each in range(3)])
    assert not [problem for problem in found if isinstance(problem, Exception)], found
    assert sorted(receipt.repeated for receipt in found) == [False, True, True]
    assert len({receipt.delivery.pk for receipt in found}) == 1
    assert Record.unscoped.count() == 19
    assert Case.unscoped.get().all_records == 19


def test_two_deliveries_and_a_caseworker_about_the_same_person_lose_nothing():
    def from_system(system, first):
        records = [service(id=str(day), start=f"2025-{first:02}-{day:02}") for day in range(1, 15)]
        return lambda: send(json_lines(*records), system=system)

    values = adult_values(start=date(2020, 1, 1), end=date(2020, 2, 1), target_group="1.1.1")
    values |= {"offer_uuid": "", "service_uuid": ""}

    def by_hand():
        try:
            return save_record(scope=ANNA, statistic=ADULTS, values=values, token=new_token(), today=TODAY)
        except Exception as problem:
            from indberet.register.save import RulesBroken

            if not isinstance(problem, RulesBroken):
                raise
            return problem

    found = at_once(from_system("A", 3), from_system("B", 4), by_hand)
    assert not [each for each in found[:2] if isinstance(each, Exception)], found
    case = Case.unscoped.get(cpr=ADULT)
    assert case.all_records == Record.unscoped.filter(case=case).count()
    assert case.own_records == Record.unscoped.filter(case=case, source="manual").count()
    assert Record.unscoped.filter(source="system").count() == 28
    assert recheck(ADULTS, today=TODAY, anew=True).differing == 0


@pytest.mark.parametrize("place", ["_write_findings", "_write_withdrawn"])
def test_a_delivery_that_dies_leaves_nothing(monkeypatch, place):
    from indberet.register import incoming, receive

    monkeypatch.setattr(incoming, "AT_A_TIME", 1)
    whole, calls = getattr(receive._Batch, place), []

    def die(batch, *arguments):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(batch, *arguments)

    monkeypatch.setattr(receive._Batch, place, die)
    content = json_lines(service(), service(id="2", cpr="0505850008"), id="a")
    with pytest.raises(KeyboardInterrupt):
        send(content)
    for model in (Record, Case, Finding, Delivery):
        assert not model.unscoped.exists()
    monkeypatch.setattr(receive._Batch, place, whole)
    assert send(content).new == 2
