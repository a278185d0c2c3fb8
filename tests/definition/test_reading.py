"""What people type, and what is read or refused with a sentence that says what was expected."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indberet.definition.cpr import birth_date, passes_modulus_11, read_cpr, show_cpr
from indberet.definition.dates import read_date, show_date
from indberet.definition.errors import Unreadable
from indberet.definition.fields import BirthDate, Codes, Digits, Text, read_code, read_uuid
from tests.people import ADULTS, TODAY

UUID = "9b3fd322-a75a-4ed8-9b74-425fa1e01c95"


@pytest.mark.parametrize(
    "typed",
    [
        "01022025",
        "01-02-2025",
        "01.02.2025",
        "01.02.25",
        "1.2.25",
        "010225",
        "01/02/2025",
        "2025-02-01",
        " ０１０２２０２５ ",
    ],
)
def test_dates_are_read_in_every_usual_form(typed):
    assert read_date(typed, TODAY) == date(2025, 2, 1)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("31-02-2025", "date_impossible"),
        ("29022025", "date_impossible"),
        ("01-13-2025", "date_impossible"),
        ("01-02-0025", "date_year"),
        ("0025-02-01", "date_year"),
        ("i morgen", "date"),
        ("1022025", "date"),
        ("01-02-2025😀", "date"),
        ("\x00", "date"),
    ],
)
def test_other_dates_are_refused_with_a_reason(typed, key):
    with pytest.raises(Unreadable) as refused:
        read_date(typed, TODAY)
    assert refused.value.key == key
    assert "{" not in ADULTS.explain(refused.value)


@pytest.mark.parametrize(("typed", "year"), [("010146", 2046), ("010147", 1947), ("010199", 1999), ("010100", 2000)])
def test_two_digit_years_are_at_most_twenty_years_ahead(typed, year):
    assert read_date(typed, TODAY).year == year


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_a_shown_date_reads_back(day):
    assert read_date(show_date(day), TODAY) == day


@pytest.mark.parametrize("typed", ["0202800006", "020280-0006", " 020280 0006 ", "０２０２８０００06"])
def test_cpr_is_read_with_or_without_hyphen(typed):
    assert read_cpr(typed, TODAY) == "0202800006"


def test_cpr_that_fails_modulus_11_is_a_number_like_others():
    assert not passes_modulus_11("0202800006")
    assert read_cpr("0202800006", TODAY) == "0202800006"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("02028O0006", "cpr_letters"),
        ("020280000", "cpr_length"),
        ("02028000061", "cpr_length"),
        ("3102800006", "cpr_date"),
        ("3002800006", "cpr_date"),
        ("0213800006", "cpr_date"),
        ("0000000000", "cpr_zero"),
        ("6202800006", "cpr_replacement"),
        ("6101650001", "cpr_replacement"),
        ("0202274006", "cpr_future"),
        ("02028\x000006", "cpr_letters"),
    ],
)
def test_other_cpr_numbers_are_refused_with_a_reason(typed, key):
    with pytest.raises(Unreadable) as refused:
        read_cpr(typed, TODAY)
    assert refused.value.key == key
    assert "{" not in ADULTS.explain(refused.value)


@pytest.mark.parametrize(
    ("digits", "born"),
    [
        ("0202800006", date(1980, 2, 2)),
        ("0404154004", date(2015, 4, 4)),
        ("0404155004", date(2015, 4, 4)),
        ("0404584004", date(1958, 4, 4)),
        ("0404585004", date(1858, 4, 4)),
        ("2902004004", date(2000, 2, 29)),
        ("2902013004", None),
    ],
)
def test_the_seventh_digit_tells_the_century(digits, born):
    assert birth_date(digits) == born


def test_cpr_is_shown_with_hyphen():
    assert show_cpr("0202800006") == "020280-0006"
    assert show_cpr("") == ""


@pytest.mark.parametrize(
    "typed", [UUID, UUID.upper(), f"{{{UUID}}}", UUID.replace("-", ""), f" {UUID} ", f"urn:uuid:{UUID}"]
)
def test_uuids_are_read_with_braces_capitals_and_spaces(typed):
    assert read_uuid(typed) == UUID
    assert read_code(typed) == UUID


@pytest.mark.parametrize("typed", ["12", UUID[:-1], f"{UUID}0", "x" * 32, "10.000"])
def test_other_uuids_are_refused(typed):
    with pytest.raises(Unreadable):
        read_uuid(typed)


def test_p_number_may_have_spaces():
    field = Digits(name="p_number", group="place", length=10)
    assert field.read("10 0345 67 89", TODAY) == "1003456789"
    assert field.read("", TODAY) == ""
    for typed, key in (("100345678", "digits_length"), ("10O3456789", "digits_letters")):
        with pytest.raises(Unreadable) as refused:
            field.read(typed, TODAY)
        assert refused.value.key == key


def test_text_has_a_longest_length_and_no_control_characters():
    field = Text(name="caseworker", group="administration", longest=100)
    assert field.read(" Søren Sørensen 😀 ", TODAY) == "Søren Sørensen 😀"
    for typed, key in (("x" * 10_000, "text_long"), ("a\x00b", "text_control"), ("a\nb", "text_control")):
        with pytest.raises(Unreadable) as refused:
            field.read(typed, TODAY)
        assert refused.value.key == key


def test_birth_dates_have_been():
    with pytest.raises(Unreadable):
        BirthDate(name="birth_date", group="person").read("23112026", TODAY)


def test_several_codes_come_without_repeats():
    field = Codes(name="groups", group="groups", code_list="target_groups")
    assert field.read_all([UUID, "1.1", UUID.upper(), ""]) == (UUID, "1.1")


@given(st.text(max_size=60))
def test_no_input_makes_reading_fail_otherwise(typed):
    for field in ADULTS.fields:
        try:
            field.read(typed, TODAY)
        except Unreadable as refused:
            ADULTS.explain(refused)
