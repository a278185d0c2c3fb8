"""How far approval is: of one municipality, and of all of them at once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from indberet.definition.approval import Round
from indberet.definition.statistic import Statistic

from .models import Approval, ApprovedSection, State


class SectionState(StrEnum):
    """How far a section is: nobody approved it, the second person is awaited, it is approved, it was found to have
    nothing to report, or what was approved does not reach the end of the period any more."""

    NONE = "none"
    WAITING = "waiting"
    APPROVED = "approved"
    NOTHING = "nothing"
    RENEW = "renew"


DONE = (SectionState.APPROVED, SectionState.NOTHING)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a section is, with the approval that is given, if any, and the one that waits for a second person: a
    renewal that waits leaves what was given in force."""

    state: SectionState = SectionState.NONE
    given: ApprovedSection | None = None
    waiting: ApprovedSection | None = None

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do."""
        return self.state in DONE


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a municipality is, or its data: demanded sections, those done, those of the done with nothing to report,
    those that wait for a second person; when it last approved; and how many of the demanded are for others, by the code
    of each that it acts for."""

    demanded: int = 0
    done: int = 0
    nothing: int = 0
    waiting: int = 0
    latest: Approval | None = None
    for_others: Mapping[str, int] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether nothing is left to do."""
        return self.done >= self.demanded


Latest = Mapping[str, Standing]
"""By section."""


def latest_of(statistic: Statistic, round: Round, municipality: str) -> Latest:
    """Each section of a municipality's data that somebody approved."""
    return latest_by_municipality(statistic, round, municipality).get(municipality, {})


def latest_by_municipality(statistic: Statistic, round: Round, municipality: str = "") -> dict[str, Latest]:
    """The same for every municipality, or for one, in one query."""
    rows = ApprovedSection.unscoped.filter(approval__statistic=statistic.id, approval__year=round.year)
    rows = rows.filter(approval__state__in=(State.GIVEN, State.WAITING)).select_related("approval")
    if municipality:
        rows = rows.filter(approval__municipality=municipality)
    found: dict[str, dict[str, Standing]] = {}
    for row in rows.order_by("approval__id"):
        mine = found.setdefault(row.approval.municipality, {})
        mine[row.section] = _standing(row, mine.get(row.section, Standing()), round)
    return dict(found)


def progress(
    statistic: Statistic, round: Round, today: date, municipality: str, latest: Mapping[str, Latest] | None = None
) -> Progress:
    """How far a municipality is with its own sections and those it acts for."""
    plan = statistic.approval
    whose = (municipality, *plan.acts_for(municipality, today))
    if latest is None:
        latest = {code: latest_of(statistic, round, code) for code in whose}
    mine = [
        (code, latest.get(code, {}).get(name, Standing()))
        for code in whose
        for name in demanded(statistic, today)
        if plan.responsible(code, name, today) == municipality
    ]
    others = Counter(code for code, _standing in mine if code != municipality)
    return replace(_sum([standing for _code, standing in mine]), for_others=others)


def progress_of_data(statistic: Statistic, today: date, latest: Latest) -> Progress:
    """How far one municipality's data is, whoever approves it."""
    return _sum([latest.get(name, Standing()) for name in demanded(statistic, today)])


def demanded(statistic: Statistic, today: date) -> list[str]:
    """The sections that must be approved."""
    return [section.name for section in statistic.sections_on(today) if section.demanded]


def _sum(rows: Sequence[Standing]) -> Progress:
    given = [row.given.approval for row in rows if row.given]
    return Progress(
        demanded=len(rows),
        done=sum(row.done for row in rows),
        nothing=sum(row.state == SectionState.NOTHING for row in rows),
        waiting=sum(bool(row.waiting) for row in rows),
        latest=max(given, key=lambda approval: approval.id) if given else None,
    )


def _standing(row: ApprovedSection, before: Standing, round: Round) -> Standing:
    if row.approval.state == State.WAITING:
        state = before.state if before.given else SectionState.WAITING
        return Standing(state=state, given=before.given, waiting=row)
    if row.approval.through < round.wanted:
        return Standing(state=SectionState.RENEW, given=row)
    return Standing(state=SectionState.NOTHING if row.nothing else SectionState.APPROVED, given=row)
