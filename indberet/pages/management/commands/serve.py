"""`indberet serve`: collect the assets if they changed, then become gunicorn."""

import os
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from indberet import environment
from indberet.access.checks import LOG_IN


class Command(BaseCommand):
    """Serve Indberet until it is stopped."""

    help = "Serve Indberet over http with gunicorn, until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options for a developer; a server is configured by the environment."""
        parser.add_argument("--port", help=f"the port to listen on instead of {environment.PORT.name}")
        parser.add_argument("--reload", action="store_true", help="start again when a file of the program changes")

    def handle(self, *args: Any, port: str | None = None, reload: bool = False, **options: Any) -> None:
        """Check what would stop it, with a sentence; does not return when all is well."""
        os.environ[environment.PORT.name] = port or os.environ.get(environment.PORT.name, "")
        refuse_without_tls()
        self.check(tags=[LOG_IN], include_deployment_checks=True)
        refuse_taken_port(environment.BIND.value().strip("[]"), environment.PORT.value())
        refuse_old_database()
        if assets_changed():
            self.stdout.write("Collecting the assets ...")
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:indberet.serving", "indberet.wsgi"]
        sys.stdout.flush()
        os.execv(sys.executable, [*gunicorn, *(["--reload"] if reload else [])])  # noqa: S606 - our own arguments


def refuse_without_tls() -> None:
    """Production is reached over TLS only, and TLS ends at a proxy."""
    if not settings.DEMO and not settings.BEHIND_PROXY:
        raise CommandError(
            f"Production is served behind a proxy where TLS ends: set {environment.BEHIND_PROXY.name}=1 when the proxy "
            f"is there (docs/operations/settings.md), or try Indberet with {environment.DEMO.name}=1."
        )


def refuse_taken_port(host: str, port: int) -> None:
    """Raise CommandError when nobody can listen on this address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {host} port {port} ({error.strerror}). Choose another one with --port, "
                f"{environment.PORT.name} or `make demo PORT=`."
            ) from error


def refuse_old_database() -> None:
    """Raise CommandError when the database is out of reach or its tables are older than the program."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        raise CommandError(f"The database does not answer: {error}") from error
    finally:
        connection.close()
    if missing:
        raise CommandError("The tables of the database are older than the program. Run `indberet migrate` first.")


def assets_changed() -> bool:
    """True when an asset is newer than the collected ones, or none were collected."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return True
    collected = manifest.stat().st_mtime
    return any(file.stat().st_mtime > collected for file in _assets())


def _assets() -> Iterator[Path]:
    for finder in get_finders():
        for path, storage in finder.list([]):
            yield Path(storage.path(path))
