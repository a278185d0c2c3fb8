"""The one way in: what is saved, refused, told and traced."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from indberet.access.scope import NoPrivilege, ScopeRequired
from indberet.audit.models import Event
from indberet.definition.values import OPEN_END
from indberet.register import save as save_module
from indberet.register.delete import delete_records
from indberet.register.models import Case, Record, Submission
from indberet.register.save import (
    AlreadySaved,
    Conflict,
    NotOurs,
    NumberTaken,
    RecordGone,
    RulesBroken,
    save_record,
    version_of,
)
from indberet.register.values import record_values
from tests.people import (
    ADULT,
    ADULTS,
    ANNA,
    ANXIETY,
    AUTISM,
    BO,
    CARLA,
    CHILDREN,
    OTHER_ADULT,
    SUPPORT,
    TODAY,
    adult_values,
    child_values,
    new_token,
    save,
    scope,
    valid_values,
)

pytestmark = pytest.mark.django_db


def change(record, by=ANNA, *, version="", token="", **changes):
    values = {**record_values(ADULTS, Record.unscoped.get(pk=record.pk)), **changes}
    return save_record(
        scope=by,
        statistic=ADULTS,
        values=values,
        record=record,
        version=version,
        token=token or new_token(),
        today=TODAY,
    )


@pytest.mark.requirement("A09")
def test_a_new_case_comes_with_its_first_service():
    record = save(functional_level="5bdde847-2837-416b-ab63-bbff8b7aa531", secondary_target_groups=(ANXIETY,))
    case = Case.unscoped.get()
    assert (case.cpr, case.birth_date, case.own_records, case.all_records) == (ADULT, date(1980, 2, 2), 1, 1)
    assert case.extra == {"functional_level": "5bdde847-2837-416b-ab63-bbff8b7aa531"}
    assert (record.end, record.municipality, record.created_by) == (OPEN_END, "461", "Anna")
    assert [code.code for code in record.codes.all()] == [ANXIETY]


@pytest.mark.parametrize("statistic", [ADULTS, CHILDREN], ids=["adults", "children"])
def test_saved_values_read_back(statistic):
    record = save(statistic, end=date(2026, 1, 31))
    stored = record_values(statistic, Record.unscoped.get(pk=record.pk))
    wanted = valid_values(statistic, end=date(2026, 1, 31))
    assert {name: value for name, value in stored.items() if value} == {name: v for name, v in wanted.items() if v}


def test_case_and_service_are_saved_together_or_not_at_all(monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr(save_module, "write_event", fail)
    with pytest.raises(RuntimeError):
        save()
    assert not Case.unscoped.exists()
    assert not Record.unscoped.exists()
    assert not Submission.unscoped.exists()


@pytest.mark.requirement("C01")
def test_one_case_per_person_and_statistic():
    save(CHILDREN)
    second = save(CHILDREN, service_code="007")
    assert Case.unscoped.filter(statistic="children").count() == 1
    assert second.case.records.count() == 2
    save(ADULTS, cpr=child_values()["cpr"])
    assert Case.unscoped.count() == 2


def test_the_same_person_in_another_municipality_is_another_case():
    save(end=date(2025, 6, 30))
    save(by=CARLA, start=date(2025, 7, 1))
    assert Case.unscoped.filter(cpr=ADULT).count() == 2


def test_a_service_on_an_existing_person_keeps_what_was_known_of_the_case():
    save(functional_level="5bdde847-2837-416b-ab63-bbff8b7aa531")
    saved = save_record(scope=ANNA, statistic=ADULTS, values=adult_values(service_code="1.1"), token=new_token())
    assert saved.joined_case
    assert Case.unscoped.get().extra["functional_level"].startswith("5bdd")


def test_errors_stop_the_save_and_nothing_is_written():
    with pytest.raises(RulesBroken) as refused:
        save(end=date(2025, 1, 1))
    assert [found.rule.id for found in refused.value.broken] == ["A-END-BEFORE-START"]
    assert not Case.unscoped.exists()
    assert not Event.objects.exists()


@pytest.mark.requirement("C09")
def test_a_warning_is_accepted_once_and_stays_accepted_while_the_value_stands():
    values = adult_values(end=date(2030, 1, 1))
    with pytest.raises(RulesBroken) as refused:
        save_record(scope=ANNA, statistic=ADULTS, values=values, token=new_token(), today=TODAY)
    key = save_module.warning_key(refused.value.broken[0], ADULTS.values(values, TODAY))
    saved = save_record(scope=ANNA, statistic=ADULTS, values=values, token=new_token(), accepted={key}, today=TODAY)
    finding = saved.record.findings.get()
    assert (finding.rule, finding.accepted_by, saved.record.severity) == ("A-END-FAR-AHEAD", "Anna", 1)
    assert change(saved.record, p_number="1003456780").changed
    with pytest.raises(RulesBroken):
        change(saved.record, end=date(2031, 1, 1))


@pytest.mark.requirement("A18")
def test_records_that_differ_in_ydelses_uuid_only_are_saved_side_by_side():
    save()
    save(service_uuid=SUPPORT)
    assert Record.unscoped.count() == 2


def test_the_same_form_sent_twice_saves_once():
    token = new_token()
    first = save_record(scope=ANNA, statistic=ADULTS, values=adult_values(), token=token)
    again = save_record(scope=ANNA, statistic=ADULTS, values=adult_values(), token=token)
    assert again.repeated
    assert again.record == first.record
    assert Record.unscoped.count() == 1
    assert Event.objects.filter(action="create").count() == 1


def test_a_used_form_with_other_values_is_not_taken_for_a_repeat():
    token = new_token()
    save_record(scope=ANNA, statistic=ADULTS, values=adult_values(), token=token)
    with pytest.raises(AlreadySaved):
        save_record(scope=ANNA, statistic=ADULTS, values=adult_values(service_code="1.8.1"), token=token)
    assert Record.unscoped.count() == 1


def test_another_municipality_cannot_repeat_a_form():
    token = new_token()
    save_record(scope=ANNA, statistic=ADULTS, values=adult_values(), token=token)
    with pytest.raises(AlreadySaved):
        save_record(scope=CARLA, statistic=ADULTS, values=adult_values(), token=token)


@pytest.mark.requirement("A20")
def test_a_service_is_ended():
    record = save()
    change(record, end=date(2026, 1, 31))
    assert Record.unscoped.get().end == date(2026, 1, 31)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten():
    record = save()
    opened = version_of(record.case, record)
    change(record, BO, p_number="1003456780")
    with pytest.raises(Conflict):
        change(record, version=opened, p_number="1003456781")
    assert Record.unscoped.get().p_number == "1003456780"


def test_a_case_changed_meanwhile_is_a_conflict_for_a_new_service_too():
    record = save()
    opened = version_of(record.case)
    change(record, BO, functional_level="5bdde847-2837-416b-ab63-bbff8b7aa531")
    with pytest.raises(Conflict):
        save_record(
            scope=ANNA, statistic=ADULTS, values=adult_values(), case=record.case, version=opened, token=new_token()
        )


def test_a_record_deleted_meanwhile_is_told():
    record = save()
    delete_records(scope=BO, statistic=ADULTS, record_ids=[record.pk])
    with pytest.raises(RecordGone):
        change(record, p_number="1003456780")


def test_a_record_from_a_system_is_not_changed_here():
    record = save()
    Record.unscoped.update(source="system")
    with pytest.raises(NotOurs):
        change(record, p_number="1003456780")


def test_nothing_changed_leaves_no_new_version():
    record = save()
    assert not change(record).changed
    assert Record.unscoped.get().version == 1


def test_a_corrected_cpr_number_moves_the_whole_case():
    record = save()
    save(service_code="1.1")
    change(record, cpr=OTHER_ADULT)
    case = Case.unscoped.get()
    assert (case.cpr, case.birth_date, case.own_records) == (OTHER_ADULT, date(1975, 3, 3), 2)


def test_a_cpr_number_that_another_case_has_is_refused():
    record = save()
    save(cpr=OTHER_ADULT)
    with pytest.raises(NumberTaken):
        change(record, cpr=OTHER_ADULT)


def test_a_cpr_number_of_a_deleted_case_is_free_and_its_records_can_still_be_restored():
    gone = save(cpr=OTHER_ADULT)
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[gone.pk])
    record = save()
    change(record, cpr=OTHER_ADULT)
    assert Case.unscoped.get().cpr == OTHER_ADULT
    assert Record.unscoped.get(pk=gone.pk).case == Case.unscoped.get()


@pytest.mark.requirement("C10")
def test_a_child_without_cpr_is_saved_by_udl_number():
    record = save(CHILDREN, cpr="", udl="AB-17", sex="pige", birth_date=date(2016, 5, 4))
    assert (record.case.udl, record.case.sex, record.case.birth_date) == ("AB-17", "pige", date(2016, 5, 4))


def test_reporting_needs_the_privilege():
    with pytest.raises(NoPrivilege):
        save(by=scope("Lone", "461", "read"))
    with pytest.raises(NoPrivilege):
        save(by=scope("Gudrun", "461", "approve"))


def test_tenant_data_without_a_scope_raises():
    for model in (Case, Record):
        with pytest.raises(ScopeRequired):
            model.objects.all()


def test_the_trail_holds_before_and_after_and_no_cpr_number():
    record = save()
    change(record, cpr=OTHER_ADULT, p_number="1003456780")
    event = Event.objects.get(action="change")
    assert (event.actor, event.municipality, event.record, event.cases) == (
        "test#anna",
        "461",
        record.pk,
        [record.case_id],
    )
    assert event.before["p_number"] == "1003456789"
    assert event.after["p_number"] == "1003456780"
    assert event.before["cpr"] != event.after["cpr"]
    trail = str(list(Event.objects.values()))
    assert ADULT not in trail
    assert OTHER_ADULT not in trail


def test_the_trail_is_append_only():
    save()
    event = Event.objects.get()
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


def test_the_database_itself_guards_the_structure():
    record = save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.unscoped.create(statistic="adults", municipality="461", cpr=ADULT, changed_at=record.changed_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Record.unscoped.filter(pk=record.pk).update(extra=[1])
    record.codes.create(field="x", code=AUTISM)
    with pytest.raises(IntegrityError), transaction.atomic():
        record.codes.create(field="x", code=AUTISM)


def test_saving_takes_a_fixed_number_of_queries(django_assert_max_num_queries):
    for month in (1, 2, 3, 4):
        with django_assert_max_num_queries(24):
            save(start=date(2025, month, 1), end=date(2025, month, 28))
