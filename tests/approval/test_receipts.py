"""Receipt numbers and their check character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indberet.approval.receipts import is_receipt, receipt

NUMBER = receipt(statistic=2, municipality="461", year=2026, sequence=1)


@pytest.mark.requirement("C16")
def test_a_receipt_number_says_statistic_municipality_year_and_sequence():
    assert NUMBER.startswith("2-461-2026-0001-")
    assert is_receipt(NUMBER)
    assert is_receipt(f" {NUMBER.lower()} ")


@given(st.integers(1, 9), st.integers(101, 860), st.integers(2024, 2099), st.integers(1, 12_000), st.data())
def test_any_mistyped_digit_is_found(statistic, municipality, year, sequence, data):
    number = receipt(statistic=statistic, municipality=str(municipality), year=year, sequence=sequence)
    assert is_receipt(number)
    place = data.draw(st.sampled_from([at for at, sign in enumerate(number) if sign.isdigit()]))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert not is_receipt(number[:place] + wrong + number[place + 1 :])


@pytest.mark.parametrize("text", ["", "2", "2-461-2026-0001", "2-461-2026-0001-", "2-461-2026-0001-Å", "x" * 50])
def test_what_is_no_receipt_number(text):
    assert not is_receipt(text)
