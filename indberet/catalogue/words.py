"""The words in which definitions are told: severity, scope, certainty, period."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from indberet.definition.code_lists import Certainty, Code
from indberet.definition.dates import show_date
from indberet.definition.rules import Scope, Severity

LONGEST_SPOKEN = 20  # a longer code is a UUID, which nobody says
MOST_NAMED = 6


def severity_word(severity: Severity) -> str:
    """What a broken rule is called."""
    return {Severity.ERROR: _("fejl"), Severity.WARNING: _("advarsel"), Severity.INFO: _("oplysning")}[severity]


def scope_word(scope: Scope) -> str:
    """What a rule looks at."""
    return {Scope.RECORD: _("posten"), Scope.CASE: _("sagen"), Scope.PERSON: _("borgeren")}[scope]


def certainty_word(certainty: Certainty) -> str:
    """How sure something is."""
    return {
        Certainty.CONFIRMED: _("bekræftet"),
        Certainty.INFERRED: _("udledt"),
        Certainty.INVENTED: _("Indberets forslag"),
    }[certainty]


def period(since: date | None, until: date | None) -> str:
    """From when to when, both days included."""
    first, last = show_date(since), show_date(until)
    if first and last:
        return f"{first} - {last}"
    if first:
        return _("fra %(day)s") % {"day": first}
    return _("til og med %(day)s") % {"day": last} if last else _("altid")


def period_left(since: date | None, until: date | None, today: date) -> str:
    """The period, as far as a mark beside it does not tell it already."""
    return "" if since and since > today and until is None else period(since, until)


def mark(since: date | None, until: date | None, today: date) -> str:
    """What is said of something that does not apply yet or any more; nothing of what applies today."""
    if since and since > today:
        return _("Varslet, gælder fra %(day)s") % {"day": show_date(since)}
    return _("Udløbet") if expired(until, today) else ""


def expired(until: date | None, today: date) -> bool:
    """Whether something applies no more."""
    return until is not None and until < today


def short_code(code: Code, *, section: bool = True) -> str:
    """A code as people say it, with the law's section: 1.12.0.2 (§ 85). A UUID goes by its name."""
    said = code.code if len(code.code) <= LONGEST_SPOKEN else code.label
    return _with_section(code, said) if section else said


def long_code(code: Code) -> str:
    """A code with its name and the law's section; a UUID goes by its name."""
    named = f"{code.code} {code.label}" if len(code.code) <= LONGEST_SPOKEN else code.label
    return _with_section(code, named if code.selectable else _("%(code)s (overskrift)") % {"code": named})


def _with_section(code: Code, text: str) -> str:
    section = code.get("section")
    return f"{text} ({section})" if section else text


def certainties(codes: Iterable[Code]) -> str:
    """How sure most of the codes are, and which ones otherwise: bekræftet; udledt: 1.18.1, 1.18.2."""
    alike: dict[Certainty, list[str]] = {}
    for code in codes:
        alike.setdefault(code.certainty, []).append(short_code(code))
    most = max(alike, key=lambda certainty: len(alike[certainty]))
    others = (f"{certainty_word(each)}: {some(names)}" for each, names in alike.items() if each != most)
    return "; ".join((certainty_word(most), *others))


def some(names: Sequence[str]) -> str:
    """A few of many names, with their number."""
    if len(names) <= MOST_NAMED:
        return ", ".join(names)
    few = ", ".join(names[: MOST_NAMED - 1])
    return _("%(names)s med flere (%(count)s i alt)") % {"names": few, "count": str(len(names))}
