"""`indberet import-legacy`: the predecessor's data, once."""

import csv
import os
import re
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from indberet.audit.models import Event
from indberet.definition.rules import Scope
from indberet.intake import legacy
from indberet.register.delete import delete_records, purge
from indberet.register.find import matching
from indberet.register.listing import Listing
from indberet.register.models import Case, PurgedKey, Record, Source
from indberet.register.values import case_values
from indberet.register.view_state import ViewState
from tests.people import AARHUS, ADULT, ADULTS, ANNA, ODENSE, OTHER_ADULT, save

from .files import json_lines, send, service

pytestmark = pytest.mark.django_db
LEVEL, OTHER_LEVEL = "5bdde847-2837-416b-ab63-bbff8b7aa531", "8328ce4a-6238-4f73-bf1a-74aadb68eff8"


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "old.csv"
        path.write_bytes(content)
        return str(path)

    return write


HEAD = "municipality;legacy_id;created_at;created_by;cpr;start;end;service_code;target_group;paying_municipality\n"
OLD = f"461;L-1;2019-05-02;Karen;{ADULT};2019-05-01;2020-04-30;1.8.2;1.1.1;461\n"


def copy(path, *arguments):
    call_command("import_legacy", path, "--statistic", "adults", *arguments)


@pytest.mark.requirement("A07")
def test_the_predecessors_data_stands_in_egne_idep_with_its_old_codes(file, capsys):
    copy(file((HEAD + OLD).encode()))
    assert "1 rows of 1 municipalities: 1 copied" in capsys.readouterr().out
    record = Record.unscoped.get()
    assert (record.source, record.source_key, record.target_group) == (Source.LEGACY, "L-1", "1.1.1")
    assert (record.created_by, timezone.localdate(record.created_at)) == ("Karen", date(2019, 5, 2))
    assert record.is_own
    assert record.case.own_records == 1
    own = Listing(statistic=ADULTS, municipality=ODENSE, kind="own")
    assert list(matching(ANNA, own, ViewState())[0]) == [record]
    assert Event.objects.filter(action="import_legacy").count() == 1


def test_it_is_copied_once_also_when_it_was_changed_or_deleted_since(file, capsys):
    path = file((HEAD + OLD + OLD.replace("L-1", "L-2").replace(ADULT, OTHER_ADULT)).encode())
    copy(path)
    first, second = Record.unscoped.order_by("source_key")
    Record.unscoped.filter(pk=first.pk).update(caseworker="corrected here")
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[second.pk])
    capsys.readouterr()
    copy(path)
    assert "0 copied (0 with errors, 0 with warnings), 2 copied before, 0 not taken" in capsys.readouterr().out
    assert Record.unscoped.count() == 2
    assert Record.unscoped.get(pk=first.pk).caseworker == "corrected here"
    assert Case.unscoped.get(cpr=OTHER_ADULT).all_records == 0


def test_what_cannot_be_taken_is_reported_line_by_line(file, tmp_path, capsys):
    bad = [
        OLD.replace("461;L-1", "999;L-2"),
        OLD.replace("L-1", "L-3").replace("2019-05-01", "1 maj"),
        OLD.replace("L-1", "L-4").replace(ADULT, ""),
        OLD.replace("L-1", "L-5").replace("2019-05-02", "2099-01-01"),
        OLD.replace("L-1", "L-6").replace("2020-04-30", "=snart"),
        OLD.replace("L-1", ""),
    ]
    report = tmp_path / "report.csv"
    copy(file((HEAD + OLD + "".join(bad)).encode()), "--report", str(report))
    assert "2 copied" in capsys.readouterr().out
    lines = report.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "line;legacy_id;column;what;value;expectation;reason"
    where = {tuple(line.split(";")[:4]) for line in lines[1:]}
    assert {
        ("3", "L-2", "municipality", "row"),
        ("4", "L-3", "start", "row"),
        ("5", "L-4", "cpr", "row"),
        ("6", "L-5", "created_at", "row"),
        ("8", "", "legacy_id", "row"),
        ("7", "L-6", "end", "value"),
    } <= where
    assert ADULT not in report.read_text(encoding="utf-8")
    told = {(row["legacy_id"], row["column"]): row for row in csv.DictReader(lines, delimiter=";")}
    assert told["L-5", "created_at"]["value"] == "2099-01-01"
    assert told["L-5", "created_at"]["expectation"].startswith("En dag eller et tidspunkt fra 1900 til nu")
    assert told["L-2", "municipality"]["value"] == "999"
    assert told["L-6", "end"]["value"] == "'=snart"


def test_a_dry_run_says_what_would_be_done(file, capsys):
    copy(file((HEAD + OLD).encode()), "--dry-run")
    assert "1 would be copied" in capsys.readouterr().out
    assert not Record.unscoped.exists()
    assert not Case.unscoped.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("created", ["0001-01-01", "0001-01-01T00:00+14:00", "9999-12-31T23:59:59-12:00", "1899-12-31"])
def test_a_day_that_cannot_be_is_told(file, capsys, created):
    copy(file((HEAD + OLD.replace("2019-05-02", created) + OLD.replace("L-1", "L-2")).encode()))
    said = capsys.readouterr().out
    assert f"line 2, L-1: created_at '{created}'" in said
    assert "2 rows of 1 municipalities: 1 copied" in said


def test_every_row_is_copied_or_told(file, tmp_path, capsys, monkeypatch):
    """Two rows with one id stand in different parts of the file, too."""
    monkeypatch.setattr(legacy, "AT_A_TIME", 2)
    other = OLD.replace(ADULT, OTHER_ADULT)
    elsewhere, bad = OLD.replace("461;L-1", "751;L-1"), OLD.replace("L-1", "L-2").replace("2019-05-01", "x")
    path = file((HEAD + OLD + other + bad + bad.replace(";x;", ";2019-05-01;") + elsewhere + other).encode())
    report = tmp_path / "report.csv"
    counted = []
    for _each in range(2):
        copy(path, "--report", str(report))
        counted.append(
            re.search(r"(\d+) rows .* (\d+) copied .* (\d+) copied before, (\d+) not", capsys.readouterr().out)
        )
        told = [line.split(";")[:4] for line in report.read_text(encoding="utf-8").splitlines()[1:]]
        assert [each for each in told if each[2] == "legacy_id"] == [
            ["3", "L-1", "legacy_id", "row"],
            ["7", "L-1", "legacy_id", "row"],
        ]
    assert [found.groups() for found in counted] == [("6", "3", "0", "3"), ("6", "0", "3", "3")]
    assert Record.unscoped.get(source_key="L-1", municipality=ODENSE).case.cpr == ADULT


@pytest.mark.parametrize(("known", "left"), [(LEVEL, LEVEL), ("", OTHER_LEVEL)], ids=["known", "unknown"])
def test_old_rows_tell_only_what_is_not_known_of_a_person_yet(file, known, left):
    save(functional_level=known)
    copy(file((HEAD.replace("cpr;", "cpr;functional_level;") + OLD.replace(ADULT, f"{ADULT};{OTHER_LEVEL}")).encode()))
    assert Record.unscoped.count() == 2
    assert case_values(ADULTS, Case.unscoped.get())["functional_level"] == left


def test_what_was_deleted_and_purged_is_not_copied_again(file, capsys):
    path = file((HEAD + OLD).encode())
    copy(path)
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[Record.unscoped.get().pk])
    assert purge(now=timezone.now() + timedelta(days=31)) > 0
    assert not Case.unscoped.exists()
    assert not PurgedKey.unscoped.filter(digest__contains="L-1").exists()
    capsys.readouterr()
    copy(path)
    assert "0 copied (0 with errors, 0 with warnings), 1 copied before, 0 not taken" in capsys.readouterr().out
    assert not Record.unscoped.exists()
    copy(file((HEAD + OLD.replace("461;L-1", "751;L-1")).encode()))
    assert Record.unscoped.get().municipality == AARHUS


def test_a_systems_record_may_come_again_after_it_was_purged():
    send(json_lines(service()))
    send(json_lines({"id": "1", "action": "withdraw"}))
    purge(now=timezone.now() + timedelta(days=31))
    assert not Record.unscoped.exists()
    assert send(json_lines(service(), id="again")).new == 1


def test_a_file_that_goes_wrong_at_its_end_is_refused_before_anything_is_copied(file, tmp_path, monkeypatch):
    monkeypatch.setattr(legacy, "AT_A_TIME", 1)
    report = tmp_path / "report.csv"
    with pytest.raises(CommandError, match=r"nothing is copied: Linje 4 har 3 værdier\. Ventet: 10"):
        copy(file((HEAD + OLD + OLD.replace("L-1", "L-2") + "461;L-3;2019-05-02\n").encode()), "--report", str(report))
    assert not Record.unscoped.exists()
    assert not Event.objects.exists()


def test_a_pipe_is_read_too():
    reading, writing = os.pipe()
    os.write(writing, (HEAD + OLD).encode())
    os.close(writing)
    try:
        copy(f"/dev/fd/{reading}")
    finally:
        os.close(reading)
    assert Record.unscoped.get().source_key == "L-1"


def test_columns_that_a_spreadsheet_adds_are_passed_over(file):
    padded = "".join(f"{line};;\n" for line in (HEAD + OLD).splitlines())
    copy(file(padded.encode()))
    assert Record.unscoped.get().source_key == "L-1"
    with pytest.raises(CommandError, match="Linje 2 har 12 værdier"):
        copy(file(padded.replace("461;;\n", "461;;what\n").encode()))


@pytest.mark.parametrize("content", ["", "cpr;start\n", HEAD.replace("cpr", "id") + OLD, HEAD + OLD.rstrip()])
def test_another_file_is_refused(file, content):
    with pytest.raises(CommandError, match="is refused"):
        copy(file(content.encode()))
    assert not Record.unscoped.exists()


def test_rules_of_the_case_are_found(file):
    copy(file((HEAD + OLD + OLD.replace("L-1", "L-2")).encode()))
    found = {rule.id for rule in ADULTS.rules if rule.scope == Scope.CASE}
    assert found & set(Record.unscoped.first().findings.values_list("rule", flat=True))
