"""`indberet serve`: refuses with a sentence what cannot work, then serves the real pages with hashed assets."""

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError

from indberet.pages.management.commands import serve

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_production_is_not_served_without_tls(settings):
    settings.DEMO = False
    settings.BEHIND_PROXY = False
    with pytest.raises(CommandError, match="set INDBERET_BEHIND_PROXY=1"):
        serve.refuse_without_tls()
    settings.BEHIND_PROXY = True
    serve.refuse_without_tls()


def test_a_taken_port_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Cannot listen on 127.0.0.1 port {port}"):
            serve.refuse_taken_port("127.0.0.1", port)
    serve.refuse_taken_port("127.0.0.1", free_port())


@pytest.mark.django_db
def test_a_database_with_all_tables_is_served():
    serve.refuse_old_database()


def test_assets_are_collected_when_one_is_newer(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    assert serve.assets_changed()
    manifest = tmp_path / "staticfiles.json"
    manifest.touch()
    assert not serve.assets_changed()
    os.utime(manifest, (0, 0))
    assert serve.assets_changed()


@contextlib.contextmanager
def running(folder: Path) -> Iterator[str]:
    """A demo of its own; yields its address when it answers."""
    port = free_port()
    demo = os.environ | {"INDBERET_DEMO": "1", "INDBERET_DATA_DIR": str(folder), "INDBERET_DATABASE_URL": ""}
    demo |= {"INDBERET_WORKERS": "1", "INDBERET_LOG_LEVEL": "info"}
    command = [sys.executable, "-m", "indberet"]
    subprocess.run([*command, "migrate", "--verbosity", "0"], env=demo, cwd=ROOT, check=True)
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([*command, "serve", "--port", str(port)], env=demo, cwd=ROOT, stderr=log)
        try:
            wait_for(port, server)
            yield f"http://localhost:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the server stopped"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("the server does not listen")


def read(address: str) -> tuple[str, dict[str, str]]:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode(), dict(answer.headers)


def test_the_demo_serves_pages_and_hashed_assets(tmp_path):
    with running(tmp_path) as address:
        assert read(f"{address}/health/")
        page, headers = read(f"{address}/login/")
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        style = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page)
        assert style, "the page names no hashed style sheet"
        _, headers = read(address + style[1])
        assert "immutable" in headers["Cache-Control"]
    log = (tmp_path / "log").read_text()
    assert f"Indberet answers on {address}/" in log
    assert "GET /login/" in log


def test_events_are_linked_though_nobody_comes_after_them(tmp_path):
    with running(tmp_path) as address:
        for _ in range(5):
            with pytest.raises(urllib.error.HTTPError, match="403"):
                read(f"{address}/login/complete/")
        wait_until_linked(tmp_path / "indberet.sqlite3", 5)


def wait_until_linked(file: Path, events: int) -> None:
    with contextlib.closing(sqlite3.connect(file)) as database:
        for _ in range(100):
            found = database.execute("SELECT (SELECT count(*) FROM audit_event), (SELECT count(*) FROM audit_link)")
            if found.fetchone() == (events, events):
                return
            time.sleep(0.1)
    raise AssertionError("not every event is linked")
