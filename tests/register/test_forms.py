"""The form: which fields and codes the date and the service code bring, what is said of mistakes, what is kept."""

from datetime import date

import pytest
from django.http import QueryDict

from indberet.register.forms import RecordForm
from tests.people import ADULTS, ANXIETY, CHILDREN, TODAY, adult_values, child_values, posted


def form(statistic=ADULTS, **typed):
    data = QueryDict(mutable=True)
    for name, value in typed.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return RecordForm(statistic, today=TODAY, data=data)


def adult_form(**changes):
    return form(**{**posted(adult_values()), **changes})


def names(found):
    return list(found.fields)


@pytest.mark.requirement("A10")
def test_a_service_without_ffb_has_these_fields_in_this_order():
    found = form(start="01022025", service_code="1.17")
    assert [found[name].label for name in names(found)] == [
        "CPR-nummer",
        "Funktionsvurdering",
        "Startdato",
        "Slutdato",
        "Indsatskode",
        "P-nummer",
        "Afdelings_UUID",
        "Målgruppe(r)",
        "FFB Sekundær Målgruppe",
        "Betalingskommune",
    ]
    required = {found[name].label for name in names(found) if found.fields[name].required}
    assert required == {"CPR-nummer", "Startdato", "Indsatskode", "Målgruppe(r)", "Betalingskommune"}


@pytest.mark.requirement("A15")
def test_an_ffb_service_has_tilbuds_and_ydelses_uuid_too():
    found = form(start="01022025", service_code="1.12.0.2")
    assert found["offer_uuid"].label == "Tilbuds-UUID"
    assert found["service_uuid"].label == "Ydelses-UUID"
    assert "FFB-ydelse" in found.fields["service_uuid"].why


@pytest.mark.requirement("A14")
@pytest.mark.parametrize(
    "code", ["1.4", "1.1", "1.8.2", "1.8.1", "1.12.0.1", "1.12.0.2", "1.18.1", "1.18.2", "1.18.3", "1.18.4"]
)
def test_ffb_is_mandatory_from_2025(code):
    assert form(start="01012025", service_code=code).fields["offer_uuid"].required
    if "offer_uuid" in form(start="31122024", service_code=code).fields:
        assert not form(start="31122024", service_code=code).fields["offer_uuid"].required


@pytest.mark.requirement("A16")
@pytest.mark.parametrize(("start", "asked"), [("31122024", False), ("01012025", True)])
def test_support_against_homelessness_asks_for_the_residence_from_2025(start, asked):
    found = form(start=start, service_code="1.12.1.1", in_residence="yes")
    assert ("in_residence" in found.fields) is asked
    assert found.fields["p_number"].required is asked


@pytest.mark.requirement("A11")
def test_old_target_groups_are_offered_until_the_end_of_2024_only():
    def offered(start):
        return {value for value, _label in form(start=start).fields["target_group"].widget.choices}

    assert {"1.1.1", "PH-OLD-03", ANXIETY} <= offered("31122024")
    assert len(offered("01012025")) == 45 + 1
    assert "1.1.1" not in offered("01012025")


@pytest.mark.requirement("C08")
def test_a_child_has_these_fields():
    found = form(CHILDREN, start="01022025", service_code="005")
    labels = [found[name].label for name in names(found)]
    assert labels == ["CPR-nummer", "UDL nummer", "Startdato", "Slutdato", "Indsats Kode", "Sagsbehandler"]


@pytest.mark.requirement("C11")
@pytest.mark.parametrize(("code", "place"), [("001", True), ("003", True), ("002", False), ("008", False)])
def test_only_special_offers_ask_for_the_place(code, place):
    found = form(CHILDREN, start="01022025", service_code=code)
    assert ("p_number" in found.fields) is place
    if place:
        assert found.fields["p_number"].required
        assert "tilbudsportalen.dk" in found.fields["p_number"].help_text


@pytest.mark.requirement("C10")
def test_a_udl_number_asks_for_sex_and_birth_date():
    found = form(CHILDREN, udl="AB-17", start="01022025", service_code="005")
    assert found["sex"].label == "Pige/Dreng/Ukendt"
    assert found["birth_date"].label == "Fødselsdato"
    assert not found.is_valid()
    assert set(found.errors) == {"sex", "birth_date"}


def test_neither_number_and_both_numbers_are_told():
    for typed in (
        {"cpr": "", "udl": ""},
        {"cpr": "040415-4004", "udl": "AB-17", "sex": "pige", "birth_date": "04042015"},
    ):
        found = form(CHILDREN, **{**posted(child_values()), **typed})
        assert not found.is_valid()
        assert "Ikke begge" in found.errors["cpr"][0]


def test_everything_wrong_is_told_at_once():
    found = adult_form(cpr="abc", start="31-02-2025", p_number="12", department_uuid="x", target_group="")
    assert not found.is_valid()
    assert {"cpr", "start", "target_group"} <= set(found.errors)
    assert next(problem.field_id for problem in found.summary()) == "id_cpr"


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("cpr", "02028O-0006", "10 cifre"),
        ("cpr", "310280-0006", "findes ikke"),
        ("cpr", "620280-0006", "dag + 60"),
        ("start", "01-02-0025", "0025"),
        ("end", "01-01-2025", "ligger før startdato 01.02.2025"),
        ("service_code", "9.9", "findes ikke i listen"),
        ("target_group", "1.1.1", "gælder kun fra 01.07.2013 til 31.12.2024"),
        ("paying_municipality", "999", "findes ikke"),
        ("department_uuid", "{1234}", "32 tegn"),
        ("p_number", "12345", "10 cifre"),
        ("p_number", "1" * 10_000, "Der er skrevet 10000"),
        ("cpr", "😀", "10 cifre"),
        ("department_uuid", "a\x00b", "UUID"),
    ],
)
def test_bad_input_gets_a_message_and_is_kept(name, typed, told):
    found = adult_form(**{name: typed})
    assert not found.is_valid()
    assert told in " ".join(found.errors[name])
    assert found[name].value() == typed


def test_a_chosen_code_that_the_date_does_not_offer_stays_chosen():
    found = adult_form(target_group="1.1.1")
    values = [value for value, _label in found.fields["target_group"].widget.choices]
    assert "1.1.1" in values


def test_what_is_typed_in_a_field_that_no_longer_applies_is_parked_and_not_saved():
    found = form(CHILDREN, **{**posted(child_values()), "p_number": "1003456789"})
    assert found.parked() == [("p_number", "1003456789")]
    assert found.is_valid()
    assert "p_number" not in found.cleaned_data


def test_full_width_digits_braces_and_capitals_are_read():
    found = adult_form(
        cpr="０２０２８０－０００６",
        department_uuid="{11111111-2222-3333-4444-AAAAAAAAAAAA}",
        p_number="10 03 45 67 89",
    )
    assert found.is_valid(), found.errors
    assert found.cleaned_data["cpr"] == "0202800006"
    assert found.cleaned_data["department_uuid"] == "11111111-2222-3333-4444-aaaaaaaaaaaa"


@pytest.mark.requirement("C09")
def test_a_warning_is_shown_once_and_saved_when_sent_again():
    typed = {**posted(child_values(end=date(2030, 1, 1)))}
    first = form(CHILDREN, **typed)
    assert first.is_valid()
    assert first.has_open_warnings
    assert first.warnings()[0].message.startswith("Dato for langt ude i fremtiden")
    second = form(CHILDREN, **typed, accepted=first.shown_keys)
    assert second.is_valid()
    assert not second.has_open_warnings
    third = form(CHILDREN, **{**typed, "end": "01012031"}, accepted=first.shown_keys)
    assert third.is_valid()
    assert third.has_open_warnings


def test_provisional_codes_and_fields_are_marked():
    found = form(start="01022025", service_code="PH-117A-1")
    assert any("foreløbig" in mark for mark in found.fields["service_code"].marks)
    labels = dict(found.fields["service_code"].widget.choices)
    assert "foreløbig kode" in labels["PH-117A-1"]
    assert form(start="01022025", service_code="1.12.1.1").fields["in_residence"].marks


def test_long_lists_show_the_hierarchy_and_can_be_searched_by_section():
    html = str(form(start="01022025", service_code="1.17")["service_code"])
    assert 'data-search="1.8.2 § 107 Midlertidige botilbud' in html
    html = str(form(start="01022025")["target_group"])
    assert 'data-path="Målgruppe › Funktionsnedsættelse › Psykisk funktionsnedsættelse' in html
