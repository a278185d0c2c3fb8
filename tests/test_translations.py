"""Every text is marked for translation, and the English catalogue has them all, whole, and no others."""

import ast
import re

import pytest
from django.template.base import Lexer, TokenType

from indberet.register.filters import ACCEPTED, OPEN_WORDS, SEVERITIES
from scripts.messages import CALLS, CATALOGUE, PACKAGE, as_text, read_catalogue, texts_in_use
from tests.languages import DANISH_LETTER, MESSAGES, NAMES, PLACEHOLDER, ShownTexts, danish_in, forms, words

PAIRS = [pair for message in MESSAGES for pair in zip(forms(message.id), forms(message.string), strict=True)]

# The catalogue


def test_the_catalogue_has_the_texts_in_use_and_no_others():
    used = {(context, forms(text)) for context, text in texts_in_use()}
    known = {(message.context, forms(message.id)) for message in MESSAGES}
    assert sorted(map(str, used - known)) == [], "run `make messages` and translate what it names"
    assert sorted(map(str, known - used)) == [], "run `make messages`"


def test_the_catalogue_is_as_make_messages_writes_it():
    catalogue = read_catalogue()
    assert not catalogue.obsolete
    assert as_text(catalogue) == CATALOGUE.read_text(encoding="utf-8")


def test_every_text_is_translated():
    assert not [message.id for message in MESSAGES if message.fuzzy]
    assert not [danish for danish, english in PAIRS if not english.strip()]


def test_translations_have_the_placeholders_and_tags_of_their_texts():
    for danish, english in PAIRS:
        assert sorted(PLACEHOLDER.findall(danish)) == sorted(PLACEHOLDER.findall(english)), danish


def test_translations_begin_and_end_as_their_texts():
    end = re.compile(r"[.:?!]*\s*$")
    for danish, english in PAIRS:
        first = danish[:1] + english[:1]
        assert not first.isalpha() or first.isupper() or first.islower(), danish
        assert end.findall(danish) == end.findall(english), danish


def test_translations_are_in_english():
    assert not [english for _danish, english in PAIRS if DANISH_LETTER.search(english)]


WORDS = {
    "fejl": "error",
    "advarsel": "warning",
    "ingen": "none",
    "accepteret": "accepted",
    "ikke accepteret": "not accepted",
}
UNREADABLE = (
    "Skriv fejl, advarsel, ingen, accepteret, ikke accepteret eller begyndelsen af en regels id, fx %(example)s."
)


@pytest.mark.parametrize(("danish", "english"), WORDS.items())
def test_words_to_filter_by_are_understood_as_they_are_told(danish, english):
    understood, told = {**SEVERITIES, **ACCEPTED}, dict(PAIRS)
    assert understood[danish] == understood[english]
    assert told[danish] == english
    hints = {UNREADABLE, "fejl/advarsel"}
    assert all(danish not in hint or english in told[hint] for hint in hints)
    assert {"åben", "open"} <= set(OPEN_WORDS)


# The sources

UNTRANSLATED = frozenset(("indberet", "english", "dansk", "csv", "xlsx", "enter", "esc", "alt", "en", "sha"))
"""Names, keys, and the languages by their own names and codes."""
DANISH_FILES = ("statistics/", "demo/names.py", "approval/mail.py", "office/reminders.py")
"""What a statistic says is in its own texts; names are names; e-mails are in Danish, whoever gets them."""
DANISH_IN_CODE = {
    "access/claims.py": {"godkend"},  # in the URIs of privileges
    "approval/approve.py": {"Godkendelse "},  # the subject of an e-mail
    "definition/danish.py": {"æ", "ø", "å"},
    "demo/contacts.py": {"å", "@kommune"},
    "demo/delivery_file.py": {"<e:EntityIDType>Kommune</e:EntityIDType><e:EntityID>"},  # what L231 says
    "environment.py": {"var"},  # the folder
    "export/models.py": {"egne", "alle"},  # in names of files, which are the same in both languages
    "register/filters.py": {"åben", "aktiv", "fejl", "advarsel", "ingen", "accepteret", "ikke accepteret"}
    | {"fagsystem", "indtastet", "overført", "tidligere løsning"},
    "report/cpr_list.py": {"cpr-liste-", "æ", "ø", "å"},  # the same
    "report/views.py": {"-rapport-"},  # in names of files
    "intake/views.py": {"-kvittering-"},
}
MODULES = [
    pytest.param(path, id=name)
    for path in sorted(PACKAGE.rglob("*.py"))
    if not (name := path.relative_to(PACKAGE).as_posix()).startswith(DANISH_FILES)
]
TEMPLATES = [
    pytest.param(path, id=path.relative_to(PACKAGE).as_posix())
    for path in sorted(PACKAGE.rglob("*.html"))
    if path.name != "500.html"  # shown when nothing can be looked up: Danish, with a line of English
]


def template_texts(source):
    """The HTML of a template without what is translated, and the strings in its tags."""
    html, strings, closing = "", [], ""
    for token in Lexer(source).tokenize():
        tag = token.contents.split()[0] if token.token_type == TokenType.BLOCK else ""
        if closing:
            closing = "" if tag == closing else closing
        elif token.token_type == TokenType.TEXT:
            html += token.contents
        elif tag in ("comment", "blocktranslate", "blocktrans") or token.contents == "block width":
            closing = f"end{tag}"
        elif tag not in ("translate", "trans"):
            strings += re.findall(r"(?<!_\()(?:\"[^\"]*\"|'[^']*')", token.contents)
    return html, strings


@pytest.mark.parametrize("path", TEMPLATES)
def test_templates_say_nothing_that_is_not_translated(path):
    html, strings = template_texts(path.read_text(encoding="utf-8"))
    assert words(ShownTexts(html).found) <= UNTRANSLATED
    assert not danish_in(strings)


def is_danish(text):
    """Whether it has Danish letters, or more than a third of its words are Danish; names do not count."""
    text = NAMES.sub(" ", text)
    return DANISH_LETTER.search(text) or 3 * len(danish_in([text]) - UNTRANSLATED) > len(words([text]))


def is_translation(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS


def untranslated(tree):
    """The string literals of a module that are neither translated nor documentation."""
    skipped = [node for node in ast.walk(tree) if is_translation(node) or isinstance(node, ast.Expr)]
    inside = {
        id(part)
        for node in skipped
        for part in ast.walk(node)
        if is_translation(node) or isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


@pytest.mark.parametrize("path", MODULES)
def test_python_says_nothing_danish_that_is_not_translated(path):
    texts = set(untranslated(ast.parse(path.read_text(encoding="utf-8"))))
    allowed = DANISH_IN_CODE.get(path.relative_to(PACKAGE).as_posix(), set())
    assert not {text for text in texts - allowed if is_danish(text)}


@pytest.mark.parametrize("path", MODULES)
def test_texts_to_translate_are_literals(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if is_translation(node):
            texts = node.args[: 2 if node.func.id.startswith("n") else 1]
            assert all(isinstance(text, ast.Constant) for text in texts), f"line {node.lineno}"
