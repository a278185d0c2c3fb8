"""Several processes share the nightly work; what breaks in one costs one municipality."""

import pytest

from indberet.nightly.run import run_night
from indberet.register.models import Recheck
from indberet.report.models import Report, ReportRun, RunState
from tests.nightly.given import FEW, own_database
from tests.nightly.killers import make_killed_at_751
from tests.people import CHILDREN, TODAY, save


@pytest.fixture
def workers_here(transactional_db, monkeypatch, tmp_path):
    """Other processes work on the tests' own database, however little there is to do."""
    monkeypatch.setenv("INDBERET_DATABASE_URL", own_database())
    monkeypatch.setattr("indberet.nightly.steps.worth_it", lambda jobs, records: jobs)


def test_reports_by_several_processes(workers_here):
    assert not run_night(TODAY, jobs=2).failed
    assert Report.unscoped.count() == 2 * len(FEW)


def test_a_killed_worker_costs_its_municipality_alone(workers_here, monkeypatch):
    monkeypatch.setattr("indberet.nightly.workers.make", make_killed_at_751)
    night = run_night(TODAY, jobs=2)
    assert set(Report.unscoped.values_list("municipality", flat=True)) == set(FEW) - {"751"}
    assert night.steps.get(name="reports children").failures == ["751: BrokenProcessPool"]
    assert ReportRun.unscoped.get(statistic="children", municipality="751").state == RunState.FAILED


@pytest.mark.django_db
def test_a_recheck_that_breaks_down_at_one_municipality_names_it(monkeypatch):
    save(CHILDREN)
    broken = Recheck(records=7, differing=1, failures={"751": "ValueError"})
    monkeypatch.setattr("indberet.nightly.steps.recheck", lambda *args, **options: broken)
    step = run_night(TODAY).steps.get(name="recheck children")
    assert (step.state, step.failures) == ("failed", ["751: ValueError"])
    assert step.counts["records"] == 7
