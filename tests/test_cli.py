"""The installed command `indberet`."""

import os
import subprocess
import sys

import pytest
from django.core.management import get_commands
from django.db import OperationalError

from indberet import __version__, cli


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_help_lists_our_commands(arguments, capsys):
    assert cli.main(arguments) == 0
    shown = capsys.readouterr().out
    for entry in cli.COMMANDS:
        assert f"  {entry.name} " in shown
        assert entry.about in shown


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"{__version__}\n"


@pytest.mark.parametrize("name", [entry.name for entry in cli.COMMANDS if entry.name != "settings"])
def test_every_listed_command_exists(name):
    assert name.replace("-", "_") in get_commands()


def test_help_of_a_command_shows_its_name_with_dashes(capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["demo-data", "--help"])
    assert end.value.code == 0
    assert "usage: indberet demo-data" in capsys.readouterr().out


def test_other_commands_of_django_pass_through(capsys):
    assert cli.main(["diffsettings", "--output", "unified"]) == 0
    assert "INSTALLED_APPS" in capsys.readouterr().out


def test_an_unknown_command_gets_a_hint(capsys):
    assert cli.main(["demo-dta"]) == 1
    assert capsys.readouterr().err == (
        "indberet: There is no command 'demo-dta'. Did you mean demo-data? `indberet --help` lists the commands.\n"
    )


def test_a_database_that_refuses_is_one_sentence(monkeypatch, capsys):
    def refuse(name: str, arguments: list[str]) -> int:
        raise OperationalError("connection failed:\n  no such host")

    monkeypatch.setattr(cli, "run", refuse)
    assert cli.main(["migrate"]) == 1
    assert capsys.readouterr().err == "indberet: The database refused: connection failed: no such host\n"


@pytest.mark.parametrize(("demo", "additions"), [(True, []), (False, ["--deploy", "--fail-level", "WARNING"])])
def test_check_is_strict_in_production(demo, additions, settings):
    settings.DEMO = demo
    check = next(entry for entry in cli.COMMANDS if entry.name == "check")
    assert check.additions() == additions


def test_settings_are_printed_without_starting_django(monkeypatch, capsys):
    monkeypatch.setenv("INDBERET_PORT", "eighty")
    assert cli.main(["settings"]) == 1
    printed = capsys.readouterr()
    assert "INDBERET_DEMO          '1'" in printed.out
    assert printed.err == "INDBERET_PORT is 'eighty', expected a whole number from 1 to 65535.\n"


def test_a_reader_that_has_seen_enough_is_no_error():
    read, write = os.pipe()
    os.close(read)
    told = subprocess.run([sys.executable, "-m", "indberet", "rules"], stdout=write, stderr=subprocess.PIPE, check=True)
    os.close(write)
    assert told.stderr == b""
