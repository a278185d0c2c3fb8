"""`indberet changes` and `indberet rules`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from indberet import cli
from indberet.definition.registry import statistics


def changes(*arguments):
    written = StringIO()
    call_command("changes", *arguments, stdout=written)
    return written.getvalue()


def rules(*arguments):
    written = StringIO()
    call_command("rules", *arguments, stdout=written)
    return written.getvalue()


def test_changes_prints_release_notes():
    assert changes("2024-12-31", "2025-01-01", "adults").startswith("# Handicap og udsatte (voksne): ændringer fra")


def test_no_changes_are_told():
    assert changes("2025-03-01", "2025-03-02", "adults").endswith("\nIngen ændringer.\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("2024-12-31", "2025-01-01", "grown-ups"),
            f"There is no statistic 'grown-ups'. Choose one of {', '.join(found.id for found in statistics())}.",
        ),
        (("31.12.2024", "2025-01-01", "adults"), "'31.12.2024' is not a date. Write year, month and day, such as"),
        (("2024-12-31", "2025-02-30", "adults"), "'2025-02-30' is not a date."),
        (("2025-01-01", "2024-12-31", "adults"), "The first date, 01.01.2025, must lie before the second, 31.12.2024."),
        (("2025-01-01", "2025-01-01", "adults"), "The first date, 01.01.2025, must lie before the second, 01.01.2025."),
    ],
)
def test_a_mistake_is_one_sentence(arguments, sentence, capsys):
    with pytest.raises(CommandError, match=sentence.replace("(", r"\(").replace("?", r"\?")):
        changes(*arguments)
    assert cli.main(["changes", *arguments]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith(f"indberet: {sentence}")
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_rules_are_one_line_each():
    line = next(line for line in rules().splitlines() if line.startswith("A-END-BEFORE-START "))
    for word in ("fejl", "posten", "altid", "udledt", "Slutdatoen må ikke ligge før startdatoen."):
        assert word in line


def test_the_page_of_rules_has_scope_period_fields_certainty_and_source():
    page = rules("--markdown", "--on", "2024-06-01")
    assert "| Regel | Alvor | Ser på | Gælder | Felter | Hvad der kræves | Sikkerhed | Kilde |" in page
    assert "| A-IN-RESIDENCE-LIST | fejl | posten | Varslet, gælder fra 01.01.2025 | Gives" in page
    assert "| A-STAY-OVERLAP | fejl | sagen | altid |" in page
    assert "| A-STAY-ELSEWHERE | fejl | borgeren | altid |" in page
    assert "### Bevidst ikke en regel" in page
    assert "| VV05 | Navn, Postnr og Adresse skal være tomme. |" in page


def test_the_page_of_rules_tells_for_which_codes_a_field_is_mandatory():
    page = rules("--markdown")
    assert (
        "Obligatorisk fra 01.01.2025: 1.1 (§ 104), 1.4 (§ 103), 1.8.1 (§ 108), 1.8.2 (§ 107), 1.12.0.1 (§ 85)" in page
    )
    assert "fra 01.01.2025, når “Gives støtten i et botilbud efter § 107?” er Ja: 1.12.1.1 (§ 85 a)" in page


def test_the_page_of_rules_tells_what_was_announced_on_its_day():
    page = rules("--markdown", "--on", "2024-06-01")
    assert "gælder og er varslet pr. 01.06.2024." in page
    assert "#### 01.01.2025" in page
    assert "Ingen varslede ændringer efter 31.12.2199." in rules("--markdown", "--on", "2199-12-31")


def test_a_bar_in_a_text_does_not_break_the_table():
    rows = [line for line in rules("--markdown").splitlines() if line.startswith("| A-")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {9}
