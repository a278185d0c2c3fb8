"""`indberet deliver` and `indberet import-legacy`."""

import json
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from indberet.audit.models import Event
from indberet.definition.rules import Scope
from indberet.intake.models import Delivery
from indberet.register.delete import delete_records
from indberet.register.find import matching
from indberet.register.listing import Listing
from indberet.register.models import Case, Record, Source
from indberet.register.view_state import ViewState
from tests.people import ADULT, ADULTS, ANNA, CHILD, ODENSE, OTHER_ADULT

from .files import course, json_lines, service, xml

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    def write(content, name="delivery"):
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    return write


def run(path, *arguments, statistic="adults", municipality=ODENSE, system="Nova"):
    told = ("--statistic", statistic, "--municipality", municipality, "--system", system, *arguments)
    call_command("deliver", path, *told)


def test_a_file_is_delivered(file, tmp_path, capsys):
    path = file(json_lines(service(p_number="12")))
    run(path, "--receipt", str(tmp_path / "receipt.json"), "--id", "x1")
    said = capsys.readouterr().out
    assert "stored: records 1, new 1" in said
    assert "line 2, 1: p_number '12': Værdien har en anden form. (A-P-NUMBER-FORM)" in said
    assert ADULT not in said
    receipt = json.loads((tmp_path / "receipt.json").read_text(encoding="utf-8"))
    assert (receipt["delivery"], receipt["system"]) == ("x1", "Nova")
    run(path, "--id", "x1")
    assert "was received before" in capsys.readouterr().out
    assert Record.unscoped.count() == 1


def test_a_test_form_says_so(file, capsys):
    run(file(xml(course(), form="T231")), "--test", statistic="children")
    assert "tested: records 1" in capsys.readouterr().out
    assert not Record.unscoped.exists()


@pytest.mark.parametrize(
    ("content", "more", "expected"),
    [
        (json_lines(service(), municipality="751"), {}, r"refused \(other_municipality\): Filen er for kommune 751"),
        (json_lines(service(), test=True), {}, r"refused \(test_form\)"),
        (json_lines(service()), {"municipality": "000"}, "--municipality 000 is unknown"),
        (json_lines(service()), {"system": ""}, "--system is ''"),
    ],
)
def test_what_is_refused_is_one_sentence(file, content, more, expected):
    with pytest.raises(CommandError, match=expected):
        run(file(content), **more)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run(str(tmp_path / "nothing"))


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
        OLD.replace("L-1", "L-6").replace("2020-04-30", "snart"),
    ]
    report = tmp_path / "report.csv"
    copy(file((HEAD + OLD + "".join(bad)).encode()), "--report", str(report))
    assert "2 copied" in capsys.readouterr().out
    lines = report.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "line;legacy_id;column;what;reason"
    where = {tuple(line.split(";")[:4]) for line in lines[1:]}
    assert {
        ("3", "L-2", "municipality", "row"),
        ("4", "L-3", "start", "row"),
        ("5", "L-4", "cpr", "row"),
        ("6", "L-5", "created_at", "row"),
        ("7", "L-6", "end", "value"),
    } <= where
    assert ADULT not in report.read_text(encoding="utf-8")


def test_a_dry_run_says_what_would_be_done(file, capsys):
    copy(file((HEAD + OLD).encode()), "--dry-run")
    assert "1 would be copied" in capsys.readouterr().out
    assert not Record.unscoped.exists()
    assert not Case.unscoped.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("content", ["", "cpr;start\n", HEAD.replace("cpr", "id") + OLD, HEAD + OLD.rstrip()])
def test_another_file_is_refused(file, content):
    with pytest.raises(CommandError, match="is refused"):
        copy(file(content.encode()))
    assert not Record.unscoped.exists()


def test_rules_of_the_case_are_found(file):
    copy(file((HEAD + OLD + OLD.replace("L-1", "L-2")).encode()))
    found = {rule.id for rule in ADULTS.rules if rule.scope == Scope.CASE}
    assert found & set(Record.unscoped.first().findings.values_list("rule", flat=True))


def test_a_file_from_the_standard_input(monkeypatch, capsys):
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(xml(course()))))
    run("-", statistic="children")
    assert Delivery.unscoped.get().new == 1
    assert CHILD not in capsys.readouterr().out
