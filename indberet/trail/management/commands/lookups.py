"""`indberet lookups`: the answer to a citizen who asks when and why somebody looked."""

import getpass
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from indberet.access.identity import Identity
from indberet.definition.registry import municipalities, statistics
from indberet.trail.lookups import Lookup, lookups


class Command(BaseCommand):
    """The number is asked for when it is not given, so that it stands in no history of commands."""

    help = "tell when and why a person's data was looked up, changed or exported, without names of staff"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whom it is about, and where."""
        parser.add_argument("number", nargs="?", help="CPR or UDL number; asked for when it is left out (better)")
        parser.add_argument("--municipality", default="", metavar="CODE", help="only what this municipality did")
        parser.add_argument("--statistic", default="", help="only this statistic")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *args: Any, number: str | None, municipality: str, statistic: str, **options: Any) -> None:
        """Prints what was found, newest first, in Danish: it is for the citizen."""
        if municipality and municipalities().known(municipality).code != municipality:
            raise CommandError(f"There is no municipality '{municipality}'.")
        if statistic and statistic not in {found.id for found in statistics()}:
            raise CommandError(f"There is no statistic '{statistic}'.")
        number = (number or _asked()).strip()
        if not number:
            raise CommandError("No number was given.")
        by = getpass.getuser()
        operator = Identity(subject=f"operator:{by}", name=by, organisation="", cvr="", source="operator")
        with translation.override("da"):
            found = lookups(number, identity=operator, statistic=statistic, municipality=municipality)
            self.stdout.write(_json(found) if options["json"] else _text(found))


def _asked() -> str:
    """What is typed, or comes by the standard input; nothing when there is none."""
    try:
        return getpass.getpass("CPR or UDL number: ")
    except EOFError:
        return ""


def _json(found: list[Lookup]) -> str:
    return json.dumps([each.plain() for each in found], ensure_ascii=False, indent=2)


def _text(found: list[Lookup]) -> str:
    if not found:
        return _("Der er ingen opslag, ændringer eller udtræk om personen i loggen.")
    return "\n\n".join(map(_entry, found))


def _entry(found: Lookup) -> str:
    of = found.statistic or _("alle statistikker")
    return f"{found.at:%d.%m.%Y %H.%M}  {found.what} ({found.extent})\n  {found.by}, {of}\n  {found.why}"
