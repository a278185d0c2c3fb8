"""Asks Indberet with production settings for answers of every kind, in a process of its own, and prints their headers.

Run by tests/test_browser_defences.py: `python -m tests.answers`, with the environment of a production.
"""

import json
import os
import sys
from dataclasses import replace
from typing import Any
from unittest.mock import patch


def main() -> None:
    """One line of JSON: what was asked, and status, headers and cookies of the answer."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "indberet.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    fresh = rows()
    answers = ask()
    answers["login"]["rows"] = fresh
    sys.stdout.write(json.dumps(answers))


def ask() -> dict[str, Any]:
    """Every kind of answer: a page, an error of each sort, a redirect, a static file, JSON."""
    from django.conf import settings
    from django.test import Client

    from tests.people import ODENSE, identity, sign_in

    secure: dict[str, Any] = {"HTTP_X_FORWARDED_PROTO": "https", "SERVER_NAME": settings.ALLOWED_HOSTS[0]}
    employee = replace(identity("Anna", ODENSE, "report"), source="saml")
    anna = sign_in(Client(raise_request_exception=False, **secure), employee)
    fictitious = sign_in(Client(**secure), replace(employee, source="test"))
    strict = Client(enforce_csrf_checks=True, **secure)
    stylesheet = next(iter(sorted((settings.STATIC_ROOT / "indberet").glob("site.*.css"))))
    answers = {
        "login": Client(**secure).get("/login/"),
        "page": anna.get("/listings/"),
        "fictitious": fictitious.get("/listings/"),
        "language": anna.post("/language/", {"language": "en"}),
        "json": anna.get("/session/state/"),
        "keep": anna.get("/adults/own/"),
        "missing": anna.get("/nowhere/"),
        "slash": anna.get("/listings"),
        "method": anna.get("/logout/"),
        "bad": anna.post("/adults/own/", {f"x{number}": "1" for number in range(10_000)}),
        "token": strict.post("/logout/"),
        "anonymous": Client(**secure).get("/"),
        "static": anna.get(f"/static/indberet/{stylesheet.name}"),
        "report": Client(**secure).post("/csp-report/", b"{}", content_type="application/csp-report"),
        "plain": Client(SERVER_NAME=settings.ALLOWED_HOSTS[0]).get("/listings/"),
        "host": Client(HTTP_X_FORWARDED_PROTO="https", SERVER_NAME="evil.example").get("/"),
        "broken": broken(anna),
        "logout": anna.post("/logout/"),
    }
    return {name: told(answer) for name, answer in answers.items()}


def rows() -> dict[str, int]:
    """How many rows each table has, those without any left out."""
    from django.apps import apps

    counts = {model.__name__: model._base_manager.count() for model in apps.get_models(include_auto_created=True)}
    return {name: count for name, count in counts.items() if count}


def broken(client: Any) -> Any:
    """The answer when a view fails."""
    with patch("indberet.pages.views.listing_rows", side_effect=RuntimeError("broken for the test")):
        return client.get("/listings/")


def told(answer: Any) -> dict[str, Any]:
    """What the browser gets, without the body."""
    cookies = [morsel.OutputString() for morsel in answer.cookies.values()]
    return {"status": answer.status_code, "headers": dict(answer.headers), "cookies": cookies}


if __name__ == "__main__":
    main()
