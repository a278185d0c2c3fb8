"""Approving section by section: what is needed, what is kept, and who is told."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command

from indberet.access.scope import NoPrivilege
from indberet.approval.approve import CannotApprove, approve, confirm, freeze_report, refuse
from indberet.approval.changes import since_approval
from indberet.approval.deadlines import deadline_of
from indberet.approval.desk import desk, sheet
from indberet.approval.history import approval_of, approvals_of
from indberet.approval.mail import send_waiting
from indberet.approval.models import Approval, Mail
from indberet.approval.receipt_pdf import receipt_pdf, receipt_rows
from indberet.approval.states import SectionState, latest_of, progress
from indberet.approval.two_persons import SamePerson, want_one, want_two, wish_of
from indberet.approval.written import Written
from indberet.audit.models import Event
from indberet.register.delete import delete_records
from tests.approval.given import GORM, GUDRUN, give, round_of
from tests.clock import NOW
from tests.people import (
    AARHUS,
    ADULTS,
    ANNA,
    CARLA,
    CHILD,
    CHILDREN,
    ODENSE,
    TODAY,
    as_long_as_can_be,
    child_values,
    save,
    scope,
)

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C16")]
RELIEF, HELP, CLUB = "§ 90, nr. 2", "§ 90, nr. 1", "§ 82, nr. 2"


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def states(by=GUDRUN):
    return {name: row.state for name, row in latest_of(CHILDREN, round_of(CHILDREN), by.municipality).items()}


def test_sections_are_approved_or_have_nothing_to_report():
    save(CHILDREN)
    outcome = give(RELIEF, HELP)
    assert states() == {RELIEF: SectionState.APPROVED, HELP: SectionState.NOTHING}
    kept = {row.section: (row.services, row.persons, row.nothing) for row in outcome.approval.sections.all()}
    assert kept == {RELIEF: (1, 1, False), HELP: (0, 0, True)}
    assert (outcome.approval.made_by_name, outcome.approval.report_day) == ("Gudrun", TODAY)


def test_the_office_is_told_exactly_three_things():
    save(CHILDREN)
    outcome = give(RELIEF, HELP, CLUB)
    assert outcome.mailed
    (sent,) = mail.outbox
    assert sent.to == ["handicap_boern_unge@dst.dk"]
    assert sent.subject == f"Godkendelse {outcome.approval.receipt}"
    assert sent.body == (
        "Godkendte paragraffer: § 90, nr. 2\n"
        "Rapportens dato: 22.11.2026\n"
        "Paragraffer uden indsatser: § 82, nr. 2; § 90, nr. 1\n"
    )


def test_the_mail_is_danish_and_names_nobody():
    save(CHILDREN)
    give(RELIEF)
    text = mail.outbox[0].message().as_string()
    assert CHILD not in text
    assert "Gudrun" not in text
    assert "Paragraffer uden indsatser: ingen" in mail.outbox[0].body


def test_an_approval_stands_when_the_mail_cannot_be_sent(settings, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    save(CHILDREN)
    outcome = give(RELIEF)
    assert outcome.mailed is False
    assert states()[RELIEF] == SectionState.APPROVED
    waits = Mail.unscoped.get()
    assert (waits.attempts, waits.sent_at) == (1, None)
    assert waits.failure.startswith("ConnectionRefusedError")
    assert send_waiting().waiting == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_waiting().sent == 1
    assert send_waiting().sent == 0
    assert len(mail.outbox) == 1


def test_the_days_report_must_have_been_seen():
    save(CHILDREN)
    found = sheet(GUDRUN, CHILDREN, round_of(CHILDREN), TODAY, ODENSE)
    told = {"scope": GUDRUN, "statistic": CHILDREN, "round": round_of(CHILDREN), "municipality": ODENSE, "today": TODAY}
    with pytest.raises(CannotApprove, match="Dagens rapport mangler"):
        approve(**told, sections=[RELIEF], seen=found.seen)
    freeze_report(GUDRUN, CHILDREN, ODENSE, TODAY)
    with pytest.raises(CannotApprove, match="ny rapport eller godkendelse"):
        approve(**told, sections=[RELIEF], seen=found.seen)
    with pytest.raises(CannotApprove, match="mindst én paragraf"):
        give()
    assert not Approval.unscoped.exists()


def test_a_double_click_approves_once():
    save(CHILDREN)
    give(RELIEF)
    first = f"{NOW.isoformat()}/0"
    with pytest.raises(CannotApprove, match="ny rapport eller godkendelse"):
        give(RELIEF, seen=first)
    assert Approval.unscoped.count() == 1


def test_an_unknown_section_is_not_approved():
    with pytest.raises(CannotApprove):
        give("§ 1")


@pytest.mark.parametrize("verb", ["read", "report"])
def test_nobody_approves_without_the_right(verb):
    with pytest.raises(NoPrivilege):
        give(RELIEF, by=scope("Anna", ODENSE, verb))


def test_another_municipality_is_not_approved():
    with pytest.raises(LookupError):
        give(RELIEF, municipality=AARHUS)
    with pytest.raises(LookupError):
        sheet(CARLA, CHILDREN, round_of(CHILDREN), TODAY, ODENSE)
    approval = give(RELIEF).approval
    with pytest.raises(Approval.DoesNotExist):
        approval_of(CARLA, CHILDREN, approval.pk)


def test_two_persons():
    save(CHILDREN)
    want_two(GUDRUN, CHILDREN)
    outcome = give(RELIEF)
    assert outcome.mailed is None
    assert states()[RELIEF] == SectionState.WAITING
    assert not mail.outbox
    with pytest.raises(CannotApprove, match="En anden"):
        confirm(scope=GUDRUN, statistic=CHILDREN, number=outcome.approval.pk, today=TODAY)
    with pytest.raises(NoPrivilege):
        confirm(scope=ANNA, statistic=CHILDREN, number=outcome.approval.pk, today=TODAY)
    assert confirm(scope=GORM, statistic=CHILDREN, number=outcome.approval.pk, today=TODAY).mailed
    assert states()[RELIEF] == SectionState.APPROVED
    with pytest.raises(CannotApprove, match=r"er afgjort: Godkendt, Gorm, 22.11.2026 10.15"):
        confirm(scope=GORM, statistic=CHILDREN, number=outcome.approval.pk, today=TODAY)
    assert len(mail.outbox) == 1


def test_persons_with_the_longest_ids_and_names_approve_together():
    save(CHILDREN)
    first, second = as_long_as_can_be(GUDRUN), as_long_as_can_be(GORM)
    want_two(first, CHILDREN)
    confirm(scope=second, statistic=CHILDREN, number=give(RELIEF, by=first).approval.pk, today=TODAY)
    want_one(first, CHILDREN)
    want_one(second, CHILDREN)
    assert Approval.unscoped.get().made_by == first.identity.subject


def test_the_second_person_can_refuse_and_the_first_take_back():
    save(CHILDREN)
    want_two(GUDRUN, CHILDREN)
    refuse(scope=GORM, statistic=CHILDREN, number=give(RELIEF).approval.pk)
    assert RELIEF not in states()
    refuse(scope=GUDRUN, statistic=CHILDREN, number=give(RELIEF).approval.pk)
    assert [given.state_text for given in approvals_of(GUDRUN, CHILDREN, 2026)] == ["Taget tilbage", "Afvist"]
    assert not mail.outbox


def test_it_takes_two_to_go_back_to_one():
    want_two(GUDRUN, CHILDREN)
    assert not want_one(GUDRUN, CHILDREN)
    with pytest.raises(SamePerson):
        want_one(GUDRUN, CHILDREN)
    assert wish_of(GORM, CHILDREN).asked_by_name == "Gudrun"
    assert want_one(GORM, CHILDREN)
    assert not wish_of(GORM, CHILDREN).needed


def test_a_renewal_that_waits_leaves_what_was_given_in_force():
    save(CHILDREN)
    give(RELIEF)
    want_two(GUDRUN, CHILDREN)
    give(RELIEF)
    standing = latest_of(CHILDREN, round_of(CHILDREN), ODENSE)[RELIEF]
    assert standing.state == SectionState.APPROVED
    assert standing.waiting


def test_what_changed_since_is_shown_and_can_be_renewed(clock):
    record = save(CHILDREN)
    give(RELIEF)
    clock.now += timedelta(hours=1)
    save(CHILDREN, cpr="0505850008")
    delete_records(scope=ANNA, statistic=CHILDREN, record_ids=[record.pk])
    (since,) = since_approval(sheet(GUDRUN, CHILDREN, round_of(CHILDREN), TODAY, ODENSE), TODAY)
    assert since.written == Written(received=1, deleted=1)
    assert (since.approved.services, since.now.services) == (1, 1)
    later = clock.on("2026-11-23").date()
    renewed = give(RELIEF, today=later).approval
    assert renewed.sequence == 2
    (since,) = since_approval(sheet(GUDRUN, CHILDREN, round_of(CHILDREN, later), later, ODENSE), later)
    assert not since.any
    assert [given.approval.sequence for given in approvals_of(GUDRUN, CHILDREN, 2026)] == [2, 1]


def test_what_was_approved_before_the_year_was_over_is_to_be_renewed(clock):
    save(CHILDREN)
    every = [section.name for section in CHILDREN.sections_on(TODAY)]
    give(*every)
    now = deadline_of(GUDRUN, CHILDREN, TODAY)
    assert now.progress.whole
    assert now.text == ""
    later = clock.on("2027-01-02").date()
    then = deadline_of(GUDRUN, CHILDREN, later)
    assert not then.progress.whole
    assert then.text == "Frist 12.02.2027, om 41 dage"
    assert {row.state for row in latest_of(CHILDREN, round_of(CHILDREN, later), ODENSE).values()} == {
        SectionState.RENEW
    }
    late = deadline_of(GUDRUN, CHILDREN, clock.on("2027-02-13").date())
    assert late.passed
    assert late.text == "Frist 12.02.2027, overskredet med 1 dag"


def test_every_step_is_an_event():
    save(CHILDREN)
    want_two(GUDRUN, CHILDREN)
    approval = give(RELIEF, HELP).approval
    confirm(scope=GORM, statistic=CHILDREN, number=approval.pk, today=TODAY)
    actions = list(Event.objects.order_by("id").values_list("action", flat=True))
    assert actions[-4:] == ["two_persons", "report_frozen", "approve", "approve_confirmed"]
    given = Event.objects.get(action="approve")
    assert given.detail["sections"] == [RELIEF]
    assert given.detail["nothing"] == [HELP]
    assert given.detail["approval"] == approval.receipt


def test_voluntary_sections_are_not_demanded():
    found = progress(ADULTS, round_of(ADULTS), TODAY, ODENSE)
    sections = {section.name: section.demanded for section in ADULTS.sections_on(TODAY)}
    assert found.demanded == sum(sections.values())
    assert not sections["§ 82 a"]
    assert not sections["§ 117 a"]


def test_the_receipt_as_pdf_says_what_the_page_says():
    save(CHILDREN)
    found = approval_of(GUDRUN, CHILDREN, give(RELIEF, HELP).approval.pk)
    rows = dict(receipt_rows(found))
    assert rows["Godkendte paragraffer"] == RELIEF
    assert rows["Paragraffer uden ydelser"] == HELP
    assert rows["Rapportens dato"] == "22.11.2026"
    made = receipt_pdf(found)
    assert made.startswith(b"%PDF")
    assert made == receipt_pdf(found)
    assert CHILD.encode() not in made


def test_a_desk_has_a_line_for_every_section():
    save(CHILDREN, **child_values(service_code="004"))
    (own,) = desk(GUDRUN, CHILDREN, round_of(CHILDREN), TODAY)
    assert [line.section.name for line in own.lines] == [section.name for section in CHILDREN.sections_on(TODAY)]
    assert own.can_freeze
    assert not own.current
    (seen,) = desk(ANNA, CHILDREN, round_of(CHILDREN), TODAY)
    assert not seen.may_tick


def test_the_mail_goes_to_files_in_the_demo(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    save(CHILDREN)
    receipt = give(RELIEF).approval.receipt
    (file,) = (tmp_path / "mail").iterdir()
    assert f"Subject: Godkendelse {receipt}" in file.read_text(encoding="utf-8")
    call_command("check")
