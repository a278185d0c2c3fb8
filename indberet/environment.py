"""The environment variables of Indberet: each is declared once, here, and read with a type.

docs/operations/settings.md is generated from the declarations (`indberet settings --markdown`).
"""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from indberet.database import Address, address
from indberet.mail_server import Server, server
from indberet.variable import (
    DEMO,
    BadSetting,
    Variable,
    choice,
    cvr_pairs,
    demo,
    flag,
    host,
    hosts,
    mail_address,
    number,
    pattern,
    secret_key,
)

__all__ = ["DEMO", "VARIABLES", "BadSetting", "Variable", "demo", "refuse_unknown"]

PREFIX = "INDBERET_"
OTHERS = (f"{PREFIX}TEST_", f"{PREFIX}BENCH_")
"""Names that start like this belong to the tests and benchmarks, not to the program."""

SECRET_KEY = Variable(
    "INDBERET_SECRET_KEY",
    "at least 32 characters that nobody can guess",
    secret_key,
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
    hosts,
    "The names under which browsers reach Indberet; every other name is refused.",
    default=None,
    demo="localhost,127.0.0.1,[::1]",
)
BEHIND_PROXY = Variable(
    "INDBERET_BEHIND_PROXY",
    "yes or no",
    flag,
    "TLS ends at a proxy that sets X-Forwarded-Proto and X-Forwarded-For itself. Production is served only like this.",
    default="no",
    demo="no",
)
BIND = Variable(
    "INDBERET_BIND",
    "an address of this machine",
    host,
    "The address that `indberet serve` listens on.",
    default="127.0.0.1",
    demo="127.0.0.1",
)
PORT = Variable(
    "INDBERET_PORT",
    "a whole number from 1 to 65535",
    number(1, 65535),
    "The port that `indberet serve` listens on.",
    default="8000",
    demo="8000",
)
WORKERS = Variable(
    "INDBERET_WORKERS",
    "a whole number from 1 to 256",
    number(1, 256),
    "Processes that answer requests; about one per processor core.",
    default="2",
    demo="2",
)
THREADS = Variable(
    "INDBERET_THREADS",
    "a whole number from 1 to 256",
    number(1, 256),
    "Requests that one process answers at the same time; also its largest number of PostgreSQL connections.",
    default="4",
    demo="4",
)
TEST_LOGIN = Variable(
    "INDBERET_TEST_LOGIN",
    "yes or no",
    flag,
    "Offer the log-in with fictitious persons. Possible in the demo only; production refuses to start with it.",
    default="no",
    demo="yes",
)
LOG_LEVEL = Variable(
    "INDBERET_LOG_LEVEL",
    "debug, info, warning or error",
    choice("debug", "info", "warning", "error"),
    "The least important lines that are logged.",
    default="info",
    demo="info",
)
LOG_FORMAT = Variable(
    "INDBERET_LOG_FORMAT",
    "json or text",
    choice("json", "text"),
    "One JSON object per line for machines, or text for people. CPR numbers are masked in both.",
    default="json",
    demo="text",
)
DELIVERY_MAX_MB = Variable(
    "INDBERET_DELIVERY_MAX_MB",
    "a whole number from 1 to 2000",
    number(1, 2000),
    "The largest delivery from a system that is taken, in megabytes.",
    default="200",
    demo="200",
)
DELIVERIES_PER_HOUR = Variable(
    "INDBERET_DELIVERIES_PER_HOUR",
    "a whole number from 1 to 100000",
    number(1, 100_000),
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
    mail_address,
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

LOGIN = Variable(
    "INDBERET_LOGIN",
    "none, saml or oidc",
    choice("none", "saml", "oidc"),
    "How persons log in: MitID Erhverv through NemLog-in (saml), OpenID Connect (oidc), or not at all.",
    default="none",
    demo="none",
)
PUBLIC_URL = Variable(
    "INDBERET_PUBLIC_URL",
    "https://<host> without a path, or empty when nobody logs in by saml or oidc",
    pattern(r"(https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?)?"),
    "The address under which browsers and the identity provider reach Indberet.",
    default="",
    demo="",
)
SAML_ENTITY_ID = Variable(
    "INDBERET_SAML_ENTITY_ID",
    "a URI of at most 300 characters",
    pattern(r"([a-z]+:\S{1,290})?"),
    "What the identity provider calls this portal; by NemLog-in's convention it begins with https://saml.",
    default="",
    demo="",
)
SAML_DIR = Variable(
    "INDBERET_SAML_DIR",
    "a folder",
    Path,
    "Holds idp.xml, current.key and current.crt, and next.key and next.crt while keys are changed. A relative one lies "
    "in the data folder.",
    default="saml",
    demo="saml",
)
OIDC_ISSUER = Variable(
    "INDBERET_OIDC_ISSUER",
    "the address of an OpenID Connect provider, or empty",
    pattern(r"(https?://\S+)?"),
    "Where OpenID Connect finds its provider.",
    default="",
    demo="",
)
OIDC_CLIENT_ID = Variable(
    "INDBERET_OIDC_CLIENT_ID",
    "the name that the provider gave us, or empty",
    str,
    "Who we are to the OpenID Connect provider.",
    default="",
    demo="",
)
OIDC_CLIENT_SECRET = Variable(
    "INDBERET_OIDC_CLIENT_SECRET",
    "the secret that the provider gave us, or empty",
    str,
    "Proves to the OpenID Connect provider that it is us.",
    default="",
    demo="",
    secret=True,
)
PRIVILEGE_PREFIX = Variable(
    "INDBERET_PRIVILEGE_PREFIX",
    "a URI of at most 150 characters, without a colon at its end",
    pattern(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s#]{0,147}[^\s#:]"),
    "What every privilege's URI begins with; then follow the statistic and the verb, with colons between.",
    default="urn:dk:dst:indberet",
    demo="urn:dk:dst:indberet",
)
OFFICE_CVR = Variable(
    "INDBERET_OFFICE_CVR",
    "eight digits, the first not 0",
    pattern(r"[1-9][0-9]{7}"),
    "The CVR number of the office that takes the data; the default is Danmarks Statistik's.",
    default="17150413",
    demo="17150413",
)
FICTITIOUS_CVR = Variable(
    "INDBERET_FICTITIOUS_CVR",
    "pairs <CVR number beginning with 9>=<municipality's code> with commas between, or empty",
    cvr_pairs,
    "For the integration test: which municipalities NemLog-in's fictitious organisations stand for. Else empty.",
    default="",
    demo="",
)
IDLE_MINUTES = Variable(
    "INDBERET_IDLE_MINUTES",
    "a whole number from 5 to 240",
    number(5, 240),
    "A log-in ends after so many minutes without activity.",
    default="30",
    demo="30",
)
LOGIN_HOURS = Variable(
    "INDBERET_LOGIN_HOURS",
    "a whole number from 1 to 24",
    number(1, 24),
    "A log-in ends after so many hours, however active.",
    default="8",
    demo="8",
)
REPORTS_BY = Variable(
    "INDBERET_REPORTS_BY",
    "an hour from 0 to 23",
    number(0, 23),
    "The hour in Denmark at which the nightly run is to be over; after it a missing report is a fault that is told.",
    default="6",
    demo="6",
)
EVENT_MONTHS = Variable(
    "INDBERET_EVENT_MONTHS",
    "a whole number from 6 to 120",
    number(6, 120),
    "The nightly run removes events of the audit trail that are older than so many months.",
    default="12",
    demo="12",
)
AUDIT_KEY = Variable(
    "INDBERET_AUDIT_KEY",
    "at least 32 characters that nobody can guess, or empty",
    secret_key,
    "Signs the audit trail and hides the numbers in it; empty: INDBERET_SECRET_KEY does. It is never changed.",
    default="",
    demo="",
    secret=True,
)

VARIABLES: tuple[Variable[object], ...] = (
    DEMO, SECRET_KEY, DATA_DIR, DATABASE_URL, ALLOWED_HOSTS, BEHIND_PROXY, BIND, PORT, WORKERS, THREADS, TEST_LOGIN,
    LOG_LEVEL, LOG_FORMAT, DELIVERY_MAX_MB, DELIVERIES_PER_HOUR,
    MAIL_URL, MAIL_FROM, MEMO_DIR,
    LOGIN, PUBLIC_URL, SAML_ENTITY_ID, SAML_DIR, OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, PRIVILEGE_PREFIX,
    OFFICE_CVR, FICTITIOUS_CVR, IDLE_MINUTES, LOGIN_HOURS, REPORTS_BY, EVENT_MONTHS, AUDIT_KEY,
)  # fmt: skip


def refuse_unknown(environment: Mapping[str, str] = os.environ) -> None:
    """Raise BadSetting for a variable that starts with INDBERET_ and is none of ours, such as a misspelt one."""
    known = [name for each in VARIABLES for name in ([each.name, f"{each.name}_FILE"] if each.secret else [each.name])]
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known and not name.startswith(OTHERS):
            closest = (*get_close_matches(name, known, n=1), "one that `indberet settings` lists")[0]
            raise BadSetting(f"{name} is set, but Indberet has no such setting, expected {closest}.")
