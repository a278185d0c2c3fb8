"""Which database the tests run on, and that CI skips nothing.

SQLite unless INDBERET_TEST_DATABASE_URL names another one; `make test` runs everything on SQLite and on PostgreSQL.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

DATABASE_URL = os.environ.get("INDBERET_TEST_DATABASE_URL", "")
ON_POSTGRES = DATABASE_URL.startswith("postgres")
ALL_IN_BROWSER = os.environ.get("INDBERET_TEST_BROWSER") == "all"
CI = os.environ.get("CI") == "true"
BROWSER_TESTS = Path(__file__).parent / "browser"


def _set_environment() -> Path:
    """A demo of the tests' own: nothing that is set outside comes in. Returns its data folder."""
    folder = Path(tempfile.mkdtemp(prefix="indberet-tests."))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in [name for name in os.environ if name.startswith("INDBERET_")]:
        if not name.startswith("INDBERET_TEST_") or name == "INDBERET_TEST_LOGIN":
            del os.environ[name]
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "indberet.settings",
        "INDBERET_DEMO": "1",
        "INDBERET_DATA_DIR": str(folder),
        "INDBERET_DATABASE_URL": DATABASE_URL or "sqlite:///unused.sqlite3",
        "INDBERET_LOG_LEVEL": "warning",
    }
    return folder


DATA_FOLDER = _set_environment()


def pytest_configure() -> None:
    """SQLite in a file, as in life, and assets straight from the source."""
    from django.conf import settings

    if not ON_POSTGRES:
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(DATA_FOLDER / "test.sqlite3")
    settings.STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.WHITENOISE_AUTOREFRESH = True
    (DATA_FOLDER / "static").mkdir()


def pytest_report_header() -> str:
    """Shown above the tests."""
    return f"database: {'PostgreSQL' if ON_POSTGRES else 'SQLite'}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests run on SQLite; on PostgreSQL those marked `both_databases`, or all if INDBERET_TEST_BROWSER=all."""
    if not ON_POSTGRES or ALL_IN_BROWSER:
        return
    dropped = [item for item in items if BROWSER_TESTS in item.path.parents and not _on_both(item)]
    config.hook.pytest_deselected(items=dropped)
    items[:] = [item for item in items if item not in dropped]


def _on_both(item: pytest.Item) -> bool:
    return item.get_closest_marker("both_databases") is not None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed one."""
    report = yield
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"CI skips nothing, and this was skipped: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI a skipped module is a failed one."""
    report = yield
    if CI and report.skipped:
        report.outcome, report.longrepr = "failed", f"CI skips nothing, and this was skipped: {report.longrepr}"
    return report


@pytest.fixture(autouse=True, scope="session")
def emptied_trail():
    """Tests that commit empty the database afterwards. The trail refuses that, so the owner of the tests' own database
    takes its triggers down for so long; nothing in the program can."""
    from django.db.backends.base.operations import BaseDatabaseOperations

    from indberet.audit import guards

    flush = BaseDatabaseOperations.execute_sql_flush

    def without_guards(operations, statements):
        guards.take_down(operations.connection)
        try:
            flush(operations, statements)
        finally:
            guards.put_up(operations.connection)

    BaseDatabaseOperations.execute_sql_flush = without_guards
    yield
    BaseDatabaseOperations.execute_sql_flush = flush


@pytest.fixture(scope="session", autouse=True)
def addresses() -> None:
    """Which log-in has addresses is decided when they are imported: now, before a test changes the settings."""
    import indberet.urls  # noqa: F401


@pytest.fixture(autouse=True)
def nothing_left() -> Generator[None]:
    """No test leaves anything for the next one to link, as no process does."""
    from indberet.audit import chain

    yield
    chain._left.clear()


@pytest.fixture
def log_in(client):
    """Logs a person of the test log-in in; gives the client."""

    def do(person: str):
        client.post("/login/", {"person": person})
        return client

    return do


@pytest.fixture(scope="session")
def compiled_texts(tmp_path_factory):
    """A folder with the catalogue as it is now, compiled."""
    from babel.messages.mofile import write_mo

    from scripts.messages import read_catalogue

    folder = tmp_path_factory.mktemp("locale")
    (folder / "en" / "LC_MESSAGES").mkdir(parents=True)
    with (folder / "en" / "LC_MESSAGES" / "django.mo").open("wb") as file:
        write_mo(file, read_catalogue())
    return folder


@pytest.fixture
def english_catalogue(compiled_texts, settings):
    """English as it stands in the catalogue, compiled or not."""
    settings.LOCALE_PATHS = [compiled_texts]
