"""Makes the databases to measure: an SQLite file, or a database of the throw-away PostgreSQL, with demo data in it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent
SERVER = "INDBERET_TEST_POSTGRES"
RUN = "import sys; from indberet.cli import main; sys.exit(main())"


@dataclass(frozen=True)
class Database:
    """A database in `folder`, which also holds the assets and logs of the runs."""

    engine: str
    records: int
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What the portal needs to use it."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("INDBERET_")}
        return {
            **kept,
            "DJANGO_SETTINGS_MODULE": "indberet.settings",
            "INDBERET_DEMO": "1",
            "INDBERET_DATA_DIR": str(self.folder),
            "INDBERET_DATABASE_URL": self.address,
        }

    @property
    def name(self) -> str:
        """The file's or database's name."""
        return f"bench_{self.records}"

    @property
    def address(self) -> str:
        """Where it is."""
        if self.engine == "sqlite":
            return f"sqlite:///{self.name}.sqlite3"
        server = urlsplit(os.environ[SERVER])
        return f"postgresql://{server.netloc}/{self.name}?{server.query}"

    def make(self, municipalities: list[str]) -> float:
        """Creates and fills it; the seconds that filling took."""
        if self.engine == "postgresql":
            import psycopg

            with psycopg.connect(os.environ[SERVER], autocommit=True) as server:
                server.execute(f"CREATE DATABASE {self.name}")
        self.run("migrate", "--verbosity", "0")
        started = perf_counter()
        where = ["--municipality", *municipalities] if municipalities else []
        self.run("demo-data", "--records", str(self.records), *where)
        return perf_counter() - started

    def run(self, *command: str) -> None:
        """A command of `indberet`. Raises CalledProcessError."""
        self.python("-c", RUN, *command)

    def python(self, *arguments: str) -> None:
        """A Python of its own with this database; its log goes to a file. Raises CalledProcessError."""
        with (self.folder / "log.txt").open("a", encoding="utf-8") as log:
            subprocess.run([sys.executable, *arguments], env=self.environment, cwd=ROOT, stderr=log, check=True)
