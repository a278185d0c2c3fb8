"""What docs/deliveries.md shows is taken as it stands."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from indberet.definition.fields import Code, Codes
from indberet.definition.registry import statistics
from indberet.intake.api import ADVICE
from indberet.intake.columns import OWN
from indberet.intake.models import State
from indberet.intake.refusal import REASONS
from indberet.intake.texts import TEXTS
from indberet.register.models import Record, Source

from .files import codes, send

PAGE = (Path(__file__).parents[2] / "docs/deliveries.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(xml|json|csv)\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "text"), EXAMPLES[:-1], ids=[language for language, _text in EXAMPLES[:-1]])
def test_an_example_is_stored_without_an_error(language, text):
    delivery = send(text.encode())
    assert (delivery.state, delivery.new, delivery.with_errors) == (State.STORED, 1, 0), codes(delivery)
    assert delivery.key.startswith("2026-10")


@pytest.mark.django_db
def test_all_examples_can_be_sent_by_one_system():
    for _language, text in EXAMPLES[:-1]:
        assert send(text.encode()).new == 1


@pytest.mark.django_db
def test_the_example_of_the_predecessors_file_is_copied(tmp_path):
    file = tmp_path / "old.csv"
    file.write_text(EXAMPLES[-1][1], encoding="utf-8")
    call_command("import_legacy", str(file), "--statistic", "adults", stdout=StringIO())
    assert Record.unscoped.get().source == Source.LEGACY


def test_every_name_and_code_stands_on_the_page():
    told = {code for code in ADVICE if REASONS.get(code)} | set(REASONS) | set(OWN) | set(TEXTS)
    told |= {field.name for statistic in statistics() for field in statistic.fields}
    assert sorted(name for name in told if f"`{name}`" not in PAGE) == []


def test_every_list_of_codes_stands_on_the_page_and_all_codes_of_the_short_ones():
    for statistic in statistics():
        for found in statistic.fields:
            if not isinstance(found, Code | Codes):
                continue
            name, codes = found.code_list, statistic.code_lists[found.code_list].rows
            rows = [line for line in PAGE.splitlines() if line.startswith("|") and f"/{name}.csv)" in line]
            assert any(f"`{found.name}`" in line for line in rows), found.name
            if name in ("functional_levels", "yes_no", "sexes"):
                assert [each.code for each in codes if each.selectable and f"`{each.code}`" not in rows[0]] == []


def test_the_lists_that_are_linked_are_there():
    links = re.findall(r"\]\((\.\./indberet/[^)]+)\)", PAGE)
    assert len(links) > 5
    assert [link for link in links if not (Path(__file__).parents[2] / "docs" / link).is_file()] == []
