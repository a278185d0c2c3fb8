"""Who may import whom, and that no statistic is named in the core."""

import ast
import re
from pathlib import Path

import pytest

from indberet.definition.registry import statistics

PACKAGE = Path(__file__).parent.parent / "indberet"
CORE = (
    "definition", "register", "catalogue", "export", "intake", "report", "approval", "office", "nightly", "access",
    "audit", "trail", "pages", "demo",
)  # fmt: skip
MAY_IMPORT = {
    "definition": set(),
    "statistics": {"definition"},
    "audit": set(),
    "access": {"definition", "audit"},
    "register": {"definition", "access", "audit"},
    "catalogue": {"definition", "access", "audit", "register"},
    "export": {"definition", "access", "audit", "register"},
    "intake": {"definition", "access", "audit", "register", "export"},
    "report": {"definition", "access", "audit", "register", "export"},
    "approval": {"definition", "access", "audit", "register", "report"},
    "pages": {"definition", "access", "audit", "register", "report", "approval"},
    "office": {
        "definition",
        "access",
        "audit",
        "register",
        "export",
        "intake",
        "report",
        "approval",
        "pages",
    },
    "trail": {"definition", "access", "audit", "register", "export"},
    "nightly": {"definition", "access", "audit", "register", "report", "approval", "office", "trail"},
    "demo": {"definition", "access", "audit", "register", "pages", "intake", "approval"},
}
WRITERS = {
    "save.py", "one_case.py", "values.py", "delete.py", "purged.py", "receive.py", "findings.py", "recheck.py",
}  # fmt: skip
READERS = {"figures.py", "counts.py", "stored.py", "persons.py", "models.py", "contacts.py"}  # no person is shown


def modules(part):
    return [path for path in (PACKAGE / part).rglob("*.py") if "migrations" not in path.parts]


def imported_parts(path):
    """The parts of indberet that a module imports, those for types alone left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").startswith("indberet"):
            names = [node.module] if "." in node.module else [f"indberet.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.startswith("indberet.")]
        else:
            continue
        yield from {name.split(".")[1] for name in names} & set(MAY_IMPORT)


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_imports_point_one_way(part):
    allowed = MAY_IMPORT[part] | {part}
    for path in modules(part):
        assert set(imported_parts(path)) <= allowed, path


@pytest.mark.parametrize("part", CORE)
def test_no_statistic_is_named_in_the_core(part):
    names = "|".join(found.id for found in statistics())
    for path in (PACKAGE / part).rglob("*"):
        if path.suffix in (".py", ".html"):
            assert not re.search(rf"\b({names})\b", path.read_text(encoding="utf-8")), path


def test_definition_knows_neither_storage_nor_http():
    for path in modules("definition"):
        assert not re.search(r"django\.(db|http|shortcuts|views)", path.read_text(encoding="utf-8")), path


def test_only_the_writers_write_records():
    writing = re.compile(r"\b(Record|Case|Finding|RecordCode|Submission)\.unscoped|\.bulk_create\(|\.save\(")
    for part in ("register", "catalogue", "export", "pages"):
        for path in modules(part):
            if path.name not in WRITERS | READERS:
                assert not writing.search(path.read_text(encoding="utf-8")), path


def test_views_are_short():
    for path in PACKAGE.rglob("*views.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 40, f"{path.name}: {node.name}"


def test_files_are_of_one_page():
    for path in PACKAGE.rglob("*.py"):
        assert path.read_text(encoding="utf-8").count("\n") <= 400, path


def test_no_template_marks_text_as_safe():
    for path in PACKAGE.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "|safe" not in text, path
        assert "autoescape off" not in text, path
    for path in PACKAGE.rglob("*.py"):
        assert "mark_safe" not in path.read_text(encoding="utf-8"), path
