"""docs/security.md names a proof for every row, and every test that it names exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", flags=re.MULTILINE)
ROWS = {int(number): proof for number, _asvs, _what, proof in ROW.findall(PAGE)}
WANTED = {*range(1, 33), 43, *range(45, 51), *range(57, 62)}


def functions_of(file):
    """The test functions of a file."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_row_is_there_once():
    numbers = [int(number) for number, *_rest in ROW.findall(PAGE)]
    assert numbers == sorted(WANTED)


@pytest.mark.parametrize("row", sorted(WANTED))
def test_the_proofs_exist(row):
    named = re.findall(r"`([\w/.]+)::(\w+)`", ROWS[row])
    assert named
    for file, name in named:
        assert (ROOT / file).is_file(), file
        assert name in functions_of(file), f"{file}::{name}"


def test_every_test_on_the_page_is_named_in_the_form_that_is_checked():
    outside = re.sub(r"`[\w/.]+::\w+`", "", PAGE)
    assert not re.findall(
        r"\btest_\w+(?!\w*\.py|/|\w)", re.sub(r"`?tests/[\w/.]+`?|indberet/access/test_login/", "", outside)
    )
