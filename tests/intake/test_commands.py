"""`indberet deliver`."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from indberet.intake.models import Delivery
from indberet.register.models import Record
from tests.people import ADULT, CHILD, ODENSE

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


def test_a_receipt_that_cannot_be_written_is_told_before_anything_is_stored(file, tmp_path):
    path = file(json_lines(service()))
    for place in (tmp_path / "nowhere" / "x", tmp_path):
        with pytest.raises(CommandError, match=r"--receipt .* cannot be written"):
            run(path, "--receipt", str(place))
    assert not Record.unscoped.exists()
    assert not Delivery.unscoped.exists()


def test_a_receipt_takes_the_place_of_an_older_one(file, tmp_path):
    receipt = tmp_path / "receipt.json"
    receipt.write_text("older " * 10_000)
    with pytest.raises(CommandError, match="cannot be read"):
        run(str(tmp_path / "nothing"), "--receipt", str(receipt))
    assert receipt.read_text().startswith("older")
    run(file(json_lines(service())), "--receipt", str(receipt))
    assert json.loads(receipt.read_text(encoding="utf-8"))["counts"]["new"] == 1


def test_a_full_disk_says_what_became_of_the_delivery(file):
    with pytest.raises(CommandError, match=r"Delivery \d+ is stored, but --receipt /dev/full cannot be written"):
        run(file(json_lines(service())), "--receipt", "/dev/full")
    assert Record.unscoped.count() == 1


def test_a_file_from_the_standard_input(monkeypatch, capsys):
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(xml(course()))))
    run("-", statistic="children")
    assert Delivery.unscoped.get().new == 1
    assert CHILD not in capsys.readouterr().out
