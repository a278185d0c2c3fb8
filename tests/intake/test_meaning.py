"""What a delivery does to the register: new, changed, withdrawn, unchanged, refused; and what is found in it."""

from datetime import date

import pytest

from indberet.audit.models import Event
from indberet.definition.rules import Scope
from indberet.intake.models import State
from indberet.register.models import Case, Finding, Record, Source
from indberet.register.recheck import recheck
from indberet.register.save import NotOurs, save_record
from tests.people import (
    AARHUS,
    ADULT,
    ADULTS,
    ANNA,
    ANXIETY,
    CARLA,
    CHILD,
    CHILDREN,
    ODENSE,
    OTHER_ADULT,
    TODAY,
    new_token,
    save,
)

from .files import SYSTEM, codes, course, csv_rows, json_lines, rows, send, send_courses, service

pytestmark = pytest.mark.django_db
NOTHING_FOUND = (0, 0)


def counts(delivery):
    names = ("records", "new", "changed", "withdrawn", "unchanged", "refused")
    return tuple(getattr(delivery, name) for name in names)


def only_record():
    return Record.unscoped.get(deleted_at=None)


def test_a_new_course_is_stored_with_where_it_came_from():
    delivery = send_courses(course(SAGSBEHANDLER="Mette Møller", INDSATS_SLUTDATO="2025-06-30"))
    assert delivery.state == State.STORED
    assert counts(delivery) == (1, 1, 0, 0, 0, 0)
    assert codes(delivery) == []
    record = only_record()
    assert (record.source, record.source_system, record.source_key, record.delivery) == (
        Source.SYSTEM, SYSTEM, "1", delivery.pk,
    )  # fmt: skip
    assert (record.start, record.end, record.service_code) == (date(2025, 2, 1), date(2025, 6, 30), "005")
    assert (record.caseworker, record.created_by) == ("Mette Møller", SYSTEM)
    assert (record.case.cpr, record.case.all_records, record.case.own_records) == (CHILD, 1, 0)
    assert record.case.birth_date == date(2015, 4, 4)


def test_json_and_csv_store_the_same_as_each_other():
    values = service(secondary_target_groups=f"{ANXIETY}", functional_level=None)
    send(json_lines({**values, "secondary_target_groups": [ANXIETY]}))
    first = stored_values()
    Record.unscoped.all().delete()
    send(csv_rows(values))
    assert stored_values() == first
    assert first["codes"] == [("secondary_target_groups", ANXIETY)]


def stored_values():
    record = only_record()
    kept = ("service_code", "start", "end", "p_number", "department_uuid", "offer_uuid", "service_uuid", "target_group")
    return {**{name: getattr(record, name) for name in kept}, "codes": list(record.codes.values_list("field", "code"))}


def test_a_change_replaces_and_the_same_again_does_nothing():
    send_courses(course())
    changed = send_courses(course(INDBERETNINGSTYPE="Ændring", INDSATS_SLUTDATO="2025-12-31"))
    assert counts(changed) == (1, 0, 1, 0, 0, 0)
    record = only_record()
    assert (record.end, record.version, record.delivery) == (date(2025, 12, 31), 2, changed.pk)
    again = send_courses(course(INDBERETNINGSTYPE="Ændring", INDSATS_SLUTDATO="2025-12-31"), key="another")
    assert counts(again) == (1, 0, 0, 0, 1, 0)
    assert only_record().delivery == changed.pk


def test_new_on_a_known_id_is_a_change_and_a_change_of_an_unknown_one_is_new():
    assert codes(send_courses(course(INDBERETNINGSTYPE="Ændring"))) == ["unknown"]
    known = send_courses(course(INDSATS_KODE="004"))
    assert codes(known) == ["known"]
    assert counts(known) == (1, 0, 1, 0, 0, 0)
    assert only_record().service_code == "004"


def test_a_withdrawn_course_is_hidden_and_its_history_kept():
    send_courses(course())
    gone = send_courses(course(INDBERETNINGSTYPE="Annullering"))
    assert counts(gone) == (1, 0, 0, 1, 0, 0)
    record = Record.unscoped.get()
    assert record.deleted_at
    assert record.deletion
    assert Case.unscoped.get().all_records == 0
    again = send_courses(course(INDBERETNINGSTYPE="Annullering"), key="again")
    assert codes(again) == ["not_there"]
    assert counts(again) == (1, 0, 0, 0, 1, 0)
    assert counts(send_courses(course(), key="new-again")) == (1, 1, 0, 0, 0, 0)
    assert Record.unscoped.count() == 2
    assert Case.unscoped.get().all_records == 1


def test_what_a_system_withdrew_is_not_restored_by_hand():
    from indberet.register.delete import restore_records
    from indberet.register.find import deleted_records

    send_courses(course())
    send_courses(course(INDBERETNINGSTYPE="Annullering"))
    assert deleted_records(ANNA, CHILDREN) == []
    assert restore_records(scope=ANNA, statistic=CHILDREN, deletion=Record.unscoped.get().deletion) == 0


def test_the_same_id_in_another_system_or_municipality_is_another_record():
    send(json_lines(service()))
    send(json_lines(service(cpr=OTHER_ADULT)), system="Fagsystem B")
    send(json_lines(service(cpr="0505850008"), municipality=AARHUS), municipality=AARHUS)
    assert Record.unscoped.filter(source_key="1").count() == 3


def test_a_person_entered_by_hand_gets_the_delivered_records_on_the_same_case():
    by_hand = save()
    send(json_lines(service(id="9", service_code="1.8.1", start="2024-01-01", end="2024-06-30")))
    case = Case.unscoped.get()
    assert by_hand.case_id == case.pk
    assert (case.own_records, case.all_records) == (1, 2)


def test_a_corrected_person_number_moves_the_record():
    send(json_lines(service()))
    send(json_lines(service(action="change", cpr=OTHER_ADULT)))
    assert only_record().case.cpr == OTHER_ADULT
    assert dict(Case.unscoped.values_list("cpr", "all_records")) == {ADULT: 0, OTHER_ADULT: 1}


def test_a_foreign_number_comes_with_sex_and_birth_date():
    send_courses(course(CPR=None, UDL_NR="AB-17", KOEN="2", FOEDDAG="2016-05-04"))
    case = Case.unscoped.get()
    assert (case.cpr, case.udl, case.sex, case.birth_date) == ("", "AB-17", "pige", date(2016, 5, 4))
    assert Finding.unscoped.count() == 0


def test_sex_and_birth_date_beside_a_cpr_number_are_passed_over():
    delivery = send_courses(course(KOEN="1", FOEDDAG="2015-04-04"))
    assert codes(delivery) == []
    assert Case.unscoped.get().sex == ""


def test_an_earlier_id_is_kept_and_not_shown():
    send_courses(course(ORIGIN_INDSATSFORLOEB_ID="old-1", ORIGIN_PERSON_ID="P-7"))
    assert only_record().extra == {"origin_course": "old-1"}
    assert Case.unscoped.get().extra == {"origin_person": "P-7"}


def test_nobodys_number_is_taken_and_marked_and_joins_nobody():
    nobody = "0000000000"
    delivery = send_courses(course(CPR=nobody), course(INDSATSFORLOEB_ID="2", CPR=nobody))
    assert counts(delivery) == (2, 2, 0, 0, 0, 0)
    assert codes(delivery) == ["nobody", "C-PERSON", "nobody", "C-PERSON"]
    assert list(Case.unscoped.values_list("cpr", "all_records")) == [("", 1), ("", 1)]
    assert set(Record.unscoped.values_list("severity", flat=True)) == {2}
    send_courses(course(INDBERETNINGSTYPE="Ændring", CPR=nobody, INDSATS_KODE="004"))
    assert Case.unscoped.count() == 2
    send_courses(course(INDBERETNINGSTYPE="Ændring"))
    assert sorted(Case.unscoped.values_list("cpr", "all_records")) == [("", 0), ("", 1), (CHILD, 1)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"INDSATS_STARTDATO": "2025-13-01"}, {"refused_value"}),
        ({"INDSATS_STARTDATO": None}, {"refused_value"}),
        ({"INDSATS_KODE": ""}, {"refused_value"}),
        ({"CPR": None}, {"refused_person"}),
        ({"INDBERETNINGSTYPE": "Nyt"}, {"refused_action"}),
        ({"INDBERETNINGSTYPE": "N"}, {"refused_action"}),
        ({"INDSATSFORLOEB_ID": ""}, {"refused_key"}),
        ({"INDSATSFORLOEB_ID": "x" * 51}, {"refused_key"}),
        ({"CPR": "12345678901"}, {"refused_person"}),
    ],
)
def test_a_line_without_what_a_record_must_have_is_refused_and_the_others_are_stored(changes, expected):
    delivery = send_courses(course(**changes), course(INDSATSFORLOEB_ID="2"))
    assert counts(delivery) == (2, 1, 0, 0, 0, 1)
    assert expected == set(codes(delivery))
    assert only_record().source_key == "2"
    assert all(2 < row.line < 14 for row in rows(delivery)), rows(delivery)


@pytest.mark.parametrize(
    ("changes", "code", "element", "value"),
    [
        ({"CPR": "3102154004"}, "C-CPR-FORM", "CPR", "##########"),
        ({"INDSATS_KODE": "999"}, "C-SERVICE-CODE-LIST", "INDSATS_KODE", "999"),
        ({"INDSATS_SLUTDATO": "2025-01-01"}, "C-END-BEFORE-START", "INDSATS_SLUTDATO", "2025-01-01"),
        ({"INDSATS_SLUTDATO": "snart"}, "unreadable_iso_date", "INDSATS_SLUTDATO", "snart"),
        ({"CPR": None, "UDL_NR": "X1"}, "C-SEX-REQUIRED", "KOEN", ""),
        ({"CPR": None, "UDL_NR": "X1", "KOEN": "5", "FOEDDAG": "2016-05-04"}, "C-SEX-LIST", "KOEN", "5"),
        ({"INDSATS_KODE": "001"}, "C-P-NUMBER-REQUIRED", "p_number", ""),
        ({"FREMMED": "x"}, "element_unknown", "FREMMED", "A"),
        ({"UDL_NR": "A1"}, "two_numbers", "UDL_NR", "A#"),
        ({"CPR": None, "UDL_NR": "X1", "KOEN": "dreng"}, "unreadable_word", "KOEN", "dreng"),
        ({"SAGSBEHANDLER": "Mette 0202800006"}, "", "SAGSBEHANDLER", ""),
    ],
)
def test_a_record_that_breaks_a_rule_is_stored_with_its_findings(changes, code, element, value):
    delivery = send_courses(course(**changes))
    assert counts(delivery) == (1, 1, 0, 0, 0, 0)
    if code:
        found = next(row for row in rows(delivery) if row.code == code)
        assert (found.element, found.value) == (element, value)
        assert found.expectation
        assert found.reason
        assert delivery.with_errors == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"INDSATS_KODE": "999"}, [("C-SERVICE-CODE-LIST", 16)]),
        ({"INDSATS_KODE": "99"}, [("C-SERVICE-CODE-LIST", 16)]),
        ({"INDSATS_SLUTDATO": "2025-01-01"}, [("C-END-BEFORE-START", 18)]),
        ({"INDSATS_SLUTDATO": "snart"}, [("unreadable_iso_date", 18)]),
        ({"INDSATS_STARTDATO": ""}, [("refused_value", 17)]),
        ({"INDBERETNINGSTYPE": "Annullering"}, [("not_there", 14)]),
        ({"UDL_NR": "A1"}, [("two_numbers", 16)]),
        ({"UDL_NR": ""}, [("element_choice", 16), ("element_text", 16)]),
    ],
)
def test_a_finding_has_the_line_of_its_element(changes, told):
    """The second record begins in line 12."""
    delivery = send_courses(course(INDSATSFORLOEB_ID="2", CPR="0505154006"), course(**changes))
    assert [(row.code, row.line) for row in rows(delivery)] == told


def test_of_lines_with_the_same_id_the_last_counts():
    delivery = send_courses(course(), course(INDSATS_KODE="004"), course(INDSATSFORLOEB_ID="2"))
    assert counts(delivery) == (3, 2, 0, 0, 0, 1)
    assert codes(delivery) == ["refused_repeated"]
    assert Record.unscoped.get(source_key="1").service_code == "004"


def test_rules_of_case_and_person_meet_what_is_there_and_what_comes_along():
    save()
    save(by=CARLA, cpr=OTHER_ADULT)
    delivery = send(json_lines(service(id="a"), service(id="b", cpr=OTHER_ADULT), service(id="c", cpr="0505850008")))
    found = {(row.key, row.code) for row in rows(delivery)}
    assert ("a", "A-DUPLICATE") in found
    elsewhere = {rule.id for rule in ADULTS.rules if rule.scope == Scope.PERSON}
    assert elsewhere & {code for key, code in found if key == "b"}
    assert elsewhere & set(Finding.unscoped.filter(record__municipality=AARHUS).values_list("rule", flat=True))
    assert not {code for key, code in found if key == "c"}
    for statistic in (ADULTS, CHILDREN):
        assert recheck(statistic, today=TODAY, anew=True).differing == 0


@pytest.mark.parametrize("extra", [{}, {"service_code": "1.8.1"}, {"target_group": None}, {"end": "2024-01-01"}])
def test_the_same_rules_are_found_as_when_it_is_typed(extra):
    send(json_lines(service(**extra)))
    record = only_record()
    kept = set(record.findings.values_list("rule", flat=True))
    from indberet.register.values import as_asked, record_values

    values = as_asked(ADULTS, record_values(ADULTS, record), TODAY, record)
    assert kept == {found.rule.id for found in ADULTS.check(values) if found.rule.severity}
    assert record.severity == max(record.findings.values_list("severity", flat=True), default=0)


def test_what_a_system_sent_is_not_changed_by_hand():
    send(json_lines(service()))
    with pytest.raises(NotOurs):
        save_record(scope=ANNA, statistic=ADULTS, values={}, token=new_token(), record=only_record())


def test_an_open_form_meets_that_the_case_changed():
    record = save(CHILDREN, cpr="", udl="AB-17", sex="pige", birth_date=date(2016, 5, 4))
    version = record.case.version
    send_courses(course(CPR=None, UDL_NR="AB-17", KOEN="1", FOEDDAG="2016-05-04", INDSATS_KODE="004"))
    case = Case.unscoped.get()
    assert (case.sex, case.version) == ("dreng", version + 1)


def test_a_delivery_leaves_one_event_and_no_number():
    send_courses(course(), course(INDSATSFORLOEB_ID="2", CPR="0505154006"))
    event = Event.objects.get(action="deliver")
    assert (event.actor_name, event.municipality, event.statistic) == (SYSTEM, ODENSE, "children")
    assert event.cases == sorted(Case.unscoped.values_list("pk", flat=True))
    assert CHILD not in str(event.detail)


def test_a_test_form_is_checked_and_nothing_is_stored():
    from .files import xml

    save(CHILDREN)
    bad = course(INDSATSFORLOEB_ID="2", INDSATS_KODE="999", INDSATS_STARTDATO="2025-03-01")
    delivery = send(xml(course(), bad, form="T231"), test=True)
    assert delivery.state == State.TESTED
    assert counts(delivery) == (2, 2, 0, 0, 0, 0)
    assert {"C-DUPLICATE", "C-SERVICE-CODE-LIST"} <= set(codes(delivery))
    assert {row.record for row in rows(delivery)} == {None}
    assert (Record.unscoped.count(), Case.unscoped.get().all_records, Finding.unscoped.count()) == (1, 1, 0)
    assert send(json_lines(service(), test=True), test=True).state == State.TESTED
    assert Record.unscoped.count() == 1
