"""Reminders: once each, only to those who are late, by e-mail or as Digital Post."""

from base64 import b64decode
from datetime import date
from io import StringIO
from xml.etree.ElementTree import fromstring

import pytest
from django.conf import settings as configured
from django.core import mail
from django.core.management import call_command
from django.utils import translation

from indberet.approval.models import Mail
from indberet.office.memo import NAMESPACE
from indberet.office.models import Reminder
from indberet.office.reminders import due_today, occasions, remind, text_of
from indberet.pages.contacts import save_contact
from indberet.pages.models import Contact
from tests.approval.given import INGER, VALLENSBAEK, give
from tests.people import ADULTS, ANNA, CARLA, CHILD, CHILDREN, ODENSE, save, scope

pytestmark = pytest.mark.django_db
CONTACT = {"name": "Anna", "phone": "12345678", "email": "anna@odense.example"}


@pytest.fixture(autouse=True)
def outbox(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.MEMO_DIR = tmp_path / "memo"
    return settings.MEMO_DIR


def contact(by=ANNA, statistic=CHILDREN, **changes):
    return save_contact(by, statistic, {**CONTACT, **changes})


def run(**options):
    out = StringIO()
    call_command("reminders", stdout=out, **options)
    return out.getvalue()


def of(code, statistic, today, kind="approval"):
    return [
        late for late in due_today(statistic, today) if late.municipality.code == code and late.occasion.kind == kind
    ]


@pytest.mark.parametrize(
    ("day", "days"),
    [
        ("2027-01-28", None),
        ("2027-01-29", -14),
        ("2027-02-08", -14),
        ("2027-02-09", -3),
        ("2027-02-12", -3),
        ("2027-02-13", 1),
        ("2027-02-26", 1),
        ("2027-02-27", None),
    ],
)
def test_14_and_3_days_before_and_the_day_after(day, days):
    found = [row.days for row in occasions(CHILDREN, date.fromisoformat(day)) if row.kind == "approval"]
    assert found == ([] if days is None else [days])


def test_each_reminder_once(clock):
    contact()
    clock.on("2027-01-29")
    assert "children 461 approval due 2027-02-12 (-14): 1 e-mails" in run()
    assert "children 461 approval" not in run()
    clock.on("2027-02-08")
    assert "children 461 approval" not in run()
    clock.on("2027-02-09")
    assert "461 approval due 2027-02-12 (-3)" in run()
    assert Reminder.unscoped.filter(municipality=ODENSE, kind="approval").count() == 2
    assert len([sent for sent in mail.outbox if "Godkendelse" in sent.subject]) == 2


def test_only_to_those_who_are_late(clock):
    contact()
    contact(CARLA)
    today = clock.on("2027-02-09").date()
    give(*(section.name for section in CHILDREN.sections_on(today)), today=today)
    assert not of(ODENSE, CHILDREN, today)
    assert of("751", CHILDREN, today)


def test_reports_only_to_those_who_have_not_reported(clock):
    contact()
    contact(CARLA)
    save(CHILDREN)
    today = clock.on("2026-12-15").date()
    assert not of(ODENSE, CHILDREN, today, "report")
    assert of("751", CHILDREN, today, "report")
    today = clock.on("2027-01-15").date()
    assert of(ODENSE, CHILDREN, today, "report")


def test_the_acting_municipality_is_reminded_of_what_it_acts_for(clock):
    today = clock.on("2027-02-09").date()
    (own,), (acting,) = of(VALLENSBAEK, ADULTS, today), of("183", ADULTS, today)
    assert own.sections == 2
    demanded = sum(section.demanded for section in ADULTS.sections_on(today))
    assert acting.sections == 2 * demanded - 2
    give("§ 107", by=INGER, statistic=ADULTS, municipality=VALLENSBAEK, today=today)
    assert of("183", ADULTS, today)[0].sections == acting.sections - 1


def test_the_acting_municipality_is_told_whose_sections_they_are(clock):
    today = clock.on("2027-02-09").date()
    (own,), (acting,) = of(VALLENSBAEK, ADULTS, today), of("183", ADULTS, today)
    assert "22 paragraffer mangler at blive godkendt: 12 for Ishøj og 10 for Vallensbæk." in text_of(acting)
    assert "2 paragraffer mangler at blive godkendt.\n" in text_of(own)
    for name in (section.name for section in ADULTS.sections_on(today)):
        give(name, by=INGER, statistic=ADULTS, today=today)
    (acting,) = of("183", ADULTS, today)
    assert "10 paragraffer mangler at blive godkendt for Vallensbæk." in text_of(acting)


TAARNBY, INGER_REPORTS = scope("Tove", "185"), scope("Inger", "183")


def test_who_has_others_report_for_it_is_not_reminded_of_reporting(clock):
    """Tårnby acts for Dragør in everything: what it reports for Dragør may stand with either."""
    today = clock.on("2027-01-15").date()
    assert not of("155", ADULTS, today, "report")
    (acting,) = of("185", ADULTS, today, "report")
    assert "Vi har ikke modtaget noget siden 01.12.2026 for Tårnby og Dragør." in text_of(acting)
    save(by=TAARNBY)
    assert not of("185", ADULTS, today, "report")


def test_the_acting_municipality_is_reminded_of_reporting_for_others(clock):
    """Vallensbæk reports some sections itself, so what Ishøj reports for it stands with Vallensbæk."""
    today = clock.on("2027-01-15").date()
    save(by=INGER_REPORTS)
    (acting,) = of("183", ADULTS, today, "report")
    assert "Vi har ikke modtaget noget siden 01.12.2026 for Vallensbæk." in text_of(acting)
    assert of(VALLENSBAEK, ADULTS, today, "report")


def test_a_reminder_says_the_month_in_words_and_where_to_log_in(clock, settings):
    settings.PUBLIC_URL = "https://indberet.example.dk"
    today = clock.on("2027-02-15").date()
    (late,) = of(ODENSE, CHILDREN, today, "report")
    with translation.override("en"):
        text = text_of(late)
    assert "Fristen for at indberette januar 2027 var 14.02.2027." in text
    assert "\nhttps://indberet.example.dk/\n" in text
    assert "Opgjort 15.02.2027." in text


def test_several_at_once_send_one_reminder(clock):
    contact()
    today = clock.on("2027-02-09").date()
    (late,) = of(ODENSE, CHILDREN, today)
    for _ in range(3):
        remind(late, configured.MEMO_DIR)
    assert Mail.unscoped.count() == Reminder.unscoped.count() == 1


def test_the_text_of_a_reminder(clock):
    contact()
    clock.on("2027-02-09")
    run()
    sent = next(found for found in mail.outbox if "Godkendelse" in found.subject)
    assert sent.to == ["anna@odense.example"]
    assert sent.subject == "Påmindelse: Godkendelse af Handicapydelser til børn og unge, frist 12.02.2027"
    assert sent.body == (
        "Til Odense Kommune\n\n"
        "Handicapydelser til børn og unge\n"
        "Fristen for at godkende 2026 er 12.02.2027. 8 paragraffer mangler at blive godkendt.\n\n"
        "Log ind på Indberet for at se rapporten, indberette og godkende.\n\n"
        "Opgjort 09.02.2027. Spørgsmål: handicap_boern_unge@dst.dk, 39 17 39 20\n"
        "Danmarks Statistik\n"
    )


def test_a_dry_run_sends_nothing(clock, outbox):
    contact()
    contact(digital_post=True)
    clock.on("2027-02-09")
    assert "461 approval" in run(dry_run=True)
    assert not Reminder.unscoped.exists()
    assert not Mail.unscoped.exists()
    assert not outbox.exists()


def test_without_a_contact_nobody_is_reminded_until_there_is_one(clock):
    today = clock.on("2027-02-09").date()
    assert "NO CONTACT" in run()
    assert not Reminder.unscoped.exists()
    contact()
    assert of(ODENSE, CHILDREN, today)[0].contacts


@pytest.mark.requirement("C04")
def test_who_has_ticked_digital_post_gets_a_message_and_no_mail(clock, outbox):
    save(CHILDREN)
    contact(digital_post=True)
    contact(name="Bo", email="bo@odense.example")
    clock.on("2027-02-09")
    run()
    assert {to for sent in mail.outbox for to in sent.to} == {"bo@odense.example"}
    approval = [file for file in outbox.glob("*.xml") if b"Godkendelse" in file.read_bytes()]
    assert len(approval) == 1
    assert not list(outbox.glob("*.part"))
    check_memo(approval[0].read_bytes(), approval[0].stem)


@pytest.mark.requirement("A03")
def test_adults_are_never_reminded_by_digital_post(clock, outbox):
    Contact.unscoped.create(**CONTACT, statistic="adults", municipality=ODENSE, digital_post=True, changed_by="x")
    clock.on("2027-02-09")
    run()
    assert not outbox.exists()
    assert mail.outbox


def test_a_message_made_again_is_the_same_file(clock, outbox):
    contact(digital_post=True)
    today = clock.on("2027-02-09").date()
    (late,) = of(ODENSE, CHILDREN, today)
    remind(late, outbox)
    Reminder.unscoped.all().delete()
    remind(late, outbox)
    assert len(list(outbox.iterdir())) == 1


def test_an_outbox_that_cannot_be_written_keeps_the_reminder_due(clock, outbox):
    contact(digital_post=True)
    today = clock.on("2027-02-09").date()
    outbox.write_text("in the way", encoding="utf-8")
    (late,) = of(ODENSE, CHILDREN, today)
    with pytest.raises(OSError, match="exists"):
        remind(late, outbox)
    assert of(ODENSE, CHILDREN, today)


ORDER = {
    "MessageHeader": ["messageType", "messageUUID", "label", "mandatory", "legalNotification", "Sender", "Recipient"],
    "Sender": ["senderID", "idType", "label"],
    "Recipient": ["recipientID", "idType", "label"],
    "MessageBody": ["createdDateTime", "MainDocument"],
    "MainDocument": ["label", "File"],
    "File": ["encodingFormat", "filename", "language", "content"],
    "Message": ["MessageHeader", "MessageBody"],
}
"""The elements of MeMo 1.1 that we write, in the order of its schema; those that are mandatory are all there."""


def check_memo(content: bytes, name: str) -> None:
    root = fromstring(content)
    assert root.attrib == {"memoVersion": "1.1", "memoSchVersion": "1.1.0"}
    for element in root.iter():
        tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
        assert "{" not in tag
        assert [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in element] == ORDER.get(tag, [])
    text = {element.tag.removeprefix(f"{{{NAMESPACE}}}"): element.text for element in root.iter()}
    assert (text["messageType"], text["messageUUID"]) == ("DIGITALPOST", name)
    assert name[14] == "4"
    assert name[19] in "89ab"
    assert (text["recipientID"], text["senderID"]) == ("35209115", "17150413")
    assert (text["createdDateTime"] or "").endswith("Z")
    assert (text["mandatory"], text["legalNotification"], text["language"]) == ("false", "false", "da")
    page = b64decode(text["content"] or "").decode()
    assert "8 paragraffer mangler" in page
    assert CHILD not in page
    assert b"SMS" not in content
