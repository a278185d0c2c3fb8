"""Nothing is approved on figures that are not those of the register any more; the report can be made anew at once."""

from datetime import date, timedelta

import pytest

from indberet.access.scope import NoPrivilege
from indberet.approval.approve import CannotApprove, approve, confirm, freeze_report, refuse
from indberet.approval.changes import since_approval
from indberet.approval.desk import sheet
from indberet.approval.history import approval_of, approvals_of
from indberet.approval.models import Approval
from indberet.approval.states import SectionState, latest_of
from indberet.approval.two_persons import want_two
from indberet.approval.written import Written
from indberet.audit.models import Event
from indberet.register.models import Record
from indberet.report.models import EarlierReport, Report
from indberet.report.view import moment_choice, see
from tests.approval.given import GORM, GUDRUN, INGER, VALLENSBAEK, give, round_of
from tests.people import AARHUS, ADULTS, CARLA, CHILDREN, ODENSE, TODAY, save, scope
from tests.report.records import put

pytestmark = pytest.mark.django_db
RELIEF, HELP = "§ 90, nr. 2", "§ 90, nr. 1"


@pytest.fixture
def later(clock):
    """An hour goes."""

    def goes():
        clock.now += timedelta(hours=1)

    return goes


def looked(statistic=CHILDREN, today=TODAY, by=GUDRUN):
    return sheet(by, statistic, round_of(statistic, today), today, by.municipality)


def lines(**told):
    return {line.section.name: line for line in looked(**told).lines}


def press(*sections, seen="", today=TODAY):
    """Approves without making a report first."""
    found = looked(today=today)
    told = {"scope": GUDRUN, "statistic": CHILDREN, "municipality": ODENSE, "today": today}
    return approve(**told, round=found.round, sections=sections, seen=seen or found.seen)


def test_a_section_that_was_written_to_since_the_report_cannot_be_approved(later):
    save(CHILDREN)
    freeze_report(GUDRUN, CHILDREN, ODENSE, TODAY)
    later()
    save(CHILDREN, cpr="0505850008", service_code="004")
    assert lines()[HELP].written == Written(received=1)
    assert not lines()[HELP].ready
    assert looked().can_freeze
    with pytest.raises(CannotApprove, match=f"ændret i {HELP}.*Dan dagens rapport på ny"):
        press(HELP)
    assert press(RELIEF).approval.sections.get().services == 1, "where nothing was written one may approve"


def test_the_report_made_anew_is_approved_at_once_and_the_one_before_is_kept(later):
    save(CHILDREN)
    before = give(RELIEF).approval
    later()
    save(CHILDREN, cpr="0505850008")
    seen = looked().seen
    later()
    report = freeze_report(GUDRUN, CHILDREN, ODENSE, TODAY)
    with pytest.raises(CannotApprove, match="ny rapport"):
        press(RELIEF, seen=seen)
    again = press(RELIEF).approval
    assert (again.report_made_at, again.sections.get().services) == (report.made_at, 2)
    assert (before.report_made_at, before.sections.get().services) == (EarlierReport.unscoped.get().made_at, 1)
    kept = see(GUDRUN, CHILDREN, moment_choice(before.report_made_at))
    assert kept.figures.tables["approval"].value("services", f"section:{RELIEF}", "2026") == 1
    assert see(GUDRUN, CHILDREN, kept.choice).made_at == before.report_made_at
    with pytest.raises(Report.DoesNotExist):
        see(CARLA, CHILDREN, moment_choice(before.report_made_at))
    made = Event.objects.filter(action="report_frozen").latest("id")
    assert made.detail["made"] == report.made_at.isoformat()


def test_a_report_to_which_nothing_was_added_stays(later):
    save(CHILDREN)
    report = freeze_report(GUDRUN, CHILDREN, ODENSE, TODAY)
    later()
    assert freeze_report(GUDRUN, CHILDREN, ODENSE, TODAY).made_at == report.made_at
    assert not EarlierReport.unscoped.exists()


def test_only_whoever_approves_has_it_made_anew():
    for person in (scope("Anna", ODENSE, "report"), scope("Rie", ODENSE, "read")):
        with pytest.raises(NoPrivilege):
            freeze_report(person, CHILDREN, ODENSE, TODAY)
    with pytest.raises(LookupError):
        freeze_report(GUDRUN, CHILDREN, AARHUS, TODAY)


def test_a_record_that_moved_to_another_section_is_told_in_both(later):
    moving = put(date(2025, 1, 1), None, "005", statistic=CHILDREN, person="0404154004")
    give(RELIEF, HELP)
    later()
    Record.unscoped.filter(pk=moving.pk).update(service_code="004", changed_at=moving.changed_at + timedelta(days=4000))
    written = {row.approved.section: row for row in since_approval(looked(), TODAY)}
    assert written[RELIEF].written == Written(left=1)
    assert written[RELIEF].written.gone == 1
    assert (written[RELIEF].approved.services, written[RELIEF].now.services) == (1, 0)
    assert written[HELP].written.corrected == 1
    assert written[HELP].written.came == 0, "it is among the corrected"
    assert written[HELP].contradicted
    assert not lines()[RELIEF].ready


def test_a_record_that_left_the_period_is_told(later):
    leaving = put(date(2025, 1, 1), None, "005", statistic=CHILDREN, person="0404154004")
    give(RELIEF)
    later()
    Record.unscoped.filter(pk=leaving.pk).update(end=date(2025, 6, 1))
    assert lines()[RELIEF].written.gone == 1


def test_nothing_to_report_is_not_fine_when_there_are_services_now(later):
    give(HELP)
    assert lines()[HELP].standing.state == SectionState.NOTHING
    assert not lines()[HELP].contradicted
    later()
    save(CHILDREN, service_code="004")
    later()
    freeze_report(GUDRUN, CHILDREN, ODENSE, TODAY)
    assert lines()[HELP].contradicted


# The second person


@pytest.fixture
def waits():
    """An approval that waits for the second person."""
    save(CHILDREN)
    want_two(GUDRUN, CHILDREN)
    return give(RELIEF).approval


def agree(approval, today=TODAY, by=GORM):
    return confirm(scope=by, statistic=CHILDREN, number=approval.pk, today=today)


def test_the_second_person_confirms_what_is_unchanged(waits, later):
    later()
    save(CHILDREN, cpr="0505850008", service_code="004")
    freeze_report(GUDRUN, CHILDREN, ODENSE, TODAY)
    assert agree(waits).approval.state == "given"


def test_the_second_person_does_not_confirm_what_changed(waits, later):
    later()
    save(CHILDREN, cpr="0505850008")
    with pytest.raises(CannotApprove, match=r"kan ikke bekræftes.*Godkend på ny"):
        agree(waits)
    assert Approval.unscoped.get().state == "waiting"


@pytest.mark.parametrize("day", ["2026-11-23", "2027-01-07"])
def test_the_second_person_needs_the_report_of_the_day(waits, clock, day):
    later = clock.on(day).date()
    with pytest.raises(CannotApprove, match="kan ikke bekræftes"):
        agree(waits, later)


def test_a_year_that_cannot_be_approved_any_more_cannot_be_confirmed(waits, clock):
    with pytest.raises(CannotApprove, match="kan ikke bekræftes"):
        agree(waits, clock.on("2030-01-07").date())


def test_an_outdated_approval_makes_room_for_a_new_one(waits, clock):
    later = clock.on("2026-11-23").date()
    freeze_report(GORM, CHILDREN, ODENSE, later)
    found = looked(today=later, by=GORM)
    assert [awaited.outdated for awaited in found.waiting] == [True]
    assert lines(today=later)[RELIEF].ready
    again = give(RELIEF, by=GORM, today=later).approval
    waits.refresh_from_db()
    assert (waits.state, waits.decided_by_name) == ("lapsed", "Gorm")
    assert approval_of(GUDRUN, CHILDREN, waits.pk).state_text == "Bortfaldet, fordi der er godkendt på ny"
    assert agree(again, later, by=GUDRUN).approval.state == "given"
    assert latest_of(CHILDREN, round_of(CHILDREN, later), ODENSE)[RELIEF].state == SectionState.APPROVED


def test_a_section_that_waits_on_figures_of_now_cannot_be_approved_beside_it(waits):
    assert not lines()[RELIEF].open


@pytest.mark.parametrize(("second", "told"), [(GORM, "Afvist, Gorm"), (GUDRUN, "Taget tilbage, Gudrun")])
def test_what_is_decided_is_told_with_who_and_when(waits, later, second, told):
    refuse(scope=second, statistic=CHILDREN, number=waits.pk)
    later()
    for act in (lambda: agree(waits), lambda: refuse(scope=GORM, statistic=CHILDREN, number=waits.pk)):
        with pytest.raises(CannotApprove, match=f"er afgjort: {told}, 22.11.2026 10.15"):
            act()


def test_what_is_decided_is_not_told_to_others(waits):
    refuse(scope=GORM, statistic=CHILDREN, number=waits.pk)
    carla = scope("Carla", AARHUS, "approve")
    with pytest.raises(Approval.DoesNotExist):
        refuse(scope=carla, statistic=CHILDREN, number=waits.pk)


def test_taken_back_is_called_so(waits):
    refuse(scope=GUDRUN, statistic=CHILDREN, number=waits.pk)
    (given,) = approvals_of(GUDRUN, CHILDREN, 2026)
    assert given.state_text == "Taget tilbage"
    assert given.title.startswith("Godkendelse 2-461-2026-0001-")
    assert Event.objects.latest("id").action == "approve_taken_back"


def test_a_delegated_sheet_is_made_anew_by_whoever_approves_it(later):
    thea = scope("Thea", VALLENSBAEK)
    save(ADULTS, by=thea)
    freeze_report(INGER, ADULTS, VALLENSBAEK, TODAY)
    later()
    save(ADULTS, by=thea, cpr="0303750004")
    found = sheet(INGER, ADULTS, round_of(ADULTS), TODAY, VALLENSBAEK)
    assert found.stale
    assert found.can_freeze
    later()
    freeze_report(INGER, ADULTS, VALLENSBAEK, TODAY)
    assert not sheet(INGER, ADULTS, round_of(ADULTS), TODAY, VALLENSBAEK).stale
