"""Cells that Excel neither runs nor changes, and that can be read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indberet.export.cells import defused, kept


def read_back(cell):
    """What the docstring of cells.py says."""
    if cell.startswith('="'):
        return cell[2:-1].replace('""', '"')
    return cell.removeprefix("'")


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+45 12", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "'=1"]
)
def test_what_looks_like_a_formula_gets_an_apostrophe(text):
    assert kept(text) == defused(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    ["001", "1.10", "1.1", "1003456789", "1E5", "maj 5", "10-12", "50 %", "1234567890123456", "Sand", "TRUE", "٣"],
)
def test_what_excel_would_change_stands_as_text(text):
    assert kept(text) == f'="{text}"'


@pytest.mark.parametrize(
    "text",
    ["", "Åse Ærø", "O'Brien; “x”", "020280-0006", "25de7444-3919-4dab-b844-8cec6c15f30e", "PH-A", "tekst = tekst"],
)
def test_everything_else_stands_as_it_is(text):
    assert kept(text) == text


def test_a_quote_inside_is_doubled():
    assert kept('5" rør') == '="5"" rør"'


def test_a_long_text_cannot_be_a_formula():
    assert kept("1" * 256) == "'" + "1" * 256


@given(st.text())
def test_every_cell_can_be_read_back(text):
    assert read_back(kept(text)) == text
    assert not kept(text).startswith(("+", "-", "@", "\t", "\r"))
    assert not kept(text).startswith("=") or kept(text) == '="' + text.replace('"', '""') + '"'


def test_the_names_of_codes_may_hold_digits():
    assert defused("Støtte efter § 85 a") == "Støtte efter § 85 a"
