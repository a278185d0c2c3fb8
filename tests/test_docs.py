"""The documentation is true: links lead somewhere, generated pages are fresh, examples are the code."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from indberet import cli, environment
from indberet.access.test_login.people import people
from scripts import requirements

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = ("indberet/pages/static/dkfds", "indberet/pages/static/htmx", "tests/vendor")
MADE_HERE = {"var", "build", "dist", "node_modules", "test-results", "__pycache__"}
BINARY = {".png", ".woff2", ".mo", ".pyc", ".sqlite3"}
REGISTRIES = [
    ".".join(name)
    for name in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
        ("golang", "org"),
        ("deb", "debian", "org"),
    )
]
MACHINE_PATH = re.compile(r"(?<![\w.:/~<-])/(?:home|root|work|workspace|mnt|Users)/\w|[A-Z]:\\\\?Users")


def ours(folder=ROOT):
    """The project's files: not what is made here, hidden, or of a virtual environment."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            hidden = path.name.startswith(".") and path.name != ".ci"
            made = path.name in MADE_HERE or path.name.endswith(".egg-info") or (path / "pyvenv.cfg").exists()
            if not hidden and not made and path.relative_to(ROOT).as_posix() not in NOT_OURS:
                yield from ours(path)
        elif path.suffix not in BINARY and path.name != ".git":  # a file where git keeps a second checkout
            yield path


def name(path):
    return path.relative_to(ROOT).as_posix()


FILES = list(ours())
PAGES = [pytest.param(path, id=name(path)) for path in FILES if path.suffix == ".md"]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def prose(path):
    """A page without its blocks of code."""
    return re.sub(r"^ *```.*?^ *```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def commands(path):
    """What a page tells to type: its blocks for a shell and its spans of code."""
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", text, flags=re.DOTALL | re.MULTILINE)
    lines = [line.split("#")[0] for block in blocks for line in block.splitlines()]
    return [*lines, *re.findall(r"`([^`\n]+)`", prose(path))]


def anchors(path):
    """The headings of a page, as links name them."""
    headings = re.findall(r"^#+ (.+)$", prose(path), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_and_headings_that_exist(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if "://" not in target:
            file, _hash, heading = target.partition("#")
            path = (page.parent / file).resolve() if file else page
            assert path.exists(), target
            assert not heading or heading in anchors(path), target


@pytest.mark.parametrize("page", PAGES)
def test_paths_in_the_text_exist(page):
    parts = "|".join(("indberet", "tests", "docs", "scripts", "bench", "requirements"))
    for path in re.findall(rf"`((?:{parts})/[\w./*-]*)`", prose(page)):
        assert list(ROOT.glob(path)) if "*" in path else (ROOT / path).exists(), path


@pytest.mark.parametrize("page", PAGES)
def test_make_targets_exist(page):
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, flags=re.MULTILINE))
    for command in commands(page):
        assert set(re.findall(r"\bmake ([a-z]+)\b", command)) <= targets, command


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_indberet_exist(page):
    known = {entry.name for entry in cli.COMMANDS} | {"makemigrations"}
    for command in commands(page):
        assert set(re.findall(r"(?:^|[/&] ?)indberet ([a-z][a-z-]+)", command)) <= known, command


@pytest.mark.parametrize("page", PAGES)
def test_variables_exist(page):
    known = {variable.name for variable in environment.VARIABLES}
    known |= {f"{variable.name}_FILE" for variable in environment.VARIABLES if variable.secret}
    for variable in re.findall(r"INDBERET_[A-Z_]+", page.read_text(encoding="utf-8")):
        assert variable in known or variable.startswith(environment.OTHERS), variable


@pytest.mark.parametrize("page", PAGES)
def test_examples_that_name_a_file_stand_in_it(page):
    for file, code in re.findall(r"```\w+\n# (\S+)\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL):
        assert code in (ROOT / file).read_text(encoding="utf-8"), file


def test_rules_are_fresh():
    page, written = (ROOT / "docs/rules.md").read_text(encoding="utf-8"), StringIO()
    day, month, year = re.search(r"pr\. (\d\d)\.(\d\d)\.(\d{4})\.", page).groups()
    call_command("rules", "--markdown", "--on", f"{year}-{month}-{day}", stdout=written)
    assert page == written.getvalue(), "run `make rules`"


def test_requirements_are_fresh():
    page = (ROOT / "docs/requirements.md").read_text(encoding="utf-8")
    assert page == requirements.table(), "run `python scripts/requirements.py > docs/requirements.md`"


def test_a_requirement_without_a_test_says_how_far_it_is():
    found = requirements.proofs(ROOT / "tests")
    assert {id for id, tests in found.items() if not tests} <= set(requirements.SO_FAR)


def test_the_readme_names_everybody_who_can_log_in():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [person.name for person in people() if f"| {person.name}, " not in readme] == []


def test_every_decision_is_listed_and_has_its_parts():
    folder = ROOT / "docs/adr"
    index = (folder / "README.md").read_text(encoding="utf-8")
    for page in folder.glob("[0-9]*.md"):
        text = page.read_text(encoding="utf-8")
        assert f"({page.name})" in index, page.name
        assert text.startswith(f"# {int(page.name[:4])}. "), page.name
        assert re.search(r"^\d{4}-\d\d-\d\d, accepted$", text, flags=re.MULTILINE), page.name
        assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == ["Context", "Decision", "Consequences"], page.name


def test_every_dependency_has_its_line_in_a_decision():
    text = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs/adr").glob("*.md"))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for package in re.findall(r'^    "([\w-]+)[^"]*>=', project, flags=re.MULTILINE):
        assert re.search(rf"\b{package}\b", text), package


def test_no_file_names_a_registry_or_a_folder_of_one_machine():
    for path in FILES:
        text = path.read_text(encoding="utf-8", errors="replace")
        assert [host for host in REGISTRIES if host in text] == [], path
        found = MACHINE_PATH.search(text)
        assert found is None, f"{path}: {found and found[0]}"
