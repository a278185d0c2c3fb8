"""Why a warning is overruled: a short reason, picked from a list or typed, that is kept with the finding."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from indberet.definition.dates import plain
from indberet.definition.errors import Unreadable
from indberet.definition.fields import Text
from indberet.definition.statistic import Statistic

from .models import LONGEST_REASON

PICKED, TYPED = "reason-", "reason_text-"
READY: Mapping[str, str] = {
    "checked": gettext_noop("Kontrolleret: oplysningen er rigtig"),
    "decision": gettext_noop("Afgørelsen siger det"),
    "agreed": gettext_noop("Efter aftale med borgeren"),
    "unknown": gettext_noop("Oplysningen kendes ikke"),
    "other": gettext_noop("Andet"),
}
FIRST = next(iter(READY))
LIKE_PERSON = re.compile(r"(?<!\d)\d{6}[-\s\u2010-\u2015]?\d{4}(?!\d)")
_LINE = Text(name="reason", group="", longest=LONGEST_REASON)


@dataclass(frozen=True, slots=True)
class Reason:
    """What was picked (a key of READY) and typed; `error` says why it cannot be kept. What is typed wins."""

    picked: str = FIRST
    typed: str = ""
    error: str = ""

    @property
    def text(self) -> str:
        """What is kept: the typed text, or the picked one in Danish, whatever language it was picked in."""
        return self.typed.strip() or READY[self.picked]


def read_reason(statistic: Statistic, data: Mapping[str, str], rule: str, today: date) -> Reason:
    """The reason that was sent for overruling the rule of that id."""
    picked, typed = data.get(f"{PICKED}{rule}", FIRST), data.get(f"{TYPED}{rule}", "")
    return Reason(picked if picked in READY else FIRST, typed, _error(statistic, typed, today))


def show_reason(kept: str) -> str:
    """A kept reason as people read it: a ready one in the active language, a typed one as it is."""
    return translation.gettext(kept) if kept in READY.values() else kept


def _error(statistic: Statistic, typed: str, today: date) -> str:
    try:
        _LINE.read(typed, today)
    except Unreadable as unreadable:
        return statistic.explain(unreadable)
    if LIKE_PERSON.search(plain(typed)):
        return _("Det skrevne ligner et CPR-nummer. Skriv begrundelsen uden personnumre.")
    return ""
