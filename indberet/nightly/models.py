"""Nightly runs: one for each day, with its steps. None of it names a person but who runs the machine."""

from django.db import models


class Night(models.Model):
    """The run of a day. `page` is what it says at the end; `failed` whether anything did. `holder` is the process that
    works at it, or that did last."""

    day = models.DateField(unique=True)
    holder = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    failed = models.BooleanField(default=False)
    page = models.TextField(blank=True, default="")

    unscoped = models.Manager["Night"]()

    class Meta:
        default_manager_name = "unscoped"

    def __str__(self) -> str:
        return f"night of {self.day}"


class State(models.TextChoices):
    """What became of a step."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Step(models.Model):
    """A step of a run. One that is done is not done again that day. `counts` says what it did, in numbers and codes of
    municipalities, `failures` what went wrong: codes of municipalities and names of errors."""

    night = models.ForeignKey(Night, on_delete=models.CASCADE, related_name="steps", db_index=False)
    name = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices)
    counts = models.JSONField(default=dict)
    failures = models.JSONField(default=list)
    seconds = models.FloatField(default=0)
    ended_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Step"]()

    class Meta:
        default_manager_name = "unscoped"
        constraints = (models.UniqueConstraint(fields=("night", "name"), name="step_once_a_night"),)

    def __str__(self) -> str:
        return f"{self.name} {self.state}"
