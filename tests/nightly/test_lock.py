"""One nightly run at a time; one that was killed leaves no lock and is told as failed."""

import fcntl
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from indberet import cli
from indberet.nightly.lock import AtWork, alone, at_work
from indberet.nightly.models import Step
from indberet.nightly.run import run_night
from indberet.report.kept import run_failed
from tests.nightly.given import own_database
from tests.people import ANNA, CHILDREN, TODAY

HOLD = """
import os, sys, time
import django
django.setup()
from indberet.nightly.lock import alone
from indberet.one_at_a_time import me
from django.utils import timezone
from indberet.nightly.models import Night
with alone():
    Night.unscoped.update_or_create(day=timezone.localdate(), defaults={"holder": me(), "started_at": timezone.now()})
    print("held", os.getpid(), flush=True)
    time.sleep(60)
"""


def wait_until(done) -> None:
    """A database may take a moment to see that a connection is gone."""
    for _ in range(50):
        if done():
            return
        time.sleep(0.1)
    raise AssertionError("the lock outlived its process")


@pytest.fixture
def holder(transactional_db, tmp_path):
    """Another process that holds the lock of the tests' own database."""
    environment = {
        **os.environ,
        "INDBERET_DATABASE_URL": own_database(),
        "INDBERET_DATA_DIR": str(tmp_path),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    process = subprocess.Popen([sys.executable, "-c", HOLD], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline().startswith("held")
    yield process
    process.kill()
    process.wait()


def test_a_second_run_says_who_is_at_work_and_stops_with_3(holder, capsys):
    with pytest.raises(AtWork, match=f"process {holder.pid}"), alone():
        pass
    with pytest.raises(CommandError) as refused:
        call_command("nightly", "--quiet")
    assert refused.value.returncode == 3
    assert cli.main(["nightly"]) == 3
    assert f"process {holder.pid}" in capsys.readouterr().err
    assert not Step.unscoped.exists()


def test_a_killed_run_is_told_as_failed_as_soon_as_its_process_is_gone(holder):
    """Also when it never came to the reports; until then nothing is wrong."""
    from indberet.report.freeze import expect

    today = timezone.localdate()
    assert not run_failed(ANNA, CHILDREN, today)
    expect(CHILDREN, today)
    assert at_work()
    assert not run_failed(ANNA, CHILDREN, today)
    holder.kill()
    holder.wait()
    wait_until(lambda: not at_work())
    assert run_failed(ANNA, CHILDREN, today)


@pytest.mark.django_db
def test_a_run_that_is_stopped_before_the_reports_is_told_as_failed(monkeypatch):
    def killed(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("indberet.nightly.steps.recheck", killed)
    with pytest.raises(KeyboardInterrupt):
        run_night(TODAY)
    assert run_failed(ANNA, CHILDREN, TODAY)


@pytest.mark.django_db
def test_whoever_asks_for_the_lock_is_in_nobodys_way():
    """On SQLite asking takes the file for an instant: the run tries for a second."""
    with alone():
        pass
    path = configured.DATA_DIR / "nightly.lock"
    path.touch()
    with path.open() as file, ThreadPoolExecutor(1) as beside:
        fcntl.flock(file, fcntl.LOCK_SH)
        released = beside.submit(lambda: Event().wait(0.2) or fcntl.flock(file, fcntl.LOCK_UN))
        with alone():
            assert at_work()
        released.result()


def test_the_lock_goes_with_its_process(holder):
    holder.kill()
    holder.wait()
    wait_until(lambda: not at_work())
    with alone():
        pass


@pytest.mark.django_db
def test_the_lock_can_be_taken_again():
    for _ in range(2):
        with alone():
            pass
    assert (configured.DATA_DIR / "nightly.lock").exists() or connection.vendor == "postgresql"
