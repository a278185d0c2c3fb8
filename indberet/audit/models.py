"""Events of the audit trail."""

from typing import Any

from django.db import models


class Event(models.Model):
    """One line of the trail: who, on behalf of which municipality, when (UTC), did what, with which cases.

    It holds no CPR number: persons are the ids of their cases, a searched or corrected number is a keyed pseudonym.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.CharField(max_length=200)
    actor_name = models.CharField(max_length=200)
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
