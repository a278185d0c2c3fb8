"""The generated data is what the portal itself would have stored."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import models

from indberet.definition.code_lists import NO_CODE
from indberet.definition.cpr import birth_date, passes_modulus_11
from indberet.definition.registry import statistic, statistics
from indberet.definition.rules import ERROR
from indberet.demo.generate import generate
from indberet.demo.plan import plan
from indberet.demo.store import empty
from indberet.pages.models import Contact
from indberet.register.models import Case, Finding, Record, RecordCode
from indberet.register.save import save_record
from indberet.register.values import mark_of, record_values
from tests.people import ADULTS, ANNA, new_token, save

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=ZoneInfo("Europe/Copenhagen"))
RECORDS = 1_500


def make(seed="1", records=RECORDS):
    return generate(plan(records=records, codes=["461", "101", "187"], seed=seed), seed=seed, now=NOW)


def rows():
    """All that was generated, in an order that does not depend on the database."""
    found = []
    for model in (Case, Record, RecordCode, Finding):
        skipped = {"id"} if model in (RecordCode, Finding) else set()
        names = [column.attname for column in model._meta.concrete_fields if column.attname not in skipped]
        found.append(sorted(model._default_manager.values_list(*names), key=repr))
    return found


def living():
    return Record.unscoped.select_related("case").prefetch_related("codes", "findings")


def test_it_makes_as_many_as_asked_for():
    assert make() == RECORDS == Record.unscoped.count()


def test_the_same_seed_gives_the_same_data():
    make("a")
    first = rows()
    empty()
    make("a")
    assert rows() == first


def test_another_seed_gives_other_data():
    make("a")
    first = rows()
    empty()
    make("b")
    assert rows() != first


def test_findings_and_severity_are_what_a_recheck_gives():
    make()
    for record in living():
        found = statistic(record.statistic)
        values = record_values(found, record)
        broken = found.check(found.values(values, NOW.date()))
        expected = {
            (item.rule.id, int(item.rule.severity), mark_of(found, item.rule.fields, values)) for item in broken
        }
        assert {(row.rule, row.severity, row.values_mark) for row in record.findings.all()} == expected
        assert record.severity == max((item.rule.severity for item in broken), default=0)


def test_a_few_per_cent_break_a_rule_and_nothing_entered_here_has_errors():
    make()
    assert 0.01 < Record.unscoped.filter(severity__gt=0).count() / RECORDS < 0.12
    errors = Finding.unscoped.filter(severity=ERROR)
    assert len(set(errors.values_list("rule", flat=True))) >= 3
    assert not errors.filter(record__source="manual").exists()
    entered = Finding.unscoped.filter(record__source="manual")
    assert entered.exists()
    assert not entered.filter(accepted_at=None).exists()


def test_the_cases_count_their_records():
    make()
    for case in Case.unscoped.prefetch_related("records"):
        there = [record for record in case.records.all() if record.deleted_at is None]
        assert (case.all_records, case.own_records) == (len(there), sum(record.is_own for record in there))
        assert {(record.statistic, record.municipality) for record in case.records.all()} == {
            (case.statistic, case.municipality)
        }


def test_persons_cannot_be_anybody():
    make()
    cases = Case.unscoped.exclude(cpr="")
    numbers = list(cases.values_list("cpr", flat=True))
    assert len(set(numbers)) == len(numbers)
    for case in cases:
        assert not passes_modulus_11(case.cpr)
        assert case.birth_date == birth_date(case.cpr)
        assert not case.cpr.startswith("0101")


def test_ages_fit_the_service():
    make()
    for record in living():
        age = (record.start - record.case.birth_date).days / 365.25
        row = statistic(record.statistic).codes_of("service_code").find(record.service_code, record.start)
        assert row is not NO_CODE
        assert int(row.get("min_age") or 0) <= age < int(row.get("max_age") or 110) + 1


def test_some_persons_have_no_cpr_number_where_the_statistic_knows_that():
    make(records=3_000)
    for found in statistics():
        without = Case.unscoped.filter(statistic=found.id, cpr="").exclude(udl="")
        assert without.exists() == found.capabilities.person_without_cpr
        assert not without.filter(birth_date=None).exists()
        assert not without.filter(sex="").exists()


def test_the_data_has_everything_that_a_demo_shows():
    make()
    records = Record.unscoped
    assert set(records.values_list("source", flat=True)) == {"manual", "system", "legacy"}
    assert records.filter(end=date(9999, 12, 31)).count() > RECORDS / 10
    assert records.filter(end=models.F("start")).count() < RECORDS / 50
    assert records.filter(end__lt=NOW.date()).exists()
    assert records.exclude(deleted_at=None).exclude(deletion=None).exists()
    assert RecordCode.unscoped.exists()
    same_but_for_uuid = records.values("case", "service_code", "start", "end", "target_group")
    assert same_but_for_uuid.annotate(count=models.Count("service_uuid", distinct=True)).filter(count__gt=1).exists()


def test_nothing_happened_in_the_future():
    make()
    for name in ("created_at", "changed_at", "deleted_at"):
        assert not Record.unscoped.filter(**{f"{name}__gt": NOW}).exists()
    assert not Record.unscoped.filter(start__gt=NOW.date()).exists()


def test_every_record_that_was_entered_here_can_be_opened_and_saved_again():
    make()
    for record in living().filter(source="manual", municipality="461", deleted_at=None)[:40]:
        found = statistic(record.statistic)
        values = record_values(found, record)
        arguments = {"scope": ANNA, "statistic": found, "record": record, "token": new_token(), "today": NOW.date()}
        assert not save_record(values=values, **arguments).changed


@pytest.mark.django_db(transaction=True)
def test_new_records_get_new_ids_afterwards():
    make()
    last = Record.unscoped.order_by("-id").values_list("id", flat=True)[0]
    assert save(ADULTS).pk > last


def test_the_municipalities_have_contacts_except_one():
    make()
    assert set(Contact.unscoped.values_list("municipality", flat=True)) == {"461", "101"}
    assert Contact.unscoped.filter(municipality="461").count() == len(statistics())
