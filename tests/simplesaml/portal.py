"""The portal as in production, in processes of its own: its settings, its cookies, TLS, and a database in a folder.

Whatever the tests' own process has for settings does not reach it. TLS ends in gunicorn, elsewhere it ends at a proxy.
"""

import os
import signal
import sqlite3
import ssl
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

from .ports import free_port
from .server import ROOT, SimpleSaml, make_key

PATIENCE = 60  # seconds, for a busy machine
CONTACTS = """
import django
django.setup()
from indberet.definition.registry import statistics
from indberet.pages.contacts import save_contact
from tests.people import ANNA
for statistic in statistics():
    save_contact(ANNA, statistic, {"name": "Anna Andersen", "phone": "66 13 13 72", "email": "anna@odense.example"})
"""


class Portal:
    """A running portal at `url`, connected to an identity provider."""

    def __init__(self, folder: Path, provider: SimpleSaml) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"https://localhost:{self.port}"
        self._log = folder / "portal.log"
        saml = folder / "saml"
        saml.mkdir()
        (saml / "idp.xml").write_bytes(provider.metadata)
        make_key(saml, "current", "Fiktivt systemcertifikat")
        make_key(folder, "tls", "localhost")
        self.run("-m", "indberet", "migrate", "--verbosity", "0")
        self.run("-c", CONTACTS)
        self._process = self._start()
        provider.trust(self._await("/saml/metadata/"))

    def run(self, *arguments: str) -> str:
        """One command with the portal's settings; what it prints."""
        ran = subprocess.run(
            [sys.executable, *arguments], env=self._environment(), cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def query(self, sql: str, *values: Any) -> list[Any]:
        """Asks or changes the portal's database."""
        with closing(sqlite3.connect(self.folder / "indberet.sqlite3", timeout=PATIENCE)) as database, database:
            return database.execute(sql, values).fetchall()

    def minutes_pass(self, minutes: int) -> None:
        """Nobody has touched a log-in for so long."""
        self.query("UPDATE access_login SET active_at = datetime(active_at, ?)", f"-{minutes} minutes")

    def log(self) -> str:
        """What it has written."""
        return self._log.read_text(encoding="utf-8")

    def close(self) -> None:
        """Ends it and its workers."""
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(PATIENCE)

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "indberet", "serve", "--port", str(self.port)],
            env=self._environment(),
            cwd=ROOT,
            stdout=self._log.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("INDBERET_")}
        return {
            **kept,
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "indberet.settings",
            "GUNICORN_CMD_ARGS": f"--certfile={self.folder}/tls.crt --keyfile={self.folder}/tls.key",
            "INDBERET_DATA_DIR": str(self.folder),
            "INDBERET_SECRET_KEY": "a key of the tests that is long enough for nobody to guess",
            "INDBERET_ALLOWED_HOSTS": "localhost",
            "INDBERET_BEHIND_PROXY": "yes",
            "INDBERET_WORKERS": "1",
            "INDBERET_LOGIN": "saml",
            "INDBERET_PUBLIC_URL": self.url,
            "INDBERET_SAML_ENTITY_ID": "https://saml.indberet.example",
            "INDBERET_MAIL_URL": "files",
        }

    def _await(self, path: str) -> bytes:
        until, trusting = time.monotonic() + PATIENCE, ssl._create_unverified_context()
        while time.monotonic() < until and self._process.poll() is None:
            connection = HTTPSConnection("localhost", self.port, timeout=PATIENCE, context=trusting)
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
            except OSError:
                time.sleep(0.05)
                continue
            assert answer.status == 200, body
            return body
        raise AssertionError(f"the portal does not answer: {self.log()}")
