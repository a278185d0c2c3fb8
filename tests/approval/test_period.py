"""The figures that are approved are those of the approved period, and stand in the report."""

from datetime import date

import pytest
from django.urls import reverse

from indberet.approval.changes import since_approval
from indberet.approval.desk import Counted, sheet
from indberet.definition.rules import Severity
from indberet.definition.tables import Measure
from indberet.register.models import Record
from indberet.report.figures import Figures
from indberet.report.freeze import freeze
from indberet.report.models import Report
from indberet.report.rounds import count_periods
from tests.approval.given import GUDRUN, give
from tests.people import ADULTS, CHILDREN, ODENSE, TODAY, sign_in
from tests.report.records import PERSONS, put, put_finding

pytestmark = pytest.mark.django_db
STAY, CODE = "§ 107", "1.8.2"


def line(year, section=STAY, statistic=ADULTS):
    freeze(statistic, ODENSE, TODAY)
    found = sheet(GUDRUN, statistic, statistic.approval.round(year, TODAY), TODAY, ODENSE)
    return next(line for line in found.lines if line.section.name == section)


def test_adults_are_counted_from_2015_to_the_last_quarter_of_the_round():
    put(date(2012, 1, 1), date(2014, 12, 31), CODE)
    put(date(2014, 1, 1), date(2015, 1, 1), CODE)
    put(date(2024, 12, 31), date(2025, 1, 31), CODE, person=PERSONS[1])
    put_finding(put(date(2025, 6, 1), date(2025, 6, 2), CODE, person=PERSONS[2]), "A-TARGET-GROUP-REQUIRED")
    put(date(2026, 10, 1), None, CODE, person=PERSONS[3])
    assert line(2024).counted == Counted(services=2, persons=2, errors=0)
    assert line(2025).counted == Counted(services=3, persons=3, errors=1)
    assert line(2026).counted == Counted(services=3, persons=3, errors=1)


def test_a_person_with_years_between_two_services_counts_once():
    put(date(2015, 1, 1), date(2015, 2, 1), CODE)
    put(date(2023, 1, 1), date(2023, 2, 1), CODE)
    assert line(2024).counted == Counted(services=2, persons=1)


def test_what_is_outside_the_period_is_confirmed_as_nothing():
    put(date(2026, 2, 1), None, CODE)
    assert line(2025).offers_nothing
    assert not line(2026).offers_nothing


def test_children_are_counted_in_the_year():
    put(date(2025, 1, 1), date(2025, 12, 31), "005", statistic=CHILDREN, person="0404154004")
    put(date(2026, 12, 31), None, "005", statistic=CHILDREN, person="0404154004")
    counted = [line(year, "§ 90, nr. 2", CHILDREN).counted.services for year in (2024, 2025, 2026)]
    assert counted == [0, 1, 1]


def test_a_record_that_ends_before_it_starts_is_seen_by_whoever_approves():
    record = put(date(2024, 5, 1), date(2024, 4, 1), CODE)
    put_finding(record, "A-END-BEFORE-START", Severity.ERROR)
    assert line(2024).counted == Counted(services=1, persons=1, errors=1)


def test_what_changed_outside_the_approved_period_is_no_change(clock):
    put(date(2026, 10, 1), None, CODE)
    freeze(ADULTS, ODENSE, TODAY)
    give(STAY, statistic=ADULTS)
    Record.unscoped.update(changed_at=clock.on("2026-11-23"))
    round = ADULTS.approval.round(2026, TODAY)
    (since,) = since_approval(sheet(GUDRUN, ADULTS, round, TODAY, ODENSE), TODAY)
    assert not since.any


def test_the_figures_stand_in_the_report_and_lead_to_their_records(client):
    put(date(2024, 12, 31), date(2025, 1, 31), CODE)
    freeze(ADULTS, ODENSE, TODAY)
    sign_in(client, GUDRUN.identity)
    day = TODAY.isoformat()
    html = client.get(reverse("report", args=["adults"]), {"day": day}).content.decode()
    assert 'id="approval"' in html
    assert "2015K1-2024K4" in html
    place = {"day": day, "measure": "services", "row": f"section:{STAY}", "column": "2015K1-2024K4"}
    behind = client.get(reverse("report_cell", args=["adults", "approval"]), place).content.decode()
    assert "<dt>Ydelser</dt><dd>1</dd>" in behind


def test_a_report_of_before_is_readable_and_cannot_be_approved():
    report = freeze(ADULTS, ODENSE, TODAY)
    del report.figures["tables"]["approval"]
    report.save()
    assert Figures.from_json(Report.unscoped.get().figures).tables
    found = sheet(GUDRUN, ADULTS, ADULTS.approval.round(2026, TODAY), TODAY, ODENSE)
    assert not found.current
    assert found.can_freeze
    assert {line.counted for line in found.lines} == {None}
    assert not any(line.ready or line.offers_nothing for line in found.lines)


def test_other_periods_are_counted_alike():
    put(date(2020, 1, 1), date(2020, 3, 31), CODE)
    period = ADULTS.approval.period(2020, date(2020, 6, 30))
    table = count_periods(ADULTS, ODENSE, TODAY, [period])
    assert table.value(Measure.SERVICES, f"section:{STAY}", "2015K1-2020K2") == 1
