"""Broken rules on screen: told at once, overruled with a reason, shown later, found from the overview."""

import re
from datetime import date

import pytest
from django.http import QueryDict

from indberet.audit.models import Event
from indberet.definition.rules import WARNING, rule
from indberet.pages.contacts import save_contact
from indberet.register.find import beside
from indberet.register.findings import refresh
from indberet.register.forms import RecordForm
from indberet.register.models import Case, Finding, Record
from tests.people import (
    ADULTS,
    ANNA,
    CARLA,
    CHILD,
    CHILDREN,
    TODAY,
    adult_values,
    child_values,
    posted,
    save,
)

pytestmark = pytest.mark.django_db
OWN, NEW = "/adults/own/", "/adults/records/new/"
FAR = date(2030, 1, 1)
RULE = "A-END-FAR-AHEAD"
READY = "Kontrolleret: oplysningen er rigtig"


@pytest.fixture
def anna(log_in):
    for statistic in (ADULTS, CHILDREN):
        save_contact(ANNA, statistic, {"name": "Anna", "phone": "12345678", "email": "anna@example.dk"})
    return log_in("anna")


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def hidden(response, name):
    return re.findall(rf'name="{name}" value="([^"]*)"', response.content.decode())


def send(client, path=NEW, *, do="save_stop", seen=None, reasons=None, **changes):
    values = posted(adult_values(**changes), do=do)
    if seen is not None:
        values["accepted"] = hidden(seen, "accepted")
    return client.post(path, {**values, **(reasons or {})})


def far_ahead(client, **reasons):
    """A service that ends far ahead, sent twice; the second answer."""
    return send(client, end=FAR, seen=send(client, end=FAR), reasons=reasons)


def behind_the_rules(record, **columns):
    """Changes a stored record as a system or a new law would, and finds what it breaks then."""
    Record.unscoped.filter(pk=record.pk).update(**columns)
    refresh(ADULTS, {record.case_id}, today=TODAY)


def typed_form(statistic=ADULTS, by=ANNA, **changes):
    data = QueryDict(mutable=True)
    for name, value in posted(adult_values(**changes)).items():
        data.setlist(name, value if isinstance(value, list) else [value])

    def look(values):
        case = Case.unscoped.filter(municipality=by.municipality, cpr=values.get("cpr", "")).first()
        return beside(by, ADULTS, values, today=TODAY, case=case)

    return RecordForm(statistic, today=TODAY, data=data, beside=look)


# Told at once


@pytest.mark.requirement("A17")
def test_rules_of_record_case_and_person_are_told_in_one_go(anna):
    save(start=date(2025, 3, 1), end=date(2025, 6, 30))
    save(by=CARLA, start=date(2025, 8, 1), end=date(2025, 12, 31))
    response = send(anna, end=FAR, service_code="1.8.1", p_number="12")
    assert response.status_code == 422
    page = text(response)
    assert "Borgeren er allerede på ophold 1.8.2 i perioden 01.03.2025-30.06.2025" in page
    assert "registreret på et ophold i en anden kommune" in page
    assert "Skriv 10 cifre" in page
    assert "Personens øvrige ydelser" in page
    assert "Dato for langt ude i fremtiden" in page


@pytest.mark.requirement("A17")
def test_nothing_of_another_municipality_is_shown_or_logged(anna, caplog):
    place = {"p_number": "1009876543", "department_uuid": "abcdefab-2222-3333-4444-555555555555"}
    theirs = save(by=CARLA, start=date(2025, 8, 17), end=date(2025, 12, 19), **place)
    before = set(Event.objects.values_list("id", flat=True))
    html = ""
    for path, do in ((NEW, "create"), ("/adults/fields/", ""), (NEW, "refresh")):
        html += send(anna, path, do=do).content.decode()
    mine = save(start=date(2025, 2, 1), end=date(2025, 8, 16))
    behind_the_rules(mine, end=date(2025, 9, 30))
    for path in (f"/adults/records/{mine.pk}/", OWN):
        html += anna.get(path).content.decode()
    assert "anden kommune" in html
    for secret in ("17.08.2025", "19.12.2025", "2025-08-17", "17082025", *place.values(), "Carla"):
        assert secret not in html, secret
        assert secret not in caplog.text
    assert f"/records/{theirs.pk}/" not in html
    events = Event.objects.exclude(id__in=before)
    assert all(theirs.case_id not in (event.cases or []) for event in events)
    assert all(event.municipality == "461" for event in events)


@pytest.mark.requirement("A18")
def test_another_ydelses_uuid_of_the_same_service_is_no_overlap(anna):
    save()
    copy = "0886a1b6-4a3a-47e5-9c97-066270529e4f"  # Støtte til transport
    assert send(anna, service_uuid=copy).status_code == 302
    assert "Sagen har allerede en post" in text(send(anna, service_uuid=copy))


def test_a_form_sent_twice_does_not_overlap_with_itself(anna):
    values = posted(adult_values(), do="save_stop")
    assert [anna.post(NEW, values).status_code for _ in range(2)] == [302, 302]
    assert Record.unscoped.count() == 1


def test_the_record_being_corrected_does_not_stand_beside_itself(anna):
    record = save()
    assert send(anna, f"/adults/records/{record.pk}/", end=date(2026, 1, 31)).status_code == 302


def test_an_information_stands_muted_at_the_cpr_field_and_blocks_nothing(anna):
    found = typed_form()
    assert found.is_ready
    assert "modulus 11" in found.fields["cpr"].infos[0]
    assert not found.warned
    assert found.summary() == []
    fragment = anna.post("/adults/fields/", {"cpr": "020280-0006"})
    assert "modulus 11" in text(fragment)
    assert 'aria-describedby="id_cpr_helptext id_cpr_info"' in fragment.content.decode()


def test_an_information_is_not_told_where_the_number_cannot_be_typed(anna):
    record = save()
    assert "modulus 11" not in text(anna.get(f"/adults/cases/{record.case_id}/records/new/"))


# Overruled with a reason


@pytest.mark.requirement("C09")
def test_a_warning_has_ready_reasons_and_a_box_for_ones_own(anna):
    html = send(anna, end=FAR).content.decode()
    assert f'<option value="checked" selected>{READY}</option>' in html
    assert f'name="reason-{RULE}" id="id_reason-{RULE}" aria-describedby="warning-{RULE}"' in html
    assert f'name="reason_text-{RULE}"' in html
    assert f'aria-describedby="id_end_helptext warning-{RULE}"' in html


@pytest.mark.parametrize(
    ("reasons", "kept"),
    [
        ({}, READY),
        ({f"reason-{RULE}": "decision"}, "Afgørelsen siger det"),
        ({f"reason-{RULE}": "decision", f"reason_text-{RULE}": "  Aftalt på møde  "}, "Aftalt på møde"),
        ({f"reason-{RULE}": "<script>"}, READY),
    ],
)
def test_the_reason_is_kept_and_what_is_typed_wins(anna, reasons, kept):
    assert far_ahead(anna, **reasons).status_code == 302
    assert Finding.unscoped.get(rule=RULE).reason == kept


@pytest.mark.parametrize("typed", ["020280-0006", "se sag 020280 0006", "0202800006", "０２０２８０-０００６"])
def test_a_reason_with_a_person_number_is_refused(anna, typed):
    response = far_ahead(anna, **{f"reason_text-{RULE}": typed})
    assert response.status_code == 422
    html = response.content.decode()
    assert f'href="#id_reason_text-{RULE}">Det skrevne ligner et CPR-nummer' in html
    assert f'aria-describedby="id_reason_text-{RULE}_error warning-{RULE}" aria-invalid="true"' in html
    assert f'value="{typed}"' in html
    assert not Record.unscoped.exists()


@pytest.mark.parametrize(("typed", "told"), [("x" * 201, "Skriv højst 200 tegn"), ("a\0b", "usynligt styretegn")])
def test_a_reason_that_cannot_be_kept_is_told(anna, typed, told):
    assert told in text(far_ahead(anna, **{f"reason_text-{RULE}": typed}))
    assert not Record.unscoped.exists()


def test_a_number_that_is_no_person_number_is_kept(anna):
    assert far_ahead(anna, **{f"reason_text-{RULE}": "Sag 2025-123456, 12345678901"}).status_code == 302


def test_reasons_survive_another_mistake_and_are_escaped(anna):
    typed = {f"reason-{RULE}": "agreed", f"reason_text-{RULE}": '"><script>alert(1)</script>'}
    response = send(anna, end=FAR, seen=send(anna, end=FAR), reasons=typed, p_number="12")
    html = response.content.decode()
    assert response.status_code == 422
    assert '<option value="agreed" selected>' in html
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_reasons_survive_when_the_fields_are_asked_for_anew(anna):
    first = send(anna, end=FAR)
    typed = {f"reason-{RULE}": "agreed", f"reason_text-{RULE}": "Aftalt"}
    again = send(anna, "/adults/fields/", end=FAR, seen=first, reasons=typed).content.decode()
    assert '<option value="agreed" selected>' in again
    assert 'value="Aftalt"' in again
    changed = send(anna, "/adults/fields/", end=date(2031, 1, 1), seen=first).content.decode()
    assert "Dato for langt ude" not in changed


def test_several_warnings_at_one_field_have_a_reason_each(anna):
    typed = {"start": date(2028, 1, 1), "cpr": CHILD}  # far ahead, and 12 years old then
    first = send(anna, **typed)
    rules = ("A-START-FAR-AHEAD", "A-UNDER-18")
    assert all(f'name="reason-{rule}"' in first.content.decode() for rule in rules)
    assert f'warning-{rules[0]} warning-{rules[1]}"' in first.content.decode()
    reasons = dict(zip((f"reason_text-{rule}" for rule in rules), ("Planlagt", "Fylder 18 forinden"), strict=True))
    assert send(anna, seen=first, reasons=reasons, **typed).status_code == 302
    kept = dict(Finding.unscoped.values_list("rule", "reason"))
    assert [kept[rule] for rule in rules] == ["Planlagt", "Fylder 18 forinden"]


def test_a_warning_without_a_field_is_shown_and_can_be_overruled():
    @rule("A-TEST", WARNING, fields=("in_residence",), source="this test")
    def never_holds(record):
        return False

    class Told(type(ADULTS)):
        def message(self, rule, *args):
            return "Ingen plads" if rule is never_holds else super().message(rule, *args)

    parts = {name: getattr(ADULTS, name) for name in ADULTS.__dataclass_fields__}
    statistic = Told(**{**parts, "own_rules": (never_holds,)})
    found = typed_form(statistic)
    assert not found.is_ready
    assert [each.rule for each in found.loose] == ["A-TEST"]
    assert [(each.field_id, each.message) for each in found.warnings()] == [("warning-A-TEST", "Ingen plads")]
    assert found.reasons == {"A-TEST": READY}


# Shown later


def test_who_accepted_a_warning_and_why_is_shown_at_its_field(anna):
    far_ahead(anna, **{f"reason_text-{RULE}": "Bevilget <til> 2030"})
    record = Record.unscoped.get()
    page = anna.get(f"/adults/records/{record.pk}/")
    html = page.content.decode()
    assert re.search(r"Godkendt af Anna Andersen \d\d\.\d\d\.\d{4}: Bevilget &lt;til&gt; 2030", html)
    assert "Dato for langt ude i fremtiden" in html
    assert 'aria-describedby="id_end_helptext id_end_notes"' in html
    assert f"reason-{RULE}" not in html
    assert "Posten har" not in html
    again = send(anna, f"/adults/records/{record.pk}/", end=FAR, p_number="1003456780")
    assert again.status_code == 302
    assert Finding.unscoped.get(rule=RULE).reason == "Bevilget <til> 2030"


def test_a_new_value_is_asked_about_anew(anna):
    far_ahead(anna)
    path = f"/adults/records/{Record.unscoped.get().pk}/"
    response = send(anna, path, end=date(2031, 1, 1), seen=anna.get(path))
    assert response.status_code == 422
    assert f'name="reason-{RULE}"' in response.content.decode()


# Stored records that break rules


def test_what_a_stored_record_breaks_is_told_when_it_is_opened(anna):
    record = save(end=FAR)
    Finding.unscoped.filter(record=record).update(accepted_at=None, accepted_by="")
    behind_the_rules(record, p_number="12")
    page = anna.get(f"/adults/records/{record.pk}/")
    html = page.content.decode()
    assert "Posten har 1 fejl og 1 advarsel" in text(page)
    assert '<a href="#id_p_number">P-nummer: 12 har ikke den rigtige form.' in html
    assert '<a href="#id_end">Dato for langt ude' in html
    assert "Intet er gemt" not in html
    assert "data-error-summary" not in html
    assert 'aria-invalid="true"' in html


def test_an_unchanged_save_stops_at_errors_and_accepts_warnings(anna):
    record = save(end=FAR)
    path = f"/adults/records/{record.pk}/"
    Finding.unscoped.filter(record=record).update(accepted_at=None, accepted_by="")
    behind_the_rules(record, p_number="12")
    assert send(anna, path, end=FAR, p_number="12", seen=anna.get(path)).status_code == 422
    behind_the_rules(record, p_number="1003456789")
    reasons = {f"reason-{RULE}": "unknown"}
    assert send(anna, path, end=FAR, seen=anna.get(path), reasons=reasons).status_code == 302
    finding = Finding.unscoped.get(record=record)
    assert (finding.accepted_by, finding.reason) == ("Anna Andersen", "Oplysningen kendes ikke")


def test_a_value_that_is_not_used_goes_when_the_record_is_saved(anna):
    record = save(service_code="1.4")
    behind_the_rules(record, service_code="1.13.4")
    path = f"/adults/records/{record.pk}/"
    assert "bruges ikke til denne ydelse" in text(anna.get(path))
    assert "Det sker, når du gemmer." in text(anna.get(path))
    assert f'href="{path}#findings"' in anna.get(OWN).content.decode()
    assert send(anna, path, service_code="1.13.4").status_code == 302
    assert Record.unscoped.get().offer_uuid == ""
    assert "Posten har" not in text(anna.get(path))


def test_the_page_for_reading_lists_findings(anna):
    record = save(end=FAR)
    behind_the_rules(record, source="system", p_number="12")
    page = anna.get(f"/adults/records/{record.pk}/")
    assert "Fejl, P-nummer: P-nummer: 12 har ikke den rigtige form." in text(page)
    assert re.search(r"Advarsel, Slutdato: Dato for langt .* Godkendt af Anna \d\d\.\d\d\.\d{4}", text(page))
    assert f'id="finding-{RULE}" tabindex="-1"' in page.content.decode()


@pytest.mark.requirement("C09")
def test_children_are_warned_and_overrule_in_the_same_way(anna):
    values = posted(child_values(end=date(2030, 1, 1)), do="save_stop")
    first = anna.post("/children/records/new/", values)
    assert "Dato for langt ude i fremtiden" in text(first)
    sent = {**values, "accepted": hidden(first, "accepted"), "reason-C-END-FAR-AHEAD": "agreed"}
    assert anna.post("/children/records/new/", sent).status_code == 302
    assert Finding.unscoped.get(rule="C-END-FAR-AHEAD").reason == "Efter aftale med borgeren"
