"""What the office keeps: counts per municipality, reminders, extracts. None of it names a citizen."""

from django.db import models

from indberet.definition.registry import statistic


class Standing(models.Model):
    """A municipality's counts in a statistic, from the report of `report_day`; with its last change and last
    delivery. Kept by the nightly run, so that the page of all municipalities reads one row for each."""

    statistic = models.CharField(max_length=20)
    municipality = models.CharField(max_length=3)
    report_day = models.DateField()
    records = models.PositiveIntegerField(default=0)
    services = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    overruled = models.PositiveIntegerField(default=0)
    last_change = models.DateTimeField(null=True)
    last_delivery = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    unscoped = models.Manager["Standing"]()

    class Meta:
        default_manager_name = "unscoped"
        constraints = (models.UniqueConstraint(fields=("statistic", "municipality"), name="standing_once"),)

    def __str__(self) -> str:
        return f"{self.statistic} {self.municipality}"


class Reminder(models.Model):
    """A reminder that was written: of which deadline, on which of its days (`days` from the deadline, negative before),
    and how many e-mails and Digital Post messages it takes. Its e-mails tell themselves whether they were sent."""

    statistic = models.CharField(max_length=20)
    municipality = models.CharField(max_length=3)
    kind = models.CharField(max_length=10)
    deadline = models.DateField()
    days = models.SmallIntegerField()
    mails = models.PositiveSmallIntegerField(default=0)
    digital_post = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()

    unscoped = models.Manager["Reminder"]()

    class Meta:
        default_manager_name = "unscoped"
        constraints = (
            models.UniqueConstraint(
                fields=("statistic", "municipality", "kind", "deadline", "days"), name="reminder_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.statistic} {self.municipality} {self.deadline} {self.days}"

    @property
    def key(self) -> str:
        """What the keys of its e-mails begin with, before the contact's number."""
        return f"reminder {self.statistic} {self.municipality} {self.kind} {self.deadline} {self.days}"


class Extract(models.Model):
    """An extract for production, with its manifest. Without `finished_at` it was not made to the end."""

    statistic = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    everything = models.BooleanField()
    rows = models.PositiveBigIntegerField(default=0)
    left_out = models.PositiveBigIntegerField(default=0)
    manifest = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=200)
    finished_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Extract"]()

    class Meta:
        default_manager_name = "unscoped"

    def __str__(self) -> str:
        return f"{self.statistic} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def statistic_name(self) -> str:
        """What was extracted, by name."""
        return statistic(self.statistic).name
