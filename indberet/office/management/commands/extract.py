"""`indberet extract`: the records of a statistic for production, as CSV and Parquet with a manifest."""

import getpass
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from indberet.definition.registry import statistics
from indberet.office.extract import CannotExtract, extract, left_overs
from indberet.office.extract_files import FORMATS
from indberet.register.progress import Bar
from indberet.register.recheck import to_do
from indberet.stopping import ENDS_WITH, Stopped, stoppable

LEFT_OVER = (
    "Unfinished files of an earlier extract are in this folder. They hold CPR numbers: remove them, unless another "
    "extract is at work. %s"
)


class Command(BaseCommand):
    """The files hold CPR numbers. Only who may read the database can make them; there is no button for it. Stopped by
    SIGTERM it ends with 143, by SIGINT with 130, and removes its files."""

    help = "write a statistic's approved records to files for production"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What, where to, and in which formats."""
        parser.add_argument("--statistic", required=True, choices=[found.id for found in statistics()])
        parser.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="a folder that exists")
        parser.add_argument("--all", action="store_true", dest="everything", help="also what is not approved")
        parser.add_argument("--year", type=int, help="whose approvals count (the one that is to be approved now)")
        parser.add_argument("--format", nargs="+", choices=FORMATS, default=list(FORMATS), dest="formats")

    def handle(
        self,
        *args: Any,
        statistic: str,
        out: Path,
        everything: bool,
        year: int | None,
        formats: list[str],
        **options: Any,
    ) -> None:
        """Writes the files and says what is in them."""
        found = {known.id: known for known in statistics()}[statistic]
        if files := ", ".join(path.name for path in left_overs(out)):
            self.stderr.write(LEFT_OVER % files)
        bar = Bar(sys.stderr, statistic, to_do(found))
        try:
            with stoppable():
                made = extract(
                    statistic=found,
                    folder=out,
                    everything=everything,
                    year=year or found.approval.year_on(timezone.localdate()),
                    formats=formats,
                    by=getpass.getuser(),
                    progress=bar,
                )
        except CannotExtract as why:
            raise CommandError(str(why)) from why
        except Stopped as stopped:
            raise CommandError("Stopped. No unfinished files are left.", returncode=ENDS_WITH) from stopped
        seconds = bar.close()
        for file in made.manifest["files"]:
            self.stdout.write(f"{file['name']}  {file['bytes']:,} bytes  sha256 {file['sha256']}")
        self.stdout.write(f"{made.rows:,} records written in {seconds:.1f} s, {made.left_out:,} left out")
