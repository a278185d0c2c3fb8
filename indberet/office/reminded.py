"""The reminders that were written, and whether they have left: an e-mail that waits for the mail server has not."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from indberet.approval.models import Mail

from .models import Reminder


@dataclass(frozen=True, kw_only=True)
class Reminded:
    """A reminder with its e-mails that were sent, and those that were not."""

    reminder: Reminder
    sent: int
    not_sent: int

    @property
    def lacking(self) -> int:
        """How many e-mails are missing; one to a contact whose place another has taken is not."""
        return min(self.not_sent, max(self.reminder.mails - self.sent, 0))

    @property
    def all_lacking(self) -> bool:
        """Whether none of its e-mails was sent."""
        return bool(self.lacking) and self.lacking >= self.reminder.mails

    @property
    def left(self) -> bool:
        """Whether anybody has been reminded."""
        return bool(self.reminder.digital_post) or not self.all_lacking


def reminded(reminders: Iterable[Reminder], mails: "QuerySet[Mail]") -> list[Reminded]:
    """Each reminder; `mails` are those among which its e-mails are. Two queries."""
    counts: Counter[tuple[str, bool]] = Counter()
    for key, sent_at in mails.filter(key__startswith="reminder ").values_list("key", "sent_at"):
        counts[key.rpartition(" ")[0], sent_at is not None] += 1
    return [Reminded(reminder=row, sent=counts[row.key, True], not_sent=counts[row.key, False]) for row in reminders]
