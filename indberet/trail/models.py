"""Spot checks: look-ups that were drawn, and what became of each."""

from django.db import models

from indberet.access.identity import LONGEST_ID

LONGEST_NOTE = 500


class Sample(models.Model):
    """A draw among a municipality's look-ups of the last `days` days: `pool` is how many there were to draw from."""

    statistic = models.CharField(max_length=20)
    municipality = models.CharField(max_length=3)
    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=LONGEST_ID)
    drawn_by_name = models.CharField(max_length=200)
    days = models.PositiveSmallIntegerField()
    pool = models.PositiveIntegerField()

    unscoped = models.Manager["Sample"]()

    class Meta:
        default_manager_name = "unscoped"
        indexes = (models.Index(fields=("statistic", "municipality", "id"), name="sample_by_municipality"),)

    def __str__(self) -> str:
        return f"sample {self.pk}"


class State(models.TextChoices):
    """What became of a look-up that was drawn."""

    OPEN = "open"
    EXPLAINED = "explained"
    FOLLOW_UP = "follow_up"


class SampledEvent(models.Model):
    """A look-up in a draw: at random, or because it was `unusual`. `flags` are the ids of what is unusual about it
    (flags.py). `event` is the id of an event, which is removed before the sample is."""

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="events", db_index=False)
    position = models.PositiveSmallIntegerField()
    event = models.BigIntegerField()
    unusual = models.BooleanField(default=False)
    flags = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True, default="")
    noted_at = models.DateTimeField(null=True)
    noted_by_name = models.CharField(max_length=200, blank=True, default="")

    unscoped = models.Manager["SampledEvent"]()

    class Meta:
        default_manager_name = "unscoped"
        constraints = (models.UniqueConstraint(fields=("sample", "position"), name="sampled_event_in_order"),)

    def __str__(self) -> str:
        return f"{self.sample} no. {self.position}"

    @property
    def place(self) -> str:
        """Where it stands on the page of the draw."""
        return f"no-{self.position}"
