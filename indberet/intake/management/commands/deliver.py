"""`indberet deliver FILE`: takes a delivery from a file, as if a system had sent it."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.management import BaseCommand, CommandError
from django.utils import translation

from indberet.access.identity import Identity
from indberet.definition.registry import municipalities, statistic, statistics
from indberet.intake.deliver import Receipt, Sender, deliver
from indberet.intake.lines import CHUNK
from indberet.intake.models import LONGEST_SYSTEM, Delivery, State
from indberet.intake.receipt import COUNTS, Teller, as_json
from indberet.intake.refusal import reason_text

MOST_SHOWN = 20


class Command(BaseCommand):
    """Stores all of it or nothing; the same file again changes nothing. Says numbers and lines, never persons."""

    help = "take a delivery from a file"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and on whose behalf it is taken."""
        parser.add_argument("file", help="the delivery; - reads it from the standard input")
        parser.add_argument("--statistic", required=True, choices=[found.id for found in statistics()])
        parser.add_argument("--municipality", required=True, metavar="CODE", help="three digits, e.g. 461")
        parser.add_argument("--system", required=True, metavar="NAME", help="the sending system, always by one name")
        parser.add_argument("--id", default="", help="the delivery's id, when its own is not to count")
        parser.add_argument("--test", action="store_true", help="a test form: check everything, store nothing")
        parser.add_argument("--receipt", metavar="FILE", help="write the receipt with every finding there, as JSON")
        parser.add_argument("--language", choices=("da", "en"), default="da", help="language of the receipt")

    def handle(self, *args: Any, file: str, language: str, **options: Any) -> None:
        """Takes it and says what became of it. Raises CommandError when it is refused."""
        sender = self._sender(options)
        with translation.override(language):
            try:
                with _opened(file) as opened:
                    if options["receipt"]:
                        _check_writable(options["receipt"])
                    receipt = deliver(sender, _chunks(opened), options["id"])
            except OSError as error:
                raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
            if options["receipt"]:
                _write(receipt, options["receipt"])
            self._say(receipt)

    def _sender(self, options: dict[str, Any]) -> Sender:
        code, system = options["municipality"], options["system"].strip()
        if not municipalities().known(code):
            raise CommandError(f"--municipality {code} is unknown, expected three digits, e.g. 461.")
        if not 0 < len(system) <= LONGEST_SYSTEM:
            raise CommandError(f"--system is '{system}', expected a name of 1 to {LONGEST_SYSTEM} characters.")
        identity = Identity(subject="command", name=system, organisation="", cvr="", source="operator")
        found = statistic(options["statistic"])
        return Sender(statistic=found, municipality=code, system=system, test=options["test"], identity=identity)

    def _say(self, receipt: Receipt) -> None:
        delivery = receipt.delivery
        if delivery.state == State.REFUSED:
            text = reason_text(delivery.reason, delivery.reason_params)
            raise CommandError(f"Delivery {delivery.pk} is refused ({delivery.reason}): {text}")
        done = "was received before" if receipt.repeated else delivery.state
        counts = ", ".join(f"{name.replace('_', ' ')} {getattr(delivery, name)}" for name in COUNTS)
        self.stdout.write(f"Delivery {delivery.pk} {done}: {counts} ({delivery.seconds:.1f} s)")
        self._say_findings(delivery)

    def _say_findings(self, delivery: Delivery) -> None:
        for row in Teller(delivery).rows(MOST_SHOWN):
            where = f"line {row.line}, {row.key}" if row.key else f"line {row.line}"
            self.stdout.write(f"  {where}: {row.element} {row.value!r}: {row.reason} ({row.code})")
        more = delivery.findings.count() - MOST_SHOWN
        if more > 0:
            self.stdout.write(f"  ... and {more} more; --receipt FILE writes them all")


def _opened(file: str) -> IO[bytes]:
    return sys.stdin.buffer if file == "-" else Path(file).open("rb")


def _check_writable(file: str) -> None:
    """Before anything is stored; what the file holds stays until there is a receipt."""
    try:
        Path(file).open("ab").close()
    except OSError as error:
        raise CommandError(f"--receipt {file} cannot be written: {error.strerror}.") from error


def _write(receipt: Receipt, file: str) -> None:
    try:
        Path(file).write_bytes(b"".join(as_json(receipt.delivery, repeated=receipt.repeated)))
    except OSError as error:
        done = f"Delivery {receipt.delivery.pk} is {receipt.delivery.state}"
        raise CommandError(f"{done}, but --receipt {file} cannot be written: {error.strerror}.") from error


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
