"""What records break, found as the register finds it, and records that cannot stand beside each other left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indberet.definition.rules import Scope, Severity
from indberet.definition.values import RecordValues
from indberet.register.findings import Found, found_in
from indberet.register.stored import Circle, StoredRecord

from .history import History
from .office import Office
from .services import Values

Findings = list[list[Found]]
"""What each of some records breaks, in their order."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A record before it is one: its values, as such and as rules see them, and the number of the service among the
    person's, which may have several records."""

    values: Values
    asked: RecordValues
    history: History
    service: int


class Judge:
    """Asks the rules about the drafts of a case."""

    def __init__(self, office: Office) -> None:
        self._statistic = office.statistic
        self._today = office.now.date()

    def draft(self, values: Values, history: History, service: int) -> Draft:
        """A draft of these values, as stored ones are seen."""
        entered = history.created_at.date() if self._statistic.dated_by_entry else None
        return Draft(values, self._statistic.values(values, self._today, entered=entered), history, service)

    def findings(self, drafts: Sequence[Draft], elsewhere: Iterable[Draft] = ()) -> Findings:
        """What each of a case's drafts breaks; `elsewhere` are the same person's in another municipality."""
        records = [StoredRecord(place, 0, 0, draft.asked) for place, draft in enumerate(drafts)]
        circle = Circle(records, [other.asked for other in elsewhere])
        return [found for _place, found in found_in(circle, self._statistic)]

    def tidied(self, drafts: list[Draft], tolerated: Severity) -> tuple[list[Draft], Findings]:
        """The drafts, and what they break, without the services that break rules beside the others worse than is
        `tolerated`; of those that clash the later ones are left out, never the last one that is left."""
        while True:
            found = self.findings(drafts)
            clashing = {draft.service for draft, broken in zip(drafts, found, strict=True) if _clash(broken, tolerated)}
            if not clashing or len({draft.service for draft in drafts}) == 1:
                return drafts, found
            drafts = [draft for draft in drafts if draft.service != max(clashing)]


def _clash(broken: list[Found], tolerated: Severity) -> bool:
    return any(each.rule.scope != Scope.RECORD and each.rule.severity > tolerated for each in broken)
