"""Settings come from the environment: a bad one stops the start with a sentence, and all are in one table."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from indberet import database, environment, settings_table
from indberet.environment import BadSetting

ROOT = Path(__file__).parent.parent
PRODUCTION = {
    "INDBERET_SECRET_KEY": "a production key of the tests, long enough",
    "INDBERET_ALLOWED_HOSTS": "indberet.example.dk",
    "INDBERET_BEHIND_PROXY": "1",
}


def python(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python in an environment with these INDBERET variables only."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("INDBERET_")}
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=clean | variables, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    return {**PRODUCTION, "INDBERET_DATA_DIR": str(tmp_path)}


@pytest.mark.parametrize(
    ("variable", "text", "sentence"),
    [
        (environment.PORT, "abc", "INDBERET_PORT is 'abc', expected a whole number from 1 to 65535."),
        (environment.PORT, "65536", "INDBERET_PORT is '65536', expected a whole number from 1 to 65535."),
        (environment.PORT, "٨٠", "INDBERET_PORT is '٨٠', expected a whole number from 1 to 65535."),
        (environment.DEMO, "maybe", "INDBERET_DEMO is 'maybe', expected yes or no."),
        (environment.LOG_LEVEL, "loud", "INDBERET_LOG_LEVEL is 'loud', expected debug, info, warning or error."),
        (environment.ALLOWED_HOSTS, "*", "INDBERET_ALLOWED_HOSTS is '*', expected host names with commas between."),
        (environment.BIND, "http://x", "INDBERET_BIND is 'http://x', expected an address of this machine."),
        (
            environment.SECRET_KEY,
            "short",
            "INDBERET_SECRET_KEY is 'not shown', expected at least 32 characters that nobody can guess.",
        ),
        (
            environment.DATABASE_URL,
            "mysql://me:p@ss@host/db",
            "INDBERET_DATABASE_URL is 'mysql://me:***@host/db', expected sqlite:///<file> or "
            "postgresql://<user>:<password>@<host>:<port>/<database>.",
        ),
    ],
)
def test_a_bad_value_is_refused_with_a_sentence(variable, text, sentence):
    with pytest.raises(BadSetting) as refusal:
        variable.value({variable.name: text})
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("variable", [environment.SECRET_KEY, environment.ALLOWED_HOSTS])
def test_production_requires_what_has_no_safe_default(variable):
    with pytest.raises(BadSetting, match=f"^{variable.name}.* is missing, expected .* set INDBERET_DEMO=1.$"):
        variable.value({})
    assert variable.value({"INDBERET_DEMO": "1"}) is not None


def test_an_empty_value_counts_as_not_set():
    assert environment.PORT.value({"INDBERET_PORT": " "}) == 8000
    assert environment.demo({"INDBERET_DEMO": ""}) is False


@pytest.mark.parametrize("variable", environment.VARIABLES, ids=lambda each: each.name)
def test_every_default_can_be_read(variable):
    variable.value({"INDBERET_DEMO": "1"})
    if variable.default is not None:
        variable.value({})


def test_a_secret_may_come_from_a_file(tmp_path):
    file = tmp_path / "key"
    file.write_text(f"{PRODUCTION['INDBERET_SECRET_KEY']}\n")
    assert environment.SECRET_KEY.value({"INDBERET_SECRET_KEY_FILE": str(file)}) == PRODUCTION["INDBERET_SECRET_KEY"]


def test_a_secret_comes_from_one_place():
    with pytest.raises(BadSetting, match="INDBERET_SECRET_KEY and INDBERET_SECRET_KEY_FILE are both set"):
        environment.SECRET_KEY.value({"INDBERET_SECRET_KEY": "x" * 40, "INDBERET_SECRET_KEY_FILE": "/run/key"})


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path):
    path = str(tmp_path / "missing")
    with pytest.raises(BadSetting, match=f"INDBERET_SECRET_KEY_FILE is '{path}', expected a file that can be read"):
        environment.SECRET_KEY.value({"INDBERET_SECRET_KEY_FILE": path})


def test_a_misspelt_name_is_refused():
    with pytest.raises(BadSetting, match=r"INDBERET_ALOWED_HOSTS is set, .* expected INDBERET_ALLOWED_HOSTS."):
        environment.refuse_unknown({"INDBERET_ALOWED_HOSTS": "x", "INDBERET_TEST_CHROMIUM": "fine", "HOME": "/"})
    with pytest.raises(BadSetting, match="INDBERET_PORT_FILE is set"):
        environment.refuse_unknown({"INDBERET_PORT_FILE": "only secrets come from files"})


def test_the_table_of_settings_is_fresh():
    written = (ROOT / "docs" / "operations" / "settings.md").read_text(encoding="utf-8")
    assert written == settings_table.markdown(), "run `make docs`"


def test_the_settings_in_force_are_shown_without_secrets():
    lines, mistakes = settings_table.in_force({"INDBERET_DATABASE_URL": "postgresql://me:hush@db/indberet"})
    shown = "\n".join(lines)
    assert "'postgresql://me:***@db/indberet'" in shown
    assert "hush" not in shown
    assert "'8000' (default)" in shown
    assert [sentence.split()[0] for sentence in mistakes] == ["INDBERET_SECRET_KEY", "INDBERET_ALLOWED_HOSTS"]


# Addresses of databases


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sqlite:///indberet.sqlite3", database.Address("sqlite", "indberet.sqlite3")),
        ("sqlite:////srv/my%20data.sqlite3", database.Address("sqlite", "/srv/my data.sqlite3")),
        (
            "postgresql://me:p%40ss@db:5433/indberet?sslmode=verify-full",
            database.Address("postgresql", "indberet", "me", "p@ss", "db", 5433, {"sslmode": "verify-full"}),
        ),
        (
            "postgresql://me@/indberet?host=/run/postgresql",
            database.Address("postgresql", "indberet", "me", "", "", None, {"host": "/run/postgresql"}),
        ),
    ],
)
def test_an_address_is_read(text, expected):
    assert database.address(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "sqlite://", "sqlite:///", "sqlite://host/x", "postgresql://host", "postgresql://h:port/db",
     "postgresql://host/db?pool=9", "postgresql://host/db/more", "mysql://host/db", "indberet.sqlite3"],
)  # fmt: skip
def test_another_address_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        database.address(text)


def test_sqlite_waits_for_its_turn_and_survives_a_power_cut(tmp_path):
    settings = database.connection(database.address("sqlite:///a.sqlite3"), tmp_path, connections=4)
    assert settings["NAME"] == tmp_path / "a.sqlite3"
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in settings["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in settings["OPTIONS"]["init_command"]


def test_postgresql_has_a_bounded_pool(tmp_path):
    settings = database.connection(database.address("postgresql://me:x@db/a"), tmp_path, connections=7)
    assert (settings["NAME"], settings["USER"], settings["HOST"]) == ("a", "me", "db")
    assert settings["OPTIONS"]["pool"]["max_size"] == 7


# The whole start


def test_production_never_starts_with_the_test_login(production):
    refused = python("-m", "indberet", "check", **production, INDBERET_TEST_LOGIN="yes")
    assert refused.returncode == 1
    assert refused.stderr.startswith("indberet: INDBERET_TEST_LOGIN is 'yes', expected no: the test log-in")
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("login", ["saml", "oidc"])
@pytest.mark.parametrize("address", ["https://indberet.example.dk", ""])
def test_the_test_login_is_never_beside_a_real_one(tmp_path, login, address):
    demo = {"INDBERET_DEMO": "1", "INDBERET_DATA_DIR": str(tmp_path)}
    real = {"INDBERET_LOGIN": login, "INDBERET_PUBLIC_URL": address}
    show = "from indberet import settings; print(settings.TEST_LOGIN)"
    refused = python("-c", show, **demo, **real)
    assert refused.returncode == 1
    assert "INDBERET_TEST_LOGIN is 'yes', expected no, for INDBERET_LOGIN" in refused.stderr
    assert python("-c", show, **demo, **real, INDBERET_TEST_LOGIN="no").stdout == "False\n"
    real["INDBERET_PUBLIC_URL"] = "http://127.0.0.1:8000"
    assert python("-c", show, **demo, **real).stdout == "True\n"


def test_the_demo_may_switch_the_test_login_off(tmp_path):
    demo = {"INDBERET_DEMO": "1", "INDBERET_DATA_DIR": str(tmp_path)}
    show = "from indberet import settings; print(settings.TEST_LOGIN)"
    assert python("-c", show, **demo).stdout == "True\n"
    assert python("-c", show, **demo, INDBERET_TEST_LOGIN="no").stdout == "False\n"


def test_a_bad_value_stops_every_command_without_a_traceback(production):
    refused = python("-m", "indberet", "migrate", **production | {"INDBERET_THREADS": "many"})
    assert refused.returncode == 1
    assert refused.stderr == "indberet: INDBERET_THREADS is 'many', expected a whole number from 1 to 256.\n"


def test_production_expects_its_data_folder(production, tmp_path):
    missing = str(tmp_path / "missing")
    refused = python("-m", "indberet", "check", **production | {"INDBERET_DATA_DIR": missing})
    assert refused.stderr == f"indberet: INDBERET_DATA_DIR is '{missing}', expected a folder that exists.\n"


def test_the_demo_keeps_the_key_it_makes(tmp_path):
    demo = {"INDBERET_DEMO": "1", "INDBERET_DATA_DIR": str(tmp_path / "new")}
    show = "from indberet import settings; print(settings.SECRET_KEY)"
    key = python("-c", show, **demo).stdout
    assert len(key) > 60
    assert python("-c", show, **demo).stdout == key
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o077 == 0


def test_production_cookies_and_headers_are_strict(production):
    show = (
        "import json; from indberet import settings as s; print(json.dumps({n: getattr(s, n) for n in dir(s)"
        " if n.isupper() and isinstance(getattr(s, n), (str, int, bool, dict))}, default=str))"
    )
    settings = json.loads(python("-c", show, **production).stdout)
    for cookie in ("SESSION", "CSRF", "LANGUAGE"):
        assert settings[f"{cookie}_COOKIE_NAME"].startswith("__Host-")
        assert settings[f"{cookie}_COOKIE_SECURE"] is True
        assert settings[f"{cookie}_COOKIE_HTTPONLY"] is True
        assert settings[f"{cookie}_COOKIE_SAMESITE"] == "Lax"
    assert settings["SECURE_SSL_REDIRECT"] is True
    assert settings["SECURE_HSTS_SECONDS"] == 31_536_000
    assert settings["DEBUG"] is False
    assert "unsafe" not in json.dumps(settings["CONTENT_SECURITY_POLICY"])
