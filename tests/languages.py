"""What is Danish on a page.

Which words are Danish is not listed: they are the words of the Danish texts that no English text has.
"""

import re
import tomllib
from collections.abc import Iterable
from html.parser import HTMLParser

from indberet.access.test_login.people import people
from indberet.definition.registry import municipalities, statistics
from scripts.messages import PACKAGE, read_catalogue
from tests.people import ANNA, BO

WORD = re.compile(r"\b[^\W\d_]{2,}\b")
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|\{\w*\}|</?\w[^>]*>")
DANISH_LETTER = re.compile("[æøåÆØÅ]")
MESSAGES = [message for message in read_catalogue() if message.id]


def forms(text):
    """The text of a message, or its singular and plural."""
    return (text,) if isinstance(text, str) else tuple(text)


def words(texts: Iterable[str]) -> set[str]:
    """The words of the texts in small letters, without placeholders and tags."""
    return {word.lower() for text in texts for word in WORD.findall(PLACEHOLDER.sub(" ", text))}


def _strings(value):
    if isinstance(value, str):
        return [value]
    return [text for part in value.values() for text in _strings(part)]


def _texts_of_definitions(language):
    for path in PACKAGE.rglob(f"texts.{language}.toml"):
        yield from _strings(tomllib.loads(path.read_text(encoding="utf-8")))
    for statistic in statistics():
        for codes in statistic.code_lists.values():
            yield from (row.labels[language] for row in codes.rows)


def _danish_words():
    danish = [text for message in MESSAGES for text in forms(message.id)]
    english = [text for message in MESSAGES for text in forms(message.string)]
    found = words([*danish, *_texts_of_definitions("da")]) - words([*english, *_texts_of_definitions("en")])
    return found - {"da"}  # also the language's code


def _names():
    """What people, places and offices are called in any language; those that hold others first."""
    found = {name for person in people() for name in (person.name, person.organisation) if name} | {
        ANNA.identity.name,
        BO.identity.name,
        "Danmarks Statistik",
    }
    found |= {name for row in municipalities().rows for name in (row.label, row.get("legal_name")) if name}
    return sorted(found, key=lambda name: (-len(name), name))


DANISH_WORDS = _danish_words()
SAME_IN_BOTH = (r"\S+@\S+", r"\S+\.(csv|xlsx)\b", r"\bAlt\+\w", r"\bjf\. §", r"\b[A-Z_]{5,}\b")
"""Addresses, names of files, keys, references to the law, names of elements in L231."""
NAMES = re.compile("|".join([*SAME_IN_BOTH, *(rf"\b{re.escape(name)}\b" for name in _names())]))


def danish_in(texts: Iterable[str]) -> set[str]:
    """The Danish words in the texts, but for names."""
    found = words(NAMES.sub(" ", text) for text in texts)
    return {word for word in found if word in DANISH_WORDS or DANISH_LETTER.search(word)}


class ShownTexts(HTMLParser):
    """`found`: the texts of a page that people see or hear, but for parts that name their own language: Danish ones,
    notes in English, sources that are cited as they are."""

    SPOKEN = re.compile(r"title|alt|placeholder|aria-label|data-(label|search|path|mark)|data-[\w-]+-text")
    VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = [False]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        hidden = self._hidden[-1] or tag in ("script", "style") or (tag != "html" and "lang" in dict(attrs))
        if tag not in self.VOID:
            self._hidden.append(hidden)
        if not hidden:
            self.found += [text for name, text in attrs if text and self.SPOKEN.fullmatch(name)]

    def handle_endtag(self, tag):
        if tag not in self.VOID and len(self._hidden) > 1:
            self._hidden.pop()

    def handle_data(self, data):
        if not self._hidden[-1]:
            self.found.append(data)
