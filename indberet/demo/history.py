"""Where records came from: who entered or delivered them when, and whether they were deleted."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from indberet.register.models import OWN_SOURCES, Source

from .names import PREDECESSOR, SYSTEM
from .office import Office
from .weighted import one_of

LEGACY_UNTIL = timedelta(days=400)  # what is older was entered in the predecessor
DELETED = 0.015  # of what was entered here, within the last weeks


@dataclass(frozen=True)
class History:
    """Where the records of a service came from, who made them and when; `deletion` if they were deleted."""

    source: Source
    created_at: datetime
    changed_at: datetime
    by: str
    deleted_at: datetime | None = None
    deletion: uuid.UUID | None = None

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody entered it, here or in the predecessor."""
        return self.source in OWN_SOURCES


class Histories:
    """Makes the histories of one municipality's services."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._random = office.random

    def of(self, start: date) -> History:
        """The history of a service that starts on that day."""
        created = self._office_hour(start + timedelta(days=int(self._random.expovariate(1 / 25))))
        changed = self._office_hour(created.date() + timedelta(days=int(self._random.expovariate(1 / 120))))
        changed = max(created, changed)
        if self._random.random() >= self._office.portion.by_hand:
            return History(Source.SYSTEM, created, changed, SYSTEM)
        if self._office.now - created > LEGACY_UNTIL:
            return History(Source.LEGACY, created, changed, PREDECESSOR)
        by = one_of(self._office.reporters, self._random)
        if self._random.random() >= DELETED:
            return History(Source.MANUAL, created, changed, by)
        weeks_ago = self._office.now.date() - timedelta(days=int(self._random.random() * 28))
        deleted = max(changed, self._office_hour(weeks_ago))
        deletion = uuid.UUID(int=self._random.getrandbits(128), version=4)
        return History(Source.MANUAL, created, changed, by, deleted, deletion)

    def _office_hour(self, day: date) -> datetime:
        """A time between 8 and 16 on that day, not in the future."""
        minutes = int(self._random.random() * 8 * 60)
        moment = datetime.combine(day, time(8 + minutes // 60, minutes % 60), self._office.now.tzinfo)
        return min(moment, self._office.now)
