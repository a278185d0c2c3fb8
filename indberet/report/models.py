"""Frozen reports, and what became of the job that makes them."""

from django.db import models

from indberet.access.scope import ScopedManager


class Report(models.Model):
    """The figures of a municipality's data in one statistic as they were when they were frozen, one per day. Made anew
    on the day, it has the new figures; those that stood are an EarlierReport from then on.

    `figures` is what indberet.report.figures.Figures makes of itself; it counts persons and names none. `since` is
    the moment from which changes are counted: when the report before was made.
    """

    statistic = models.CharField(max_length=20)
    municipality = models.CharField(max_length=3)
    day = models.DateField()
    figures = models.JSONField()
    since = models.DateTimeField()
    made_at = models.DateTimeField()
    version = models.PositiveSmallIntegerField()

    objects = ScopedManager["Report"]()
    unscoped = models.Manager["Report"]()

    class Meta:
        default_manager_name = "unscoped"
        constraints = (models.UniqueConstraint(fields=("statistic", "municipality", "day"), name="report_one_per_day"),)
        indexes = (models.Index(fields=("statistic", "day"), name="report_by_day"),)

    def __str__(self) -> str:
        return f"report {self.statistic} {self.municipality} {self.day}"


class EarlierReport(models.Model):
    """A report that stood until it was made anew on its day, as it was: an approval may have looked at it."""

    statistic = models.CharField(max_length=20)
    municipality = models.CharField(max_length=3)
    day = models.DateField()
    figures = models.JSONField()
    since = models.DateTimeField()
    made_at = models.DateTimeField()
    version = models.PositiveSmallIntegerField()

    unscoped = models.Manager["EarlierReport"]()

    class Meta:
        default_manager_name = "unscoped"
        constraints = (
            models.UniqueConstraint(
                fields=("statistic", "municipality", "made_at"), name="earlier_report_one_per_moment"
            ),
        )

    def __str__(self) -> str:
        return f"report {self.statistic} {self.municipality} {self.day} until it was made anew"


class RunState(models.TextChoices):
    """How far the nightly job has come with the reports of a day."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ReportRun(models.Model):
    """The nightly job's making of the reports of a day: of one municipality where that one failed, else of all
    (`municipality` empty). `message` is for operations; it names no person and is not shown to municipalities."""

    statistic = models.CharField(max_length=20)
    municipality = models.CharField(max_length=3, blank=True, default="")
    day = models.DateField()
    state = models.CharField(max_length=10, choices=RunState.choices)
    message = models.TextField(blank=True, default="")
    changed_at = models.DateTimeField(auto_now=True)

    unscoped = models.Manager["ReportRun"]()

    class Meta:
        default_manager_name = "unscoped"
        constraints = (
            models.UniqueConstraint(fields=("statistic", "municipality", "day"), name="report_run_one_per_day"),
        )

    def __str__(self) -> str:
        return f"{self.statistic} {self.municipality or 'all'} {self.day} {self.state}"
