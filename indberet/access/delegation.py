"""What a municipality may do with another's records because it acts for it: by sections of the law, on the day.

Who acts for whom is the statistic's delegations.csv. What follows is a privilege `through` the acting municipality. It
counts only where records are limited by section, for reading and reporting them, and never for whole figures or files.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from indberet.definition.approval import Delegation
from indberet.definition.code_lists import Certainty
from indberet.definition.registry import municipalities, statistic, statistics
from indberet.definition.sections import section_of

from .identity import Privilege, Verb

PASSED_ON: Mapping[Verb, Verb] = {"read": "read", "report": "report", "approve": "read"}
"""What the verbs give of the other municipality's records. Whoever approves them reads them; approving itself happens
within the acting municipality's own scope."""


def passed_on(privileges: Iterable[Privilege], day: date) -> tuple[Privilege, ...]:
    """The privileges that follow from those of acting municipalities on `day`."""
    plans = {found.id: found.approval for found in statistics()}
    found = (
        replace(privilege, verb=PASSED_ON[privilege.verb], municipality=other, through=privilege.municipality)
        for privilege in privileges
        if privilege.verb in PASSED_ON and not privilege.through
        for other in plans[privilege.statistic].acts_for(privilege.municipality, day)
    )
    return tuple(dict.fromkeys(found))


def in_force(id: str, municipality: str, acting: str, day: date) -> tuple[Delegation, ...]:
    """The rows by which `acting` acts for the municipality in a statistic on `day`."""
    rows = statistic(id).approval.delegations
    return tuple(row for row in rows if (row.municipality, row.acting) == (municipality, acting) and row.in_force(day))


def service_codes(id: str, municipality: str, acting: str, day: date) -> frozenset[str]:
    """The service codes whose section `acting` is responsible for on `day`; a code without a section is nobody else's
    than the municipality's own."""
    found, codes = statistic(id), statistic(id).codes_of("service_code")
    sections = {row.code: section_of(codes, row.code, day) for row in codes.rows}
    theirs = {
        section
        for section in set(sections.values())
        if section and found.approval.responsible(municipality, section, day) == acting
    }
    return frozenset(code for code, section in sections.items() if section in theirs)


def told(row: Delegation) -> str:
    """A delegation in a sentence; one that is not confirmed says so."""
    text = _("%(acting)s varetager %(sections)s for %(other)s.") % _names(row)
    doubt = "" if row.certainty == Certainty.CONFIRMED else _("Det er udledt og ikke bekræftet.")
    return f"{text} {doubt}".strip()


def told_approval(row: Delegation) -> str:
    """That a delegation is also one of approving, which no source says (delegations.csv)."""
    text = _("%(acting)s godkender %(sections)s for %(other)s.") % _names(row)
    doubt = _("Det er udledt og ikke bekræftet.")
    if row.certainty == Certainty.CONFIRMED:
        doubt = _("At den indberetter dem, er bekræftet; at den også godkender dem, er udledt.")
    return f"{text} {doubt}"


def _names(row: Delegation) -> dict[str, str]:
    sections = _("alle paragraffer")
    if row.sections:
        sections = get_text_list(list(row.sections), _("og"))
    elif row.but:
        sections = _("alle paragraffer undtagen %(names)s") % {"names": get_text_list(list(row.but), _("og"))}
    return {
        "acting": municipalities().known(row.acting).label,
        "other": municipalities().known(row.municipality).label,
        "sections": sections,
    }
