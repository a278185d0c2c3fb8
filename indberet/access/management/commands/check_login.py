"""`indberet check-login`: whether persons will be able to log in, before the first one tries."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import translation

from indberet.access.missing import right_name
from indberet.access.readiness.check import check
from indberet.access.readiness.point import Point
from indberet.access.readiness.rights import wanted

MARKS = {"ok": "ok", "warning": "WARNING", "error": "ERROR"}


class Command(BaseCommand):
    """Prints a line for each point, with what to do where something is wrong. Ends with 1 when there is an error."""

    help = "check settings, keys, certificates, metadata, clock and privileges of the log-in, without a user"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What else to look at, and in which form to tell."""
        parser.add_argument("--online", action="store_true", help="ask the identity provider too: its clock, discovery")
        parser.add_argument("--privileges", metavar="FILE", type=Path, help="tell what this blob of privileges grants")
        parser.add_argument("--json", action="store_true", help="print JSON, for a program to read")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints. Raises CommandError when a point is an error."""
        found = check(online=options["online"], sample=options["privileges"])
        errors = sum(point.state == "error" for point in found)
        self.stdout.write(_as_json(found) if options["json"] else _as_text(found))
        if errors:
            raise CommandError(f"Nobody can log in, or not safely. Errors: {errors}.")


def _as_text(found: Sequence[Point]) -> str:
    width = max(len(point.name) for point in found)
    lines = []
    for point in found:
        lines.append(f"{MARKS[point.state]:<8} {point.name:<{width}}  {point.said}")
        if point.do:
            lines.append(f"{'':<8} {'':<{width}}  -> {point.do}")
    return "\n".join([*lines, "", "Privileges that must exist:", *(f"  {line}" for line in _privileges())])


def _privileges() -> list[str]:
    """By the names that they have in MitID Erhverv, which are Danish."""
    with translation.override("da"):
        return [f"{uri:<50} {right_name(found, verb)}" for uri, found, verb in wanted()]


def _as_json(found: Sequence[Point]) -> str:
    privileges = [{"uri": uri, "statistic": statistic.id, "verb": verb} for uri, statistic, verb in wanted()]
    well = not any(point.state == "error" for point in found)
    return json.dumps({"ok": well, "points": [asdict(point) for point in found], "privileges": privileges}, indent=2)
