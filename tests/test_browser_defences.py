"""What the browser is told to forbid, on answers of every kind; tokens, methods, and who may start a session."""

import ast
import json
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.urls import get_resolver, reverse

from indberet.access.paths import REPORT_PATH, STATE_PATH
from indberet.audit.models import Event
from indberet.pages import csp_reports
from indberet.register.models import Record
from tests import test_access
from tests.people import save
from tests.test_access import TABLE, act_as, patterns
from tests.test_settings import PRODUCTION, python

PACKAGE = Path(__file__).parent.parent / "indberet"
ids, every_address = test_access.ids, test_access.every_address
NO_TOKEN = {"api_deliver", "api_receipt", "csp_report", "saml_acs"}
"""Addresses that take a POST without a CSRF token: systems send a token of their own and no cookie, a browser's report
changes nothing, and the identity provider's answer is signed and counts in the browser that asked alone."""
MAY_LOG_IN = {"access/test_login/views.py", "access/handshake.py"}
"""The only callers of session.log_in: the test log-in, which production has not, and login_complete."""


# Production, in a process of its own


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("production")
    asked = python("-m", "tests.answers", **PRODUCTION, INDBERET_DATA_DIR=str(folder))
    assert asked.returncode == 0, asked.stderr
    return json.loads(asked.stdout.splitlines()[-1])


STATUSES = {
    "fictitious": 302,
    "page": 200, "language": 302, "json": 200, "keep": 200, "missing": 404, "slash": 301, "method": 405, "bad": 400,
    "token": 403, "anonymous": 302, "static": 200, "report": 204, "plain": 301, "host": 400, "broken": 500,
    "logout": 302,
}  # fmt: skip


def test_there_is_an_answer_of_every_kind(answers):
    assert {name: answer["status"] for name, answer in answers.items() if name != "login"} == STATUSES


@pytest.mark.parametrize("name", STATUSES)
def test_every_answer_has_the_headers(answers, name):
    headers = answers[name]["headers"]
    policy = headers["Content-Security-Policy"]
    for part in (
        "default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'", "base-uri 'none'",
        "frame-ancestors 'none'", "form-action 'self'", "report-uri /csp-report/", "report-to csp",
    ):  # fmt: skip
        assert part in policy
    assert "unsafe" not in policy
    assert headers["Reporting-Endpoints"] == 'csp="/csp-report/"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    if name != "plain":  # browsers pass over it without TLS, where there is only the way to TLS
        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_without_tls_there_is_only_the_way_to_tls(answers):
    assert answers["plain"]["headers"]["Location"] == "https://indberet.example.dk/listings/"
    assert answers["plain"]["cookies"] == []


@pytest.mark.parametrize("name", [name for name in STATUSES if name not in ("static", "slash", "plain", "host")])
def test_nothing_of_a_person_is_stored_on_the_way(answers, name):
    assert answers[name]["headers"]["Cache-Control"] == "no-store"


def test_every_cookie_is_bound_to_this_host_over_tls(answers):
    set_here = [cookie for answer in answers.values() for cookie in answer["cookies"]]
    names = {cookie.split("=")[0] for cookie in set_here}
    assert names == {"__Host-session", "__Host-csrf", "__Host-language"}
    for cookie in set_here:
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert "path=/" in parts, cookie
        assert not any(part.startswith("domain") for part in parts), cookie
        if "max-age=0" not in parts:
            assert {"secure", "httponly", "samesite=lax"} <= parts, cookie


def test_log_out_clears_what_the_browser_has(answers):
    assert answers["logout"]["headers"]["Clear-Site-Data"] == '"cache", "storage"'


def test_an_error_tells_nothing_of_the_machine(client, monkeypatch, settings):
    settings.TEST_LOGIN = True
    client.raise_request_exception = False
    monkeypatch.setattr("indberet.pages.views.statistics", lambda: 1 / 0)
    answer = client.get("/help/")
    assert answer.status_code == 500
    for word in ("ZeroDivisionError", "Traceback", "site-packages", "/views.py"):
        assert word not in answer.content.decode()


# Tokens and methods


def test_the_addresses_without_a_token_are_these():
    exempt = {pattern.name for pattern in patterns() if getattr(pattern.callback, "csrf_exempt", False)}
    assert exempt <= NO_TOKEN
    assert {"api_deliver", "csp_report"} <= exempt


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(TABLE) - NO_TOKEN))
def test_every_other_post_needs_a_token(ids, name):
    client = Client(enforce_csrf_checks=True)
    act_as(client, test_access.WHO.get(TABLE[name].needs, "reporter"))
    path = reverse(name, args=[ids.get(part, part) for part in TABLE[name].args])
    assert client.post(path, TABLE[name].post).status_code == 403


def contents():
    """Every row of every table but the trail, sessions and log-ins, done or under way, which a look may add to."""
    passed_over = {"Event", "Link", "Session", "Login", "Handshake"}
    models = [model for model in apps.get_models(include_auto_created=True) if model.__name__ not in passed_over]
    rows = {
        model.__name__: sorted(map(repr, getattr(model, "unscoped", model._base_manager).values_list()))
        for model in models
    }
    assert rows["Record"]
    return rows


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_get_changes_nothing(client, ids, name):
    act_as(client, test_access.WHO.get(TABLE[name].needs, "reporter"))
    before = contents()
    answer = client.get(reverse(name, args=[ids.get(part, part) for part in TABLE[name].args]))
    if answer.streaming:
        b"".join(answer.streaming_content)
    assert contents() == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_page_of_somebody_logged_in_has_log_out_and_is_not_stored(client, ids, name):
    role = test_access.WHO.get(TABLE[name].needs, "reporter")
    act_as(client, role)
    answer = client.get(reverse(name, args=[ids.get(part, part) for part in TABLE[name].args]))
    assert "no-store" in answer["Cache-Control"]
    is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    if is_page and b"<body" in answer.content:
        form = re.search(r'<form method="post" action="/logout/"[^>]*>(.*?)</form>', answer.content.decode(), re.DOTALL)
        assert form
        assert "csrfmiddlewaretoken" in form[1]
        assert "Log ud" in form[1]


# Own paths alone


ELSEWHERE = (
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "http:evil.example", "javascript:alert(1)", "data:text/html,x", "/\t/evil.example",
    "https:/evil.example", "evil.example",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("path", ELSEWHERE)
def test_next_leads_to_own_paths_alone(log_in, path):
    thea = log_in("thea")
    assert thea.post("/municipality/", {"municipality": "187", "next": path})["Location"] == "/"
    assert thea.post("/language/", {"language": "da", "next": path})["Location"] == "/"
    assert thea.post("/login/", {"person": "thea", "next": path})["Location"] == "/"
    for address in ("/login/", "/municipality/", "/login/ended/idle/"):
        main = thea.get(address, {"next": path}).content.decode().split("<main")[1]
        assert "evil" not in main, address


# Who may start a session


def calls(path, names):
    """Whether a module calls one of the functions, by name or as an attribute."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            if name in names:
                yield path.relative_to(PACKAGE).as_posix()


def test_nobody_else_logs_anybody_in():
    modules = sorted(PACKAGE.rglob("*.py"))
    callers = {name for path in modules for name in calls(path, {"log_in"})}
    assert callers == MAY_LOG_IN


def taken(path):
    """The names that a module takes from session.py and logins.py, by import or as attributes of them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").rpartition(".")[2] in ("session", "logins"):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in ("session", "logins"):
            yield node.attr


def test_the_session_is_written_in_one_place():
    begins = {"access/session.py": {"begin"}}
    for path in sorted(PACKAGE.rglob("*.py")):
        allowed = begins.get(path.relative_to(PACKAGE).as_posix(), set())
        assert set(taken(path)) & {"IDENTITY", "LOGIN", "start", "begin"} <= allowed, path
        assert "django.contrib.auth" not in path.read_text(encoding="utf-8"), path
    assert "begin" in taken(PACKAGE / "access/session.py")


# What browsers report


@pytest.fixture
def reports(monkeypatch):
    """What is logged, and room for so many reports."""
    logged = []
    monkeypatch.setattr(csp_reports, "BUDGET", csp_reports.Budget(csp_reports.PER_MINUTE))
    monkeypatch.setattr(csp_reports.log, "warning", lambda event, **told: logged.append((event, told)), raising=False)
    return logged


OLD = {
    "csp-report": {
        "document-uri": "https://indberet.example.dk/adults/own/?cpr=0202800006",
        "referrer": "https://indberet.example.dk/?cpr=0202800006",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://Evil.example:8443/x.js?cpr=0202800006",
        "script-sample": "0202800006",
    }
}
NEW = [
    {"type": "csp-violation", "url": "https://indberet.example.dk/?0202800006", "body": {
        "effectiveDirective": "style-src", "blockedURL": "inline", "documentURL": "https://x/?0202800006"}},
    {"type": "csp-violation", "body": {"effectiveDirective": "img-src 0202800006", "blockedURL": "0202800006"}},
    {"type": "csp-violation", "body": {"effectiveDirective": "0202800006", "blockedURL": "https://[/"}},
    "nonsense",
]  # fmt: skip


def send(sent, kind="application/csp-report", **more):
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return Client(enforce_csrf_checks=True).post(REPORT_PATH, body, content_type=kind, **more).status_code


def test_a_report_tells_directive_and_host_alone(reports):
    assert send(OLD) == 204
    assert send(NEW, "application/reports+json") == 204
    assert [told for _event, told in reports] == [
        {"directive": "script-src-elem", "blocked": "evil.example"},
        {"directive": "style-src", "blocked": "inline"},
        {"directive": "img-src", "blocked": "unknown"},
        {"directive": "unknown", "blocked": "unknown"},
    ]
    assert "0202800006" not in repr(reports)


@pytest.mark.parametrize("sent", [b"", b"{", b"[" * 10_000, b"\xff", b"null"])
def test_what_is_no_report_is_refused_or_passed_over(reports, sent):
    assert send(sent) in (204, 400, 415)
    assert reports == []


def test_reports_are_small_few_and_of_their_kind(reports, monkeypatch):
    assert send(OLD, "text/html") == 415
    assert send(b" " * (csp_reports.MOST_BYTES + 1)) == 413
    assert Client().get(REPORT_PATH).status_code == 405
    assert send([{"body": {}}] * 100, "application/reports+json") == 204
    assert len(reports) == csp_reports.MOST_REPORTS
    monkeypatch.setattr(csp_reports, "BUDGET", csp_reports.Budget(2))
    assert [send(OLD) for _ in range(3)] == [204, 204, 429]


@pytest.mark.django_db
def test_a_report_touches_no_session(log_in, reports, django_assert_num_queries):
    anna = log_in("anna")
    with django_assert_num_queries(0):
        answer = anna.post(REPORT_PATH, json.dumps(OLD), content_type="application/csp-report")
    assert answer.status_code == 204
    assert not answer.cookies


def test_the_addresses_that_middleware_knows_are_the_views():
    assert reverse("csp_report") == REPORT_PATH
    assert reverse("session_state") == STATE_PATH
    assert get_resolver().resolve(REPORT_PATH).url_name == "csp_report"


# No users, no passwords, no deed without its trace


def test_there_are_no_users_and_no_passwords(answers):
    for app in ("django.contrib.auth", "django.contrib.admin"):
        assert not apps.is_installed(app)
    assert not [model for model in apps.get_models() for found in model._meta.fields if "password" in found.name]
    assert not [path for path in PACKAGE.rglob("*.html") if 'type="password"' in path.read_text(encoding="utf-8")]
    assert answers["login"]["status"] == 503  # INDBERET_LOGIN=none: nobody logs in


def test_a_new_production_database_lets_nobody_in(answers):
    assert answers["login"]["rows"] == {}


@pytest.mark.django_db
def test_what_cannot_be_told_is_not_done(log_in, monkeypatch):
    save()
    anna = log_in("anna")
    anna.raise_request_exception = False

    def fail(*_args, **_more):
        raise OSError("the trail cannot be written")

    monkeypatch.setattr(Event, "save", fail)
    shown = anna.get("/adults/own/")
    assert shown.status_code == 500
    assert b"020280" not in shown.content
    with pytest.raises(OSError, match="trail"):
        save(cpr="0303750004")
    assert Record.unscoped.count() == 1
    assert Client(raise_request_exception=False).post("/login/", {"person": "bo"}).status_code == 500
    assert anna.get("/").status_code == 200
