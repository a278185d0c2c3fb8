"""From a database address to Django's settings of the connection, for SQLite and PostgreSQL."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

LIBPQ = (
    "host", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "target_session_attrs",
    "application_name", "options",
)  # fmt: skip
"""The parameters of libpq that an address may carry after the question mark."""


@dataclass(frozen=True)
class Address:
    """Where the database is. `name` is a file for SQLite, else the name of the database."""

    engine: str
    name: str
    user: str = ""
    password: str = field(default="", repr=False)
    host: str = ""
    port: int | None = None
    parameters: dict[str, str] = field(default_factory=dict)


def address(text: str) -> Address:
    """Read `sqlite:///file` (a fourth slash for an absolute one) or `postgresql://...`; ValueError on anything else."""
    parts = urlsplit(text)
    name = unquote(parts.path[1:])
    if not name:
        raise ValueError("no file or database is named")
    if parts.scheme == "sqlite" and not parts.netloc and not parts.query:
        return Address("sqlite", name)
    if parts.scheme not in ("postgresql", "postgres") or "/" in name:
        raise ValueError("unknown kind of database")
    parameters = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    if not parameters.keys() <= set(LIBPQ):
        raise ValueError("unknown parameter")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Address("postgresql", name, user, password, parts.hostname or "", parts.port, parameters)


def connection(where: Address, folder: Path, connections: int) -> dict[str, Any]:
    """Django's settings of one database; `folder` holds relative SQLite files, `connections` bounds the pool."""
    return _sqlite(folder / where.name) if where.engine == "sqlite" else _postgresql(where, connections)


def _sqlite(file: Path) -> dict[str, Any]:
    """Readers never wait for the writer (WAL); a writer waits its turn before it has read anything (IMMEDIATE)."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32768;",
        },
    }


def _postgresql(where: Address, connections: int) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": where.name,
        "USER": where.user,
        "PASSWORD": where.password,
        "HOST": where.host,
        "PORT": str(where.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**where.parameters, "pool": {"min_size": 1, "max_size": connections, "timeout": 10}},
    }
