"""Shared administration: Ishøj approves most of Vallensbæk's adults, and both see it."""

import pytest

from indberet.approval.approve import CannotApprove, freeze_report
from indberet.approval.deadlines import deadline_of
from indberet.approval.desk import desk
from indberet.approval.history import approvals_of
from indberet.approval.states import SectionState, latest_of, progress, progress_of_data
from indberet.audit.models import Event
from tests.approval.given import INGER, ISHOEJ, VALLENSBAEK, VERA, give, round_of
from tests.people import ADULTS, CHILDREN, TODAY, save, scope

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C16")]
STAY, CASH = "§ 107", "§ 95"


@pytest.fixture(autouse=True)
def data():
    save(by=scope("Thea", VALLENSBAEK))


def lines(by, place=0):
    return {line.section.name: line for line in desk(by, ADULTS, round_of(ADULTS), TODAY)[place].lines}


def test_the_acting_one_sees_and_approves_the_delegated_sections():
    own, others = desk(INGER, ADULTS, round_of(ADULTS), TODAY)
    assert (own.municipality.code, others.municipality.code) == (ISHOEJ, VALLENSBAEK)
    assert STAY in lines(INGER, 1)
    assert CASH not in lines(INGER, 1)
    approval = give(STAY, by=INGER, statistic=ADULTS, municipality=VALLENSBAEK).approval
    assert (approval.municipality, approval.acting) == (VALLENSBAEK, ISHOEJ)
    assert approval.receipt.startswith("1-187-")
    assert latest_of(ADULTS, round_of(ADULTS), VALLENSBAEK)[STAY].state == SectionState.APPROVED


def test_the_other_one_sees_who_does_it():
    assert lines(VERA)[STAY].responsible.code == ISHOEJ
    assert not lines(VERA)[STAY].open
    assert lines(VERA)[CASH].open
    give(STAY, by=INGER, statistic=ADULTS, municipality=VALLENSBAEK)
    (seen,) = approvals_of(VERA, ADULTS, 2026)
    assert seen.acting
    assert seen.acting.label == "Ishøj"


def test_each_approves_only_what_is_its_own():
    with pytest.raises(CannotApprove):
        give(STAY, by=VERA, statistic=ADULTS)
    with pytest.raises(CannotApprove):
        give(CASH, by=INGER, statistic=ADULTS, municipality=VALLENSBAEK)
    assert give(CASH, by=VERA, statistic=ADULTS).approval.acting == VALLENSBAEK


def test_it_holds_for_the_statistic_that_says_so_only():
    assert len(desk(INGER, CHILDREN, round_of(CHILDREN), TODAY)) == 1
    with pytest.raises(LookupError):
        freeze_report(INGER, CHILDREN, VALLENSBAEK, TODAY)


def test_each_is_counted_for_what_it_is_responsible_for():
    demanded = [section.name for section in ADULTS.sections_on(TODAY) if section.demanded]
    assert progress(ADULTS, round_of(ADULTS), TODAY, VALLENSBAEK).demanded == 2
    assert progress(ADULTS, round_of(ADULTS), TODAY, ISHOEJ).demanded == 2 * len(demanded) - 2


def test_sections_of_another_municipality_are_told_apart():
    demanded = sum(section.demanded for section in ADULTS.sections_on(TODAY))
    told = deadline_of(INGER, ADULTS, TODAY).state
    assert told == (
        f"0 af {2 * demanded - 2} paragraffer er godkendt for 2015K1-2026K3 (heraf {demanded - 2} for Vallensbæk)"
    )
    assert "heraf" not in deadline_of(VERA, ADULTS, TODAY).state


def test_the_event_says_for_whom():
    give(STAY, by=INGER, statistic=ADULTS, municipality=VALLENSBAEK)
    event = Event.objects.get(action="approve")
    assert (event.municipality, event.detail["acting"]) == (VALLENSBAEK, ISHOEJ)


def test_who_approves_nothing_is_told_so_and_its_data_is_counted():
    found = deadline_of(scope("Dora", "155", "read"), ADULTS, TODAY)
    assert found.state == "En anden kommune godkender 2015K1-2026K3"
    assert progress_of_data(ADULTS, TODAY, {}).demanded > 0
