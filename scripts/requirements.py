"""Writes the table of the guides' requirements and the tests that prove each.

    python scripts/requirements.py > docs/requirements.md

A test proves a requirement by carrying its id: `@pytest.mark.requirement("A13")`, on the function, its class, its
module (`pytestmark`) or one of its parameters. The tests are read, not run.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARKER = "requirement"

Ids = frozenset[str]

TITLES = {
    "A01": "Without the Virk right one is told so, and whom to ask",
    "A02": "Start from the entry page and log in with MitID Erhverv",
    "A03": "Contact details come first; several contacts; no Digital Post",
    "A04": "Start page with the link to the list of reports",
    "A05": "The list has Egne IDEP and All (read only), each with Redigér",
    "A06": "Ingen poster, and Opret starts the first case",
    "A07": "Data of the predecessor is copied over, once",
    "A08": "Overview: Tilføj ydelse, Tilføj sag, Redigér",
    "A09": "A new case comes with its first service in one form",
    "A10": "The fields of services outside FFB",
    "A11": "Target groups by date; one primary, several secondary",
    "A12": "Opret, Gem og stop, Luk on a new case",
    "A13": "Tilføj ydelse fills in the case and goes on with it",
    "A14": "FFB details are mandatory from 1 January 2025",
    "A15": "FFB services: Tilbuds-UUID and Ydelses-UUID",
    "A16": "The place is mandatory for stays and, from 2025, for § 85 a in a § 107 residence",
    "A17": "One stay at a time",
    "A18": "Copy with another Ydelses-UUID; the copies are one service",
    "A19": "Correct: Redigér, Gem og næste, Gem og stop",
    "A20": "End one service or several in a row",
    "A21": "Delete a service or a case, after a warning",
    "A22": "CPR list of everything received",
    "A23": "CPR list of what was entered here",
    "A24": "New data is in the CPR list the day after",
    "A25": "CPR lists for table 3 and for the list of errors",
    "A26": "Three views, and searching in them",
    "A27": "No upload of Excel files",
    "A28": "The contact address is on every page",
    "C01": "Words: post, sag, ydelse, and what the numbers count",
    "C02": "The Virk right, the guide text and its link on the start page",
    "C03": "Log in with MitID Erhverv to check and report",
    "C04": "Contact details come first, with Digital Post",
    "C05": "The report is on the front page, or why it is not",
    "C06": "Gå til listen over indberetninger",
    "C07": "Open by Redigér or by the report's number",
    "C08": "Tilføj sag: the mandatory and the optional fields",
    "C09": "An end date far ahead warns and can be saved",
    "C10": "UDL nummer, and then sex and date of birth",
    "C11": "P-Nummer and Afdelings UUID: where they are found",
    "C12": "Opret, Gem og stop, Luk on a new case",
    "C13": "Tilføj ydelse fills in the person",
    "C14": "Correct: sort, filter, Gem, Gem og næste, Luk",
    "C15": "Delete by the bin beside the case or service",
    "C16": "Check the report and approve by paragraph",
    "C17": "The contact address and telephone are on every page",
}

SO_FAR: dict[str, str] = {}
"""How far an item is that is not whole; one without a test stands here."""

HEAD = """# Requirements and their tests

<!-- Generated: `python scripts/requirements.py > docs/requirements.md`. Titles are changed in the script. -->

The ids are the items of the two user guides to today's portal: A for adults, C for children and young people. A test
that proves an item carries its id, as in `@pytest.mark.requirement("A13")`.

"""

TABLE_HEAD = ("| id | item | tests |", "|---|---|---|")


@dataclass(frozen=True, order=True)
class Proof:
    """A test function and the file it stands in, as a path from the project's folder."""

    path: str
    test: str

    @property
    def link(self) -> str:
        """The test's name in words, leading to its file."""
        return f"[{self.test.removeprefix('test_').replace('_', ' ')}](../{self.path})"


class UnknownRequirement(Exception):
    """A test carries an id that no guide has; the message names the file, the test and the id."""


def proofs(folder: Path) -> dict[str, list[Proof]]:
    """The tests below `folder` by requirement id, in the order of their files. Raises UnknownRequirement."""
    found: dict[str, list[Proof]] = {id: [] for id in TITLES}
    for file in sorted(folder.rglob("test_*.py")):
        path = file.relative_to(ROOT).as_posix()
        for test, ids in marked(ast.parse(file.read_text(encoding="utf-8"))):
            for id in sorted(ids):
                if id not in found:
                    raise UnknownRequirement(f"{path}: {test} carries '{id}', which is in neither guide.")
                found[id].append(Proof(path, test))
    return found


def marked(node: ast.Module | ast.ClassDef, outer: Ids = frozenset()) -> Iterator[tuple[str, Ids]]:
    """Each test function of a module or class with the ids it carries, its own and its surroundings'."""
    here = outer | _ids(each for each in node.body if _is_pytestmark(each))
    for each in node.body:
        if isinstance(each, ast.ClassDef):
            yield from marked(each, here | _ids(each.decorator_list))
        elif isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name.startswith("test_"):
            yield each.name, here | _ids(each.decorator_list)


def table() -> str:
    """The page docs/requirements.md."""
    found = proofs(ROOT / "tests")
    proved = sum(bool(tests) for tests in found.values())
    rows = [f"| {id} | {_item(id)} | {'<br>'.join(proof.link for proof in tests)} |" for id, tests in found.items()]
    return "\n".join([f"{HEAD}{proved} of {len(TITLES)} items have a test.", "", *TABLE_HEAD, *rows, ""])


def _item(id: str) -> str:
    return f"{TITLES[id]}. *So far: {SO_FAR[id]}.*" if id in SO_FAR else TITLES[id]


def _is_pytestmark(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(getattr(name, "id", "") == "pytestmark" for name in node.targets)


def _ids(nodes: Iterable[ast.AST]) -> Ids:
    calls = (each for node in nodes for each in ast.walk(node) if isinstance(each, ast.Call))
    marks = (call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == MARKER)
    return frozenset(str(id.value) for mark in marks for id in mark.args if isinstance(id, ast.Constant))


if __name__ == "__main__":
    try:
        sys.stdout.write(table())
    except UnknownRequirement as unknown:
        sys.exit(str(unknown))
