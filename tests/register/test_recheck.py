"""Rechecking what is stored, and trying a coming day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indberet import cli
from indberet.definition.code_lists import Certainty
from indberet.definition.rules import ERROR, WARNING, rule
from indberet.register import recheck as rechecking
from indberet.register.models import Case, Finding, Recheck, Record
from indberet.register.preview import preview
from indberet.register.recheck import recheck
from tests.people import AARHUS, ADULT, ADULTS, CARLA, CHILDREN, ODENSE, OTHER_ADULT, TODAY, save

pytestmark = pytest.mark.django_db
DAY_OFFER = {"service_code": "1.1", "start": date(2025, 3, 1)}


def with_rule(severity=ERROR, **options):
    """The adults' statistic with one rule more, which every record breaks."""

    @rule("A-MADE-UP", severity, fields=("start",), source="test", certainty=Certainty.INVENTED, **options)
    def never_holds(record):
        return False

    texts = {
        language: {**found, "rules.A-MADE-UP.text": "x", "rules.A-MADE-UP.message": "x"}
        for language, found in ADULTS.texts.by_language.items()
    }
    changed = replace(ADULTS, own_rules=(*ADULTS.own_rules, never_holds))
    changed.texts.by_language.update(texts)
    return changed


def rules_of(record):
    return sorted(Finding.unscoped.filter(record=record).values_list("rule", flat=True))


def test_a_new_rule_marks_what_is_stored_and_its_end_clears_it():
    record = save()
    run = recheck(with_rule(), today=TODAY)
    assert (run.records, run.differing) == (1, 1)
    assert rules_of(record) == ["A-MADE-UP"]
    assert Record.unscoped.get().severity == 2
    run = recheck(ADULTS, today=TODAY)
    assert run.differing == 1
    assert rules_of(record) == []
    assert Record.unscoped.get().severity == 0


def test_only_differences_are_written():
    save()
    save(**DAY_OFFER)
    recheck(with_rule(), today=TODAY)
    before = set(Finding.unscoped.values_list("pk", "rule"))
    assert recheck(with_rule(), today=TODAY).differing == 0
    assert set(Finding.unscoped.values_list("pk", "rule")) == before


def test_an_accepted_warning_stays_accepted():
    record = save(end=TODAY + timedelta(days=400))
    found = Finding.unscoped.get(record=record)
    assert found.accepted_by == "Anna"
    recheck(ADULTS, today=TODAY)
    assert Finding.unscoped.get(record=record).accepted_at == found.accepted_at


def test_a_warning_about_the_future_goes_when_the_future_comes():
    record = save(end=TODAY + timedelta(days=400))
    recheck(ADULTS, today=TODAY + timedelta(days=40))
    assert rules_of(record) == []


def test_deleted_records_and_other_statistics_are_left_alone():
    save()
    save(CHILDREN)
    gone = save(cpr=OTHER_ADULT)
    Record.unscoped.filter(pk=gone.pk).update(deleted_at="2026-11-01T10:00Z")
    assert recheck(with_rule(), today=TODAY).records == 1
    assert list(Finding.unscoped.values_list("record__statistic", flat=True)) == ["adults"]


BAD = date(2025, 3, 3)
"""The start of a record that makes a rule break down."""


def with_broken_rule():
    """The adults' statistic with a rule that every record breaks, and that breaks down at some."""

    @rule("A-MADE-UP", ERROR, fields=("start",), source="test", certainty=Certainty.INVENTED)
    def breaks_down(record):
        if record.start == BAD:
            raise ArithmeticError(f"about {record.cpr}")
        return False

    return replace(with_rule(), own_rules=(*ADULTS.own_rules, breaks_down))


def test_a_case_that_breaks_a_rule_down_costs_no_other_its_findings():
    """Neither Carla's, nor those of the same municipality in the same thousand."""
    others = [save(cpr=f"0{number}05800008") for number in range(2, 8)]
    bad, carlas = save(cpr=OTHER_ADULT, start=BAD), save(by=CARLA)
    run = recheck(with_broken_rule(), today=TODAY)
    assert run.finished_at
    assert run.failures == {ODENSE: "ArithmeticError"}
    assert run.records == len(others) + 1
    assert all(rules_of(record) == ["A-MADE-UP"] for record in [*others, carlas])
    assert rules_of(bad) == []


def test_a_rule_that_always_breaks_down_comes_to_an_end(monkeypatch):
    monkeypatch.setattr(rechecking, "MOST_TRIES", 3)
    for number in range(1, 9):
        save(cpr=f"0{number}05800008", start=BAD)
    tried = []
    right = rechecking.recheck_cases
    monkeypatch.setattr(
        rechecking, "recheck_cases", lambda *args, **options: tried.append(1) or right(*args, **options)
    )
    assert recheck(with_broken_rule(), today=TODAY).failures == {ODENSE: "ArithmeticError"}
    assert len(tried) <= 1 + 2 * 3


def test_what_failed_before_a_stop_is_told_after_it(monkeypatch):
    monkeypatch.setattr(rechecking, "AT_A_TIME", 1)
    save(start=BAD)
    save(cpr=OTHER_ADULT)

    def killed(records):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recheck(with_broken_rule(), today=TODAY, progress=killed)
    run = recheck(with_broken_rule(), today=TODAY)
    assert (run.records, run.failures) == (1, {ODENSE: "ArithmeticError"})


def test_what_a_killed_process_leaves_is_told_by_municipality():
    cases = [save().case_id, save(by=CARLA, cpr=OTHER_ADULT).case_id]
    assert set(rechecking._lost(cases).failures) == {ODENSE, AARHUS}


def test_the_command_names_the_municipality_and_ends_with_1(monkeypatch, capsys):
    save(start=BAD)
    broken = with_broken_rule()
    monkeypatch.setattr("indberet.register.management.commands.recheck._chosen", lambda ids: [broken])
    assert cli.main(["recheck", "adults"]) == 1
    told = capsys.readouterr()
    assert "FAILED: adults 461 Odense: ArithmeticError" in told.out
    assert ADULT not in told.out + told.err


def test_what_was_stopped_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(rechecking, "AT_A_TIME", 1)
    for cpr in (ADULT, OTHER_ADULT, "0506800008"):
        save(cpr=cpr)

    class Killed(Exception):
        pass

    def killed(records):
        if records == 2:
            raise Killed

    with pytest.raises(Killed):
        recheck(with_rule(), today=TODAY, progress=killed)
    assert Finding.unscoped.count() == 2
    told = []
    run = recheck(with_rule(), today=TODAY, progress=told.append)
    assert told == [3]
    assert (run.records, run.differing) == (3, 3)
    assert Finding.unscoped.count() == 3


@pytest.mark.parametrize("again", [{"today": TODAY + timedelta(days=1)}, {"today": TODAY, "anew": True}])
def test_another_day_or_a_wish_begins_anew(monkeypatch, again):
    save()
    Recheck.unscoped.create(statistic="adults", today=TODAY, after_case=10**9, records=7)
    assert recheck(ADULTS, **again).records == 1


def test_a_batch_takes_a_fixed_number_of_queries():
    def queries():
        with CaptureQueriesContext(connection) as context:
            recheck(ADULTS, today=TODAY)
        return len(context)

    save()
    queries()
    few = queries()
    for number in range(8):
        save(cpr=f"0{number + 1}05800008", **DAY_OFFER)
    assert queries() == few


@pytest.mark.requirement("A17")
def test_stays_in_two_municipalities_are_found_on_both_sides():
    first = save()
    Record.unscoped.filter(pk=first.pk).update(end=date(2025, 6, 30))
    other = save(by=CARLA, start=date(2025, 7, 1))
    Record.unscoped.filter(pk=first.pk).update(end=date(2025, 8, 1))
    run = recheck(ADULTS, today=TODAY)
    assert run.differing == 2
    assert rules_of(first) == rules_of(other) == ["A-STAY-ELSEWHERE"]


def test_the_command_tells_numbers_and_no_persons(capsys):
    save()
    call_command("recheck", "adults")
    told = capsys.readouterr()
    assert "adults: 1 records rechecked" in told.out
    assert ADULT not in told.out + told.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["birds"], "no statistic 'birds'"),
        (["--on", "1.1.2027"], "not a day"),
        (["--municipality", "461"], "belongs to --on"),
        (["--on", "2027-01-01", "--municipality", "999"], "unknown"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(arguments, told):
    with pytest.raises(CommandError, match=told):
        call_command("recheck", *arguments)


def coming(**options):
    return with_rule(WARNING, since=date(2027, 1, 1), **options)


def test_a_coming_rule_is_tried_on_what_runs_on_its_day():
    running = save()
    save(cpr=OTHER_ADULT, end=date(2026, 12, 31))
    before = preview(coming(), on=date(2026, 12, 31), today=TODAY)
    found = preview(coming(), on=date(2027, 1, 1), today=TODAY, rule="A-MADE-UP")
    assert (before.records, before.breaking) == (2, 0)
    assert (found.records, found.breaking, found.by_rule["A-MADE-UP"]) == (1, 1, 1)
    assert found.chosen == [running.pk]


def test_trying_a_day_changes_nothing():
    record = save()
    before = list(Finding.unscoped.values()), list(Record.unscoped.values()), list(Case.unscoped.values())
    preview(coming(), on=date(2027, 1, 1), today=TODAY)
    assert (list(Finding.unscoped.values()), list(Record.unscoped.values()), list(Case.unscoped.values())) == before
    assert rules_of(record) == []
    assert not Recheck.unscoped.exists()


def test_what_is_broken_already_is_not_told_again():
    save(start=date(2024, 6, 1), **{"p_number": "", "department_uuid": "", "offer_uuid": "", "service_uuid": ""})
    found = preview(ADULTS, on=date(2027, 1, 1), today=TODAY)
    assert found.by_rule["A-FFB-STILL-ACTIVE"] == 0
    assert found.by_rule["A-OFFER-UUID-REQUIRED"] == 1
    assert found.by_rule["A-P-NUMBER-REQUIRED"] == 1


def test_the_preview_of_a_municipality_holds_its_own_only():
    save()
    save(by=CARLA, cpr=OTHER_ADULT, paying_municipality="751")
    assert preview(coming(), on=date(2027, 1, 1), today=TODAY, municipality=ODENSE).breaking == 1


def test_the_command_tells_what_would_break(capsys):
    save(start=date(2024, 6, 1), offer_uuid="", service_uuid="")
    call_command("recheck", "adults", "--on", "2027-01-01", "--municipality", ODENSE)
    told = capsys.readouterr().out
    assert "of 1 records that run on 2027-01-01 or later, 1 would break" in told
    assert "A-OFFER-UUID-REQUIRED" in told
    assert ADULT not in told
