"""Events of the audit trail, and the chain that shows whether one was changed or removed."""

from typing import Any

from django.db import models


class Event(models.Model):
    """One line of the trail: who, on behalf of which municipality, when (UTC), did what, with which cases.

    It holds no CPR number: persons are the ids of their cases, a searched or corrected number is a keyed pseudonym.
    `actor` is '' for somebody who was not logged in; `source` says how the actor logged in. The database refuses to
    change a row, and to delete one before its time (guards.py).
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.CharField(max_length=400)
    actor_name = models.CharField(max_length=200)
    source = models.CharField(max_length=10, blank=True, default="")
    municipality = models.CharField(max_length=3, blank=True, default="")
    statistic = models.CharField(max_length=20, blank=True, default="")
    action = models.CharField(max_length=30)
    record = models.BigIntegerField(null=True)
    cases = models.JSONField(default=list)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["municipality", "at"], name="event_by_municipality"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.statistic}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Adds the event. Raises TypeError when it already stands: the trail is append-only."""
        if not self._state.adding:
            raise TypeError("An event cannot be changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises TypeError: the trail is append-only."""
        raise TypeError("An event cannot be deleted")


class Link(models.Model):
    """An event's place in the chain. `digest` is a keyed fingerprint of the event and of the digest before it."""

    number = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.DO_NOTHING, related_name="link")
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


class Anchor(models.Model):
    """Where the chain begins after old events were removed: number and digest of the last link that went. `seal` is a
    keyed fingerprint of both, so that nobody else can say that a part was removed for its age."""

    number = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"
