"""Records are checked some at a time while those before are written: the same comes of it as of all at once."""

import pytest
from django.db import transaction

from indberet.audit.models import Event
from indberet.intake.found import Collector
from indberet.intake.models import Delivery
from indberet.register import incoming
from indberet.register.behind import Behind
from indberet.register.bulk import Table
from indberet.register.models import Case, Finding, Record
from indberet.register.recheck import recheck
from tests.people import ADULT, ADULTS, CHILD, OTHER_ADULT, TODAY, save

from .files import course, json_lines, rows, send, send_courses, service, xml

pytestmark = pytest.mark.django_db(transaction=True)
THIRD_ADULT, FOURTH_ADULT = "0405064004", "0505850008"
THREE_CHILDREN = (CHILD, "0506124008", "0607134003")


@pytest.fixture
def person_by_person(monkeypatch):
    monkeypatch.setattr(incoming, "AT_A_TIME", 1)


@pytest.fixture(params=(1, 5_000))
def at_a_time(request, monkeypatch):
    monkeypatch.setattr(incoming, "AT_A_TIME", request.param)


def register():
    """What is stored, without ids."""
    kept = ("source_key", "case__cpr", "case__all_records", "service_code", "start", "end", "version", "severity")
    records = Record.unscoped.filter(deleted_at=None).order_by("source", "source_key")
    findings = Finding.unscoped.order_by("record__source_key", "rule")
    return (
        list(records.values_list(*kept)),
        list(findings.values_list("record__source_key", "rule", "severity")),
        sorted(Case.unscoped.values_list("cpr", "own_records", "all_records")),
        sorted(Record.unscoped.exclude(deleted_at=None).values_list("source_key", flat=True)),
    )


def told(delivery):
    counts = [getattr(delivery, name) for name in ("records", "new", "changed", "withdrawn", "unchanged", "refused")]
    return counts, [(row.line, row.code, row.element, row.value, row.severity) for row in rows(delivery)]


def everything_that_can_come():
    """Two deliveries; the second one changes, withdraws, moves records between persons, and brings mistakes."""
    save()
    yield send(
        json_lines(
            service(),
            service(id="2", start="2025-03-01"),
            service(id="3", cpr=OTHER_ADULT),
            service(id="4", cpr=OTHER_ADULT, start="2024-01-01", end="2024-05-05"),
            service(id="5", cpr=THIRD_ADULT, service_code="0.0"),
            service(id="8", cpr=FOURTH_ADULT),
        )
    )
    yield send(
        json_lines(
            service(action="change", end="2025-02-10"),
            service(id="2", action="change", cpr=THIRD_ADULT, start="2025-03-01"),
            service(id="3", action="withdraw", cpr=OTHER_ADULT),
            service(id="4", action="change", cpr=ADULT, start="2025-02-05"),
            service(id="5", action="change", cpr=THIRD_ADULT, service_code="0.0"),
            service(id="6", cpr=OTHER_ADULT, end="2020-01-01"),
            service(id="7", cpr=""),
            service(id="8", action="change", cpr=FOURTH_ADULT),
        )
    )


EXPECTED = [(6, 6, 0, 0, 0, 0), (8, 1, 3, 1, 2, 1)]


def test_the_same_comes_of_it_however_many_are_taken_at_a_time(monkeypatch):
    found = []
    for number in (5_000, 1):
        monkeypatch.setattr(incoming, "AT_A_TIME", number)
        found.append(([told(delivery) for delivery in everything_that_can_come()], register()))
        for model in (Finding, Record, Case, Delivery):
            model.unscoped.all().delete()
    assert found[0] == found[1]
    assert [tuple(counts) for counts, _rows in found[0][0]] == EXPECTED
    assert found[0][1][1], "there are findings"


@pytest.mark.usefixtures("at_a_time")
def test_a_recheck_finds_nothing_to_correct():
    list(everything_that_can_come())
    assert recheck(ADULTS, today=TODAY).differing == 0


@pytest.mark.usefixtures("at_a_time")
def test_a_test_form_stores_nothing():
    records = (service(), service(id="2", cpr=OTHER_ADULT, service_code="0.0"), service(id="3", cpr=THIRD_ADULT))
    tested = send(json_lines(*records, test=True), test=True)
    assert not Record.unscoped.exists()
    assert not Case.unscoped.exists()
    assert tested.records == tested.new == 3
    assert [row.code for row in rows(tested)] == [row.code for row in rows(send(json_lines(*records)))] != []


@pytest.mark.usefixtures("person_by_person")
@pytest.mark.parametrize("table", ["register_case", "register_record", "intake_deliveryfinding"])
def test_a_write_that_fails_leaves_nothing(monkeypatch, table):
    write, written = Table.write_rows, []

    def fails(self, some):
        written.append(self)
        if table in self._table and sum(table in each._table for each in written) == 2:
            raise OSError("no space left on device")
        write(self, some)

    monkeypatch.setattr(Table, "write_rows", fails)
    with pytest.raises(OSError, match="no space"):
        send(three_courses_with_findings())
    assert_nothing_is_left()


@pytest.mark.usefixtures("person_by_person")
def test_a_check_that_fails_waits_for_the_writes_and_leaves_nothing(monkeypatch):
    add, added = Collector.add, []

    def fails(self, outcome, problems):
        added.append(outcome)
        if len(added) == 3:
            raise ArithmeticError
        add(self, outcome, problems)

    monkeypatch.setattr(Collector, "add", fails)
    with pytest.raises(ArithmeticError):
        send(three_courses_with_findings())
    assert_nothing_is_left()


def three_courses_with_findings():
    return xml(
        *(
            course(INDSATSFORLOEB_ID=str(number), CPR=cpr, INDSATS_KODE="999")
            for number, cpr in enumerate(THREE_CHILDREN)
        )
    )


def assert_nothing_is_left():
    for model in (Case, Record, Finding, Delivery):
        assert not model.unscoped.exists()
    assert not Event.objects.exists()
    assert send_courses(course()).new == 1, "the connection is as before"


def test_writes_are_done_in_their_order_and_a_failure_is_told_when_waiting():
    done = []

    def fails():
        raise ArithmeticError

    with Behind() as behind:
        for number in range(3):
            behind.put(lambda number=number: done.append(number))
            behind.begin()
            behind.wait()
        behind.put(lambda: done.append(3))
    assert done == [0, 1, 2, 3]
    with Behind() as behind:
        behind.put(fails)
        with pytest.raises(ArithmeticError):
            begun(behind)


def begun(behind):
    behind.begin()
    behind.wait()


def test_a_write_sees_what_its_transaction_has_written():
    seen = []
    with transaction.atomic(), Behind() as behind:
        save()
        behind.put(lambda: seen.append(Record.unscoped.count()))
        behind.begin()
        behind.wait()
    assert seen == [1]
