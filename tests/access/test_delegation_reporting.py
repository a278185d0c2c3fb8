"""Who acts for another municipality reports, deletes and gets back in the delegated sections only."""

import re
from datetime import date

import pytest
from django.urls import reverse

from indberet.audit.models import Event
from indberet.register.delete import delete_records, restore_records
from indberet.register.models import Case, Finding, Record
from indberet.register.save import NumberFixed, OtherSection, save_record
from indberet.register.values import record_values
from tests.access.acting import (
    ASSISTANCE,
    CASH,
    ISHOEJ,
    LONG_STAY,
    NEVER_SEEN,
    SECRET_PLACE,
    STAY,
    VALLENSBAEK,
    VERA,
    body,
    hide,
    ida,
    press,
    show,
)
from tests.people import (
    ADULTS,
    OTHER_ADULT,
    TODAY,
    adult_values,
    new_token,
    posted,
    save,
)

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("A02", "C03")
def test_the_delegated_sections_are_reported(acting, data):
    values = posted(adult_values(cpr=NEVER_SEEN, paying_municipality=VALLENSBAEK), do="save_stop")
    assert acting.post(reverse("record_new", args=["adults"]), values).status_code == 302
    made = Record.unscoped.get(case__cpr=NEVER_SEEN)
    assert (made.municipality, made.created_by) == (VALLENSBAEK, "Ida Iversen")
    event = Event.objects.get(action="create", record=made.pk)
    assert (event.municipality, event.detail["acting"]) == (VALLENSBAEK, ISHOEJ)


@pytest.mark.parametrize("code", [CASH, ASSISTANCE])
def test_another_section_is_refused_with_the_reason(acting, data, code):
    with pytest.raises(OtherSection):
        save_record(
            scope=ida(),
            statistic=ADULTS,
            values=record_values(ADULTS, data.shared) | only_code(code),
            record=data.shared,
            token=new_token(),
            today=TODAY,
        )
    values = posted({**adult_values(cpr=NEVER_SEEN), **only_code(code)}, do="create")
    response = acting.post(reverse("record_new", args=["adults"]), {k: v for k, v in values.items() if v is not None})
    assert response.status_code == 422
    assert "Ydelsen hører til en paragraf, som kommunen selv indberetter." in body(response)
    assert not Case.unscoped.filter(cpr=NEVER_SEEN).exists()


def only_code(code):
    """A service of this code without what only stays have."""
    nothing = dict.fromkeys(("p_number", "department_uuid", "offer_uuid", "service_uuid"))
    return {**nothing, "service_code": code}


def test_what_became_another_sections_is_not_changed_nor_shown(acting, data):
    hide(data.shared, CASH)
    with pytest.raises(OtherSection):
        save_record(
            scope=ida(),
            statistic=ADULTS,
            values=adult_values(start=date(2025, 3, 1)),
            record=data.shared,
            version="1.1",
            token=new_token(),
            today=TODAY,
        )


def test_a_person_is_joined_silently(acting, data):
    values = posted(adult_values(cpr=OTHER_ADULT), do="save_stop")
    response = acting.post(reverse("record_new", args=["adults"]), values, follow=True)
    html = body(response)
    assert "er gemt kl." in html
    assert "havde allerede en sag" not in html
    case = Case.unscoped.get(cpr=OTHER_ADULT)
    assert (case.pk, case.own_records) == (data.secret.case_id, 2)
    assert SECRET_PLACE["p_number"] not in html
    again = posted(adult_values(cpr=OTHER_ADULT, start=date(2020, 1, 1), end=date(2020, 2, 1)), do="save_stop")
    known = acting.post(reverse("record_new", args=["adults"]), again, follow=True)
    assert "havde allerede en sag" in body(known), "now Ida knows of it"


def test_a_persons_number_is_the_municipalitys_own_to_correct(acting, data):
    for number in (OTHER_ADULT, NEVER_SEEN):
        values = record_values(ADULTS, data.shared) | {"cpr": number}
        told = {"scope": ida(), "statistic": ADULTS, "record": data.shared, "token": new_token(), "today": TODAY}
        with pytest.raises(NumberFixed):
            save_record(values=values, **told)
    edit = reverse("record_edit", args=["adults", data.shared.pk])
    answers = [acting.post(edit, posted(adult_values(cpr=number), do="save")) for number in (OTHER_ADULT, NEVER_SEEN)]
    assert all(answer.status_code == 422 and "Nummeret kan kun rettes" in body(answer) for answer in answers)
    save_record(values=values, **{**told, "scope": VERA})
    assert Case.unscoped.get(pk=data.shared.case_id).cpr == NEVER_SEEN


# Deleting and getting back


def test_deleting_reaches_the_delegated_sections_only(acting, data):
    gone = delete_records(
        scope=ida(), statistic=ADULTS, record_ids=[data.shared.pk, data.cash.pk, data.secret.pk, data.delivered.pk]
    )
    assert (gone.records, gone.cases) == (1, 1), "nothing is told of the case's other service"
    living = set(Record.unscoped.filter(deleted_at=None).values_list("pk", flat=True))
    assert living == {data.cash.pk, data.secret.pk, data.delivered.pk}
    assert Case.unscoped.get(pk=data.shared.case_id).own_records == 1
    assert "020280-0006" not in body(show(acting, "overview", "own"))
    assert restore_records(scope=ida(), statistic=ADULTS, deletion=gone.id) == 1


def test_the_confirmation_counts_what_may_be_seen(acting, data):
    html = body(press(acting, do="delete", ticked=data.shared.pk, shown=data.shared.pk))
    assert "sag" in html
    with_case = re.sub(r"<[^>]+>|\s+", " ", html)
    hide(data.cash, STAY)
    without = re.sub(r"<[^>]+>|\s+", " ", body(show(acting, "delete")))
    assert with_case != without, "with another service that may be seen the case stays"


def test_getting_back_reaches_the_delegated_sections_only(acting, data):
    response = acting.post(reverse("restore", args=["adults"]), {"deletion": data.deletion}, follow=True)
    assert "1 ydelse er gendannet." in body(response)
    assert Record.unscoped.get(pk=data.gone.pk).deleted_at is None
    assert Record.unscoped.get(pk=data.gone_secret.pk).deleted_at


# Rules beside the case's other records


def test_a_rule_tells_nothing_of_another_sections_record(acting, data, delegations):
    """A stay of § 108, Vallensbæk's own, runs beside the one Ida reports: she is told nothing of it."""
    delegations(sections=("§ 107",))
    with_stay = save(by=VERA, cpr=NEVER_SEEN, **LONG_STAY)
    values = posted(adult_values(cpr=NEVER_SEEN), do="save_stop")
    saved = acting.post(reverse("record_new", args=["adults"]), values, follow=True)
    assert "er gemt kl." in body(saved)
    mine = Record.unscoped.filter(case=with_stay.case_id).latest("id")
    found = Finding.unscoped.filter(record=mine)
    assert {row.rule: row.accepted_at for row in found} == {"A-STAY-OVERLAP": None}
    form = body(show(acting, "record_edit", mine.pk))
    assert "1.8.1" not in re.sub(r"<(option|datalist|script)[^>]*>.*?</\1>", "", form, flags=re.S)
    assert "fejl" not in re.sub(r"<[^>]+>", " ", form.partition("<form method")[0]).lower()
    acting.post("/logout/")
    assert "A-STAY-OVERLAP" in {row.rule for row in Finding.unscoped.filter(record=with_stay)}


def test_a_warning_that_was_not_in_sight_is_not_accepted(data, delegations):
    delegations(sections=("§ 107",))
    save(by=VERA, cpr=NEVER_SEEN, **LONG_STAY, end=date(2025, 1, 31), start=date(2024, 1, 1))
    mine = save(by=ida(), cpr=NEVER_SEEN, start=date(2025, 1, 31))
    rows = {row.rule: row.accepted_at for row in Finding.unscoped.filter(record=mine)}
    assert rows == {"A-STAY-MOVING-DAY": None}
