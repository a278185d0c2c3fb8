"""A case that a system and a person report on together: what is corrected here, and what where it came from."""

from datetime import date

import pytest

from indberet.audit.models import Event
from indberet.pages.contacts import save_contact
from indberet.register import one_case
from indberet.register import save as save_module
from indberet.register.models import Case, Record
from indberet.register.recheck import recheck
from indberet.register.record_page import corrected_at_source
from indberet.register.save import CorrectedAtSource, save_record, version_of
from indberet.register.values import case_values, record_values
from tests.access.acting import VALLENSBAEK, ida
from tests.intake.files import SYSTEM, course, json_lines, send, send_courses, service
from tests.people import (
    ADULT,
    ADULTS,
    ANNA,
    CHILD,
    CHILDREN,
    OTHER_ADULT,
    TODAY,
    adult_values,
    child_values,
    new_token,
    posted,
    save,
)
from tests.register.test_views import text

pytestmark = pytest.mark.django_db
LEVEL, OTHER_LEVEL = "5bdde847-2837-416b-ab63-bbff8b7aa531", "8328ce4a-6238-4f73-bf1a-74aadb68eff8"
UDL = {"cpr": "", "udl": "AB-17", "sex": "pige", "birth_date": date(2016, 5, 4)}
FOREIGN = {"CPR": None, "UDL_NR": "AB-17", "KOEN": "2", "FOEDDAG": "2016-05-04"}


@pytest.fixture
def anna(log_in):
    for statistic in (ADULTS, CHILDREN):
        save_contact(ANNA, statistic, {"name": "Anna", "phone": "12345678", "email": "anna@example.dk"})
    return log_in("anna")


def shared(**changes):
    """An own service on the case of a child that the system has sent too."""
    send_courses(course(**FOREIGN, INDSATS_KODE="004"))
    return save(CHILDREN, **{**UDL, **changes})


def change(record, **changes):
    statistic = CHILDREN if record.statistic == "children" else ADULTS
    values = record_values(statistic, Record.unscoped.get(pk=record.pk)) | changes
    return save_record(scope=ANNA, statistic=statistic, values=values, record=record, token=new_token(), today=TODAY)


@pytest.mark.parametrize(
    ("field", "value"), [("sex", "dreng"), ("birth_date", date(2016, 5, 5))], ids=["sex", "birth date"]
)
def test_what_a_system_has_sent_of_the_person_is_corrected_in_the_system(field, value):
    record = shared()
    with pytest.raises(CorrectedAtSource) as refused:
        change(record, **{field: value})
    assert (refused.value.fields, refused.value.systems) == ([field], [SYSTEM])
    assert Case.unscoped.get().sex == "pige"
    with pytest.raises(CorrectedAtSource):
        save(CHILDREN, **UDL | {field: value, "service_code": "006"})
    assert Record.unscoped.count() == 2


def test_nor_is_it_emptied_here_or_overwritten_by_a_new_service_of_the_person():
    send(json_lines(service(functional_level=LEVEL)))
    record = save(service_code="1.4")
    assert Case.unscoped.get().extra == {"functional_level": LEVEL}
    with pytest.raises(CorrectedAtSource) as refused:
        change(record, functional_level="")
    assert refused.value.fields == ["functional_level"]


def test_what_no_system_has_sent_is_corrected_here_and_what_is_empty_filled():
    record = save(CHILDREN, **UDL)
    change(record, sex="dreng")
    send_courses(course(**FOREIGN, INDBERETNINGSTYPE="Annullering"))
    assert Case.unscoped.get().sex == "dreng"
    send(json_lines(service()))
    adult = save(service_code="1.4")
    change(adult, functional_level=LEVEL)
    assert Case.unscoped.get(cpr=ADULT).extra == {"functional_level": LEVEL}


def test_once_the_system_has_withdrawn_its_records_the_person_is_corrected_here():
    record = shared()
    send_courses(course(INDBERETNINGSTYPE="Annullering"))
    change(record, sex="dreng", udl="AB-18")
    assert Case.unscoped.get().udl == "AB-18"


def test_a_corrected_number_moves_only_the_own_record_and_the_next_delivery_splits_nothing():
    record = shared()
    saved = change(record, udl="AB-18")
    assert saved.left.udl == "AB-17"
    told = {case.udl: (case.own_records, case.all_records) for case in Case.unscoped.all()}
    assert told == {"AB-17": (0, 1), "AB-18": (1, 1)}
    old, new = Case.unscoped.get(udl="AB-17"), Case.unscoped.get(udl="AB-18")
    assert (new.sex, new.birth_date, old.sex) == ("pige", date(2016, 5, 4), "pige")
    event = Event.objects.filter(action="change").latest("id")
    assert set(event.cases) == {old.pk, new.pk}
    delivery = send_courses(course(**FOREIGN, INDSATS_KODE="004"), key="again")
    assert (delivery.unchanged, Case.unscoped.count()) == (1, 2)
    assert recheck(CHILDREN, today=TODAY, anew=True).differing == 0


def test_it_joins_the_case_of_the_other_person_and_the_findings_of_both_are_right():
    mistyped = save(functional_level=LEVEL)
    send(json_lines(service(functional_level=LEVEL)))
    theirs = save(cpr=OTHER_ADULT, service_code="1.4")
    assert Record.unscoped.filter(source="system", findings__rule="A-DUPLICATE").exists()
    saved = change(mistyped, cpr=OTHER_ADULT)
    assert saved.record.case_id == theirs.case_id
    assert not Record.unscoped.filter(findings__rule="A-DUPLICATE").exists()
    case = Case.unscoped.get(pk=theirs.case_id)
    assert (case.own_records, case.all_records, case.extra) == (2, 2, {"functional_level": LEVEL})
    assert recheck(ADULTS, today=TODAY, anew=True).differing == 0


def test_what_is_known_of_the_person_it_is_moved_to_stays():
    moved = shared()
    other = save(
        CHILDREN, **{**UDL, "udl": "CD-18", "sex": "dreng", "birth_date": date(2014, 5, 5)}, service_code="004"
    ).case
    change(moved, udl="CD-18")
    assert Record.unscoped.get(pk=moved.pk).case == other
    known = case_values(CHILDREN, Case.unscoped.get(pk=other.pk))
    assert (known["sex"], known["birth_date"]) == ("dreng", date(2014, 5, 5))


def test_a_child_that_got_a_cpr_number_goes_to_its_case():
    record = shared()
    change(record, cpr=CHILD, udl="", sex="", birth_date=None)
    assert dict(Case.unscoped.values_list("cpr", "sex")) == {CHILD: "", "": "pige"}


def test_who_sees_some_sections_only_is_told_neither_the_system_nor_what_it_sent():
    send(
        json_lines(service(functional_level=LEVEL, service_code="1.17"), municipality=VALLENSBAEK),
        municipality=VALLENSBAEK,
    )
    with pytest.raises(CorrectedAtSource) as refused:
        save(by=ida(), service_code="1.8.2", functional_level=OTHER_LEVEL, paying_municipality=VALLENSBAEK)
    assert refused.value.systems == []
    told = corrected_at_source(ADULTS, refused.value, "functional_level")
    assert SYSTEM not in told
    assert LEVEL not in told


def test_an_ordinary_save_does_not_even_ask_for_systems(monkeypatch):
    record = shared()
    monkeypatch.setattr(save_module, "senders", lambda case: pytest.fail("asked"))
    monkeypatch.setattr(one_case, "senders", lambda case: pytest.fail("asked"))
    assert change(record, end=date(2026, 1, 31)).changed


def test_the_form_says_at_the_field_which_system_to_correct_and_keeps_what_was_typed(anna):
    record = shared()
    path = f"/children/records/{record.pk}/"
    values = child_values(**UDL | {"sex": "dreng", "end": date(2026, 1, 31)})
    page = anna.post(path, posted(values, do="save", version=version_of(record.case, record)))
    assert page.status_code == 422
    assert f"Ret den i {SYSTEM}, og send den derfra igen. Sæt den tilbage til pige" in text(page)
    assert 'href="#id_sex"' in page.content.decode()
    assert 'value="31012026"' in page.content.decode()
    assert Case.unscoped.get().sex == "pige"


def test_the_form_says_that_only_this_service_was_moved(anna):
    record = shared()
    values = child_values(**UDL | {"udl": "AB-18"})
    page = anna.post(f"/children/records/{record.pk}/", posted(values, do="save"), follow=True)
    assert f"Kun denne ydelse er flyttet fra AB-17, hvor {SYSTEM} også har indberettet." in text(page)


def test_the_form_holds_the_service_against_those_of_the_person_it_is_corrected_to(anna):
    mistyped = save()
    send(json_lines(service()))
    values = adult_values(cpr=OTHER_ADULT)
    anna.post(f"/adults/records/{mistyped.pk}/", posted(values, do="save"))
    assert Record.unscoped.get(pk=mistyped.pk).case.cpr == OTHER_ADULT
