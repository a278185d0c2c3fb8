"""A report is kept as it was, once per day."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from indberet.definition.tables import Measure
from indberet.one_at_a_time import NIGHTLY, only_one
from indberet.report import compute as compute_module
from indberet.report.figures import Figures
from indberet.report.freeze import freeze, tell_run
from indberet.report.kept import changes_since, changes_since_newest, frozen_days, run_failed
from indberet.report.models import Report, ReportRun, RunState
from tests.at_once import elsewhere
from tests.people import AARHUS, ADULTS, ANNA, CARLA, CHILDREN, ODENSE

from .records import PERSONS, put

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def test_a_frozen_report_stays_as_it_was():
    put(date(2024, 1, 1))
    report = freeze(ADULTS, ODENSE, TODAY)
    put(date(2024, 1, 1), person=PERSONS[1])
    assert freeze(ADULTS, ODENSE, TODAY) == report
    assert Figures.from_json(Report.unscoped.get().figures).headline.records == 1
    assert freeze(ADULTS, AARHUS, TODAY) != report
    assert freeze(CHILDREN, ODENSE, TODAY) != report


def test_figures_are_the_same_after_json(report):
    put(date(2024, 1, 1), date(2024, 5, 10))
    figures = report()
    again = Figures.from_json(json.loads(json.dumps(figures.to_json())))
    assert again == figures
    assert again.tables["full_time"].value(Measure.FULL_TIME, "all", "2024K2") == 40


def test_no_person_stands_in_a_frozen_report():
    put(date(2024, 1, 1))
    assert PERSONS[0] not in json.dumps(freeze(ADULTS, ODENSE, TODAY).figures)


def test_changes_are_counted_since_the_report_before():
    midnight = timezone.localtime(changes_since(ADULTS, ODENSE, TODAY))
    assert (midnight.date(), midnight.hour) == (TODAY - timedelta(days=1), 0)
    before = freeze(ADULTS, ODENSE, TODAY - timedelta(days=5))
    assert changes_since(ADULTS, ODENSE, TODAY) == before.made_at
    assert freeze(ADULTS, ODENSE, TODAY).since == before.made_at


def test_the_report_of_now_counts_changes_since_the_newest_report():
    midnight = timezone.localtime(changes_since_newest(ADULTS, ODENSE, TODAY))
    assert (midnight.date(), midnight.hour) == (TODAY - timedelta(days=1), 0)
    freeze(ADULTS, ODENSE, TODAY - timedelta(days=5))
    newest = freeze(ADULTS, ODENSE, TODAY)
    assert changes_since_newest(ADULTS, ODENSE, TODAY) == newest.made_at
    assert compute_module.compute(ADULTS, ODENSE, TODAY).since == newest.made_at


def test_the_first_report_counts_what_began_and_ended_from_the_day_it_names():
    put(date(2024, 1, 1), TODAY - timedelta(days=1))
    put(TODAY - timedelta(days=1), person=PERSONS[1])
    today = Figures.from_json(freeze(ADULTS, ODENSE, TODAY).figures).tables["today"]
    assert [today.value(Measure.RECORDS, "all", change) for change in ("started", "ended")] == [1, 1]


def test_each_municipality_sees_its_own_reports():
    freeze(ADULTS, ODENSE, TODAY)
    assert frozen_days(ANNA, ADULTS) == [TODAY]
    assert frozen_days(CARLA, ADULTS) == []


def test_a_run_that_failed_is_known_to_those_it_is_about():
    with only_one(NIGHTLY):
        tell_run(ADULTS, TODAY, RunState.RUNNING)
        assert not run_failed(ANNA, ADULTS, TODAY)
        tell_run(ADULTS, TODAY, RunState.FAILED, municipality=ODENSE, message="disk full")
        assert run_failed(ANNA, ADULTS, TODAY)
        assert not run_failed(CARLA, ADULTS, TODAY)
    assert run_failed(CARLA, ADULTS, TODAY)
    tell_run(ADULTS, TODAY, RunState.FAILED)
    assert run_failed(CARLA, ADULTS, TODAY)
    tell_run(ADULTS, TODAY, RunState.DONE)
    assert not run_failed(CARLA, ADULTS, TODAY)
    assert ReportRun.unscoped.count() == 2


@pytest.mark.django_db(transaction=True)
def test_figures_are_of_one_moment_and_nobody_waits(monkeypatch):
    """Bo deletes a record while the report is computed. SQLite cannot read two tables of one moment."""
    put(date(2024, 1, 1))
    counted = compute_module.with_findings

    def meanwhile(*args):
        elsewhere("UPDATE register_record SET deleted_at = created_at")
        return counted(*args)

    monkeypatch.setattr(compute_module, "with_findings", meanwhile)
    figures = compute_module.compute(ADULTS, ODENSE, TODAY)
    assert figures.tables["received"].value(Measure.SERVICES, "all", "all") == 1
    assert figures.headline.records == (1 if connection.vendor == "postgresql" else 0)
