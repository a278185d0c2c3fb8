"""`indberet demo-data`."""

import pytest
from django.core.management import CommandError, call_command

from indberet.approval.models import Approval
from indberet.intake.models import Delivery, State
from indberet.register.models import Case, Record

pytestmark = pytest.mark.django_db


def run(capsys, *arguments):
    call_command("demo_data", *arguments)
    return capsys.readouterr().out


def test_it_fills_an_empty_database(capsys):
    assert "Made 120 fictitious services" in run(capsys, "--records", "120", "--municipality", "461")
    assert Record.unscoped.filter(municipality="461").count() == 120


def test_deliveries_come_and_approvals_are_given(capsys):
    said = run(capsys)
    stored = Delivery.unscoped.filter(state=State.STORED)
    assert f"Then {stored.count()} deliveries came, and {Approval.unscoped.count()} approvals were given." in said
    assert stored.count() > 10
    assert not stored.exclude(refused=0).exists()
    assert all(Record.unscoped.filter(delivery=each.pk).count() == each.records for each in stored)
    assert [each.reason for each in Delivery.unscoped.filter(state=State.REFUSED)] == ["other_municipality"]
    assert {each.sections.count() for each in Approval.unscoped.filter(statistic="adults")} == {16, 8}


def test_it_leaves_data_alone(capsys):
    run(capsys, "--records", "20")
    assert "There is data already; nothing was changed." in run(capsys)
    assert run(capsys, "--if-empty") == ""
    assert Record.unscoped.count() == 20


def test_again_starts_anew(capsys):
    run(capsys, "--records", "20")
    run(capsys, "--records", "30", "--again")
    assert Record.unscoped.count() == 30
    assert sum(Case.unscoped.values_list("all_records", flat=True)) <= 30


def test_it_tells_how_far_it_is(capsys, monkeypatch):
    monkeypatch.setattr("indberet.demo.management.commands.demo_data.STEP", 50)
    assert "services, 0 seconds" in run(capsys, "--records", "120", "--municipality", "461")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--records", "0"], "--records is 0, expected a number from 1"),
        (["--municipality", "999"], "--municipality 999 is unknown, expected codes from 101 to 860"),
    ],
)
def test_wrong_arguments_are_named(arguments, sentence, capsys):
    with pytest.raises(CommandError, match=sentence):
        run(capsys, *arguments)


def test_it_refuses_production(settings, capsys):
    settings.DEMO = False
    with pytest.raises(CommandError, match="INDBERET_DEMO=1"):
        run(capsys)
    assert not Record.unscoped.exists()
