"""What was exported: one row per file, with what its manifest says."""

from django.db import models
from django.utils import timezone

from indberet.access.identity import LONGEST_ID
from indberet.access.scope import ScopedManager
from indberet.definition.registry import statistic as statistic_of
from indberet.register.listing import Listing

KIND_IN_FILE_NAME = {"own": "egne", "all": "alle"}
LONGEST_PART = 100


class Format(models.TextChoices):
    """The kinds of file."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"


class Export(models.Model):
    """One export of a listing. It is there from the start; one that was interrupted never gets a `finished_at`.

    `filters` are [label, text] pairs, empty for a whole listing; `sha256` is of the CSV bytes of the rows, also when
    the file is a workbook. No person number is kept: a filter on one is stored as its label in brackets. `part` names
    the list when it is not of a listing: a word for the file's name.
    """

    statistic = models.CharField(max_length=20)
    municipality = models.CharField(max_length=3)
    kind = models.CharField(max_length=3)
    part = models.CharField(max_length=LONGEST_PART, blank=True, default="")
    format = models.CharField(max_length=4, choices=Format.choices)
    filters = models.JSONField(default=list)
    rows = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    subject = models.CharField(max_length=LONGEST_ID)
    name = models.CharField(max_length=200)

    objects = ScopedManager["Export"]()
    unscoped = models.Manager["Export"]()

    class Meta:
        default_manager_name = "unscoped"
        indexes = (models.Index(fields=("statistic", "municipality", "started_at"), name="export_by_municipality"),)

    def __str__(self) -> str:
        return self.file_name

    @property
    def listing(self) -> Listing:
        """What it was an export of."""
        return Listing(statistic=statistic_of(self.statistic), municipality=self.municipality, kind=self.kind)

    @property
    def base_name(self) -> str:
        """Statistic, listing or list, municipality and local time; never a person."""
        kind, time = self.part or KIND_IN_FILE_NAME[self.kind], f"{timezone.localtime(self.started_at):%Y%m%d-%H%M}"
        return f"indberet-{self.statistic}-{kind}-{self.municipality}-{time}"

    @property
    def file_name(self) -> str:
        """The name under which the file is saved."""
        return f"{self.base_name}.{self.format}"
