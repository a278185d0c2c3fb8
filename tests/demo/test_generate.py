"""The generated data is what the portal itself would have stored."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import models

from indberet.definition.code_lists import NO_CODE
from indberet.definition.cpr import birth_date, passes_modulus_11
from indberet.definition.registry import statistic, statistics
from indberet.definition.rules import ERROR, WARNING
from indberet.demo.generate import generate
from indberet.demo.plan import plan
from indberet.demo.store import empty
from indberet.pages.models import Contact
from indberet.register.findings import differences, refresh
from indberet.register.models import Case, Finding, Record, RecordCode
from indberet.register.reasons import READY
from indberet.register.save import save_record
from indberet.register.stored import Reader
from indberet.register.values import record_values
from tests.people import ADULTS, ANNA, new_token, save

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=ZoneInfo("Europe/Copenhagen"))
RECORDS = 1_500


def make(seed="1", records=RECORDS, codes=("461", "101", "187")):
    return generate(plan(records=records, codes=codes, seed=seed), seed=seed, now=NOW)


def make_all():
    """Every municipality, as a large demo has them."""
    return make(records=3_000, codes=())


def rows():
    """All that was generated, in an order that does not depend on the database."""
    found = []
    for model in (Case, Record, RecordCode, Finding):
        skipped = {"id"} if model in (RecordCode, Finding) else set()
        names = [column.attname for column in model._meta.concrete_fields if column.attname not in skipped]
        found.append(sorted(model._default_manager.values_list(*names), key=repr))
    return found


def living():
    return Record.unscoped.filter(deleted_at=None).select_related("case").prefetch_related("codes", "findings")


def ids(statistic):
    """The ids of all cases of a statistic."""
    return list(Case.unscoped.filter(statistic=statistic.id).values_list("id", flat=True))


def share(**condition):
    return living().filter(**condition).count() / living().count()


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


def test_a_recheck_finds_no_difference():
    make()
    for found in statistics():
        assert differences(found, Reader(found, NOW.date()).circles(ids(found))) == []
        assert refresh(found, ids(found), today=NOW.date()) == 0


def test_a_few_per_cent_break_a_rule():
    make_all()
    assert 0.03 < share(severity=ERROR) < 0.06
    assert 0.04 < share(severity=WARNING) < 0.08
    rules = set(Finding.unscoped.values_list("rule", flat=True))
    assert {
        "A-STAY-OVERLAP",
        "A-STAY-ELSEWHERE",
        "A-DUPLICATE",
        "A-SAME-SERVICE-OVERLAP",
        "A-FFB-STILL-ACTIVE",
        "C-ENDS-AFTER-18",
    } <= rules
    assert not any("MODULUS" in rule for rule in rules)


def test_nothing_entered_by_hand_has_errors():
    make()
    assert set(Finding.unscoped.filter(severity=ERROR).values_list("record__source", flat=True)) == {"system"}


def test_every_warning_of_what_was_entered_here_was_accepted_for_a_reason():
    make()
    entered = Finding.unscoped.filter(record__source="manual")
    assert entered.exists()
    assert not entered.filter(accepted_at=None).exists()
    assert set(entered.values_list("reason", flat=True)) <= set(READY.values())
    assert len(set(entered.values_list("reason", flat=True))) > 1
    others = Finding.unscoped.exclude(record__source="manual")
    assert not others.exclude(accepted_at=None).exists()
    assert not others.exclude(reason="").exists()


def test_a_deleted_record_has_no_findings():
    make()
    assert not Finding.unscoped.exclude(record__deleted_at=None).exists()
    assert not Record.unscoped.exclude(deleted_at=None).filter(severity__gt=0).exists()


def test_a_few_persons_have_stays_in_two_municipalities_at_once():
    make_all()
    told = Finding.unscoped.filter(rule="A-STAY-ELSEWHERE")
    persons = {}
    for cpr, municipality in told.values_list("record__case__cpr", "record__municipality"):
        persons.setdefault(cpr, set()).add(municipality)
    assert persons
    assert {len(municipalities) for municipalities in persons.values()} == {2}


def test_one_municipality_alone_shares_its_persons_with_nobody():
    make(records=300, codes=["461"])
    assert set(Case.unscoped.values_list("municipality", flat=True)) == {"461"}


def test_most_services_end_when_their_time_or_the_persons_age_says_so():
    make_all()
    for rule, code in (("A-PERIOD-LONG", "1.18.2"), ("C-ENDS-AFTER-18", ""), ("C-OPEN-AT-18", "")):
        broken = Finding.unscoped.filter(rule=rule).count()
        asked = living().filter(service_code=code) if code else living().filter(statistic="children")
        assert broken < asked.count() / 5


def test_ffb_information_is_mostly_there_on_services_that_run_on():
    make_all()
    run_on = living().filter(start__lt=date(2025, 1, 1), end__gte=date(2025, 1, 1), service_code="1.12.0.2")
    missing = Finding.unscoped.filter(rule="A-FFB-STILL-ACTIVE", record__in=run_on).count()
    assert 0 < missing < run_on.count() / 10


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
    several = cases.values("cpr").annotate(count=models.Count("id")).filter(count__gt=1)
    assert several.count() < cases.count() / 20
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
    for record in living().filter(source="manual", municipality="461")[:40]:
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
