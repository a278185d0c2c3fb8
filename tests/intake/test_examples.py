"""What docs/deliveries.md shows is taken as it stands."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from indberet.definition.registry import statistics
from indberet.intake.api import ADVICE
from indberet.intake.columns import OWN
from indberet.intake.models import State
from indberet.intake.refusal import REASONS
from indberet.register.models import Record, Source

from .files import codes, send

PAGE = (Path(__file__).parents[2] / "docs/deliveries.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(xml|json|csv)\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "text"), EXAMPLES[:-1], ids=[language for language, _text in EXAMPLES[:-1]])
def test_an_example_is_stored_without_an_error(language, text):
    delivery = send(text.encode())
    assert (delivery.state, delivery.new, delivery.with_errors) == (State.STORED, 1, 0), codes(delivery)
    assert delivery.key == "2026-10"


@pytest.mark.django_db
def test_the_example_of_the_predecessors_file_is_copied(tmp_path):
    file = tmp_path / "old.csv"
    file.write_text(EXAMPLES[-1][1], encoding="utf-8")
    call_command("import_legacy", str(file), "--statistic", "adults", stdout=StringIO())
    assert Record.unscoped.get().source == Source.LEGACY


def test_every_name_and_code_stands_on_the_page():
    told = {code for code in ADVICE if REASONS.get(code)} | set(REASONS) | set(OWN)
    told |= {field.name for statistic in statistics() for field in statistic.fields}
    assert sorted(name for name in told if f"`{name}`" not in PAGE) == []
