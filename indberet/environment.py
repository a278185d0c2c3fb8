"""The environment variables of Indberet: each is declared once, here, and read with a type.

A value that cannot be read raises `BadSetting`, one sentence that names the variable, its value and what was expected.
docs/operations/settings.md is generated from the declarations (`indberet settings --markdown`).
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured

from indberet.database import Address, address
from indberet.mail_server import Server, server

T_co = TypeVar("T_co", covariant=True)

PREFIX = "INDBERET_"
OTHERS = (f"{PREFIX}TEST_", f"{PREFIX}BENCH_")
"""Names that start like this belong to the tests and benchmarks, not to the program."""


class BadSetting(ImproperlyConfigured):
    """An environment variable is missing or has a value that Indberet cannot use."""


@dataclass(frozen=True)
class Variable(Generic[T_co]):
    """One environment variable.

    `expected` completes the sentence "expected ..."; `read` turns text into the value and raises ValueError on a bad
    one. `default` is used in production (None: must be set), `demo` under INDBERET_DEMO. A `secret` may also come from
    the file that `<name>_FILE` names, and is never shown.
    """

    name: str
    expected: str
    read: Callable[[str], T_co]
    about: str
    default: str | None
    demo: str
    secret: bool = False

    def value(self, environment: Mapping[str, str] = os.environ) -> T_co:
        """The value in force; raises BadSetting when it is missing or cannot be read."""
        text = self.given(environment)
        if text is None:
            text = self.fallback(environment)
        try:
            return self.read(text)
        except ValueError as error:
            raise BadSetting(f"{self.name} is {self.shown(text)}, expected {self.expected}.") from error

    def given(self, environment: Mapping[str, str]) -> str | None:
        """The text that was set, in the variable or its file; None when it is not set or empty."""
        text = environment.get(self.name, "").strip()
        file = environment.get(f"{self.name}_FILE", "").strip() if self.secret else ""
        if text and file:
            raise BadSetting(f"{self.name} and {self.name}_FILE are both set, expected one of them.")
        return (_content(f"{self.name}_FILE", file) if file else text) or None

    def fallback(self, environment: Mapping[str, str]) -> str:
        """The default in force: the one of the demo, or the one of production."""
        text = self.demo if demo(environment) else self.default
        if text is None:
            file = f" (or {self.name}_FILE)" if self.secret else ""
            raise BadSetting(
                f"{self.name}{file} is missing, expected {self.expected}; to try Indberet, set INDBERET_DEMO=1."
            )
        return text

    def shown(self, text: str) -> str:
        """The text in quotes, a secret without what is secret in it."""
        if self.secret:
            text = re.sub(r"(//[^:/?#]*):.*@", r"\1:***@", text) if "://" in text else "not shown"
        return f"'{text}'"


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise BadSetting(f"{name} is '{path}', expected a file that can be read ({reason}).") from error


def _flag(text: str) -> bool:
    answers = {"1": True, "yes": True, "true": True, "on": True, "0": False, "no": False, "false": False, "off": False}
    try:
        return answers[text.lower()]
    except KeyError:
        raise ValueError(text) from None


def _number(lowest: int, highest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not lowest <= int(text) <= highest:
            raise ValueError(text)
        return int(text)

    return read


def _choice(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(text)
        return text.lower()

    return read


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(host.strip() for host in text.split(",") if host.strip())
    if not hosts or not all(re.fullmatch(r"\.?[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]", host) for host in hosts):
        raise ValueError(text)
    return hosts


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]", text):
        raise ValueError(text)
    return text


def _mail_address(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", text):
        raise ValueError(text)
    return text


def _secret_key(text: str) -> str:
    if 0 < len(text) < 32:
        raise ValueError(text)
    return text


def demo(environment: Mapping[str, str] = os.environ) -> bool:
    """True when Indberet runs as a demo on fictitious data; everything else is production."""
    return DEMO.value({**environment, DEMO.name: environment.get(DEMO.name, "").strip() or "no"})


DEMO = Variable(
    "INDBERET_DEMO",
    "yes or no",
    _flag,
    "Run as a demo on fictitious data: http on this machine, the test log-in, a key made at the first start.",
    default="no",
    demo="no",
)
SECRET_KEY = Variable(
    "INDBERET_SECRET_KEY",
    "at least 32 characters that nobody can guess",
    _secret_key,
    "Signs cookies and tokens. Keep it secret; a new one logs everybody out. The demo makes its own.",
    default=None,
    demo="",
    secret=True,
)
DATA_DIR = Variable(
    "INDBERET_DATA_DIR",
    "a folder",
    Path,
    "Where the SQLite database and the collected assets are kept.",
    default="/var/lib/indberet",
    demo="var",
)
DATABASE_URL: Variable[Address] = Variable(
    "INDBERET_DATABASE_URL",
    "sqlite:///<file> or postgresql://<user>:<password>@<host>:<port>/<database>",
    address,
    "The database. A relative SQLite file lies in the data folder. PostgreSQL takes `?sslmode=` and the like of libpq.",
    default="sqlite:///indberet.sqlite3",
    demo="sqlite:///indberet.sqlite3",
    secret=True,
)
ALLOWED_HOSTS = Variable(
    "INDBERET_ALLOWED_HOSTS",
    "host names with commas between",
    _hosts,
    "The names under which browsers reach Indberet; every other name is refused.",
    default=None,
    demo="localhost,127.0.0.1,[::1]",
)
BEHIND_PROXY = Variable(
    "INDBERET_BEHIND_PROXY",
    "yes or no",
    _flag,
    "TLS ends at a proxy that sets X-Forwarded-Proto and X-Forwarded-For itself. Production is served only like this.",
    default="no",
    demo="no",
)
BIND = Variable(
    "INDBERET_BIND",
    "an address of this machine",
    _host,
    "The address that `indberet serve` listens on.",
    default="127.0.0.1",
    demo="127.0.0.1",
)
PORT = Variable(
    "INDBERET_PORT",
    "a whole number from 1 to 65535",
    _number(1, 65535),
    "The port that `indberet serve` listens on.",
    default="8000",
    demo="8000",
)
WORKERS = Variable(
    "INDBERET_WORKERS",
    "a whole number from 1 to 256",
    _number(1, 256),
    "Processes that answer requests; about one per processor core.",
    default="2",
    demo="2",
)
THREADS = Variable(
    "INDBERET_THREADS",
    "a whole number from 1 to 256",
    _number(1, 256),
    "Requests that one process answers at the same time; also its largest number of PostgreSQL connections.",
    default="4",
    demo="4",
)
TEST_LOGIN = Variable(
    "INDBERET_TEST_LOGIN",
    "yes or no",
    _flag,
    "Offer the log-in with fictitious persons. Possible in the demo only; production refuses to start with it.",
    default="no",
    demo="yes",
)
LOG_LEVEL = Variable(
    "INDBERET_LOG_LEVEL",
    "debug, info, warning or error",
    _choice("debug", "info", "warning", "error"),
    "The least important lines that are logged.",
    default="info",
    demo="info",
)
LOG_FORMAT = Variable(
    "INDBERET_LOG_FORMAT",
    "json or text",
    _choice("json", "text"),
    "One JSON object per line for machines, or text for people. CPR numbers are masked in both.",
    default="json",
    demo="text",
)
DELIVERY_MAX_MB = Variable(
    "INDBERET_DELIVERY_MAX_MB",
    "a whole number from 1 to 2000",
    _number(1, 2000),
    "The largest delivery from a system that is taken, in megabytes.",
    default="200",
    demo="200",
)
DELIVERIES_PER_HOUR = Variable(
    "INDBERET_DELIVERIES_PER_HOUR",
    "a whole number from 1 to 100000",
    _number(1, 100_000),
    "How many deliveries one token may send in an hour; more are told to wait.",
    default="60",
    demo="60",
)

MAIL_URL: Variable[Server] = Variable(
    "INDBERET_MAIL_URL",
    "smtp://, smtp+starttls:// or smtps:// with <user>:<password>@ if needed and <host>:<port>, or 'files'",
    server,
    "The server that takes our e-mails. `files` writes them to the folder mail of the data folder instead.",
    default="smtp://localhost:25",
    demo="files",
    secret=True,
)
MAIL_FROM = Variable(
    "INDBERET_MAIL_FROM",
    "an e-mail address",
    _mail_address,
    "The address that our e-mails come from.",
    default="indberet@localhost",
    demo="indberet@demo.example",
)
MEMO_DIR = Variable(
    "INDBERET_MEMO_DIR",
    "a folder",
    Path,
    "Where messages for Digital Post (MeMo) are left for the sending system. A relative one lies in the data folder.",
    default="memo",
    demo="memo",
)

VARIABLES: tuple[Variable[object], ...] = (
    DEMO, SECRET_KEY, DATA_DIR, DATABASE_URL, ALLOWED_HOSTS, BEHIND_PROXY, BIND, PORT, WORKERS, THREADS, TEST_LOGIN,
    LOG_LEVEL, LOG_FORMAT, DELIVERY_MAX_MB, DELIVERIES_PER_HOUR,
    MAIL_URL, MAIL_FROM, MEMO_DIR,
)  # fmt: skip


def refuse_unknown(environment: Mapping[str, str] = os.environ) -> None:
    """Raise BadSetting for a variable that starts with INDBERET_ and is none of ours, such as a misspelt one."""
    known = [name for each in VARIABLES for name in ([each.name, f"{each.name}_FILE"] if each.secret else [each.name])]
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known and not name.startswith(OTHERS):
            closest = (*get_close_matches(name, known, n=1), "one that `indberet settings` lists")[0]
            raise BadSetting(f"{name} is set, but Indberet has no such setting, expected {closest}.")
