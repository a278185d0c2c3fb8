"""The texts to translate: reads them from Python and templates, and keeps the English catalogue in step with them.

The Danish text is the key. A new text gets an empty translation, one that nothing uses any more is dropped; both are
printed, and a text is never guessed from one that looks like it.
"""

import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).parent.parent / "indberet"
CATALOGUE = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
WIDTH = 120
HEAD = r"""# The texts of Indberet in English. The Danish text is the key; `make messages` keeps the list of keys.
msgid ""
msgstr ""
"Language: en\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""
SINGULAR, PLURAL, CONTEXT, CONTEXT_PLURAL = None, (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
CALLS = {
    "_": SINGULAR,
    **{f"gettext{lazy}": SINGULAR for lazy in ("", "_lazy", "_noop")},
    **{f"ngettext{lazy}": PLURAL for lazy in ("", "_lazy")},
    **{f"pgettext{lazy}": CONTEXT for lazy in ("", "_lazy")},
    **{f"npgettext{lazy}": CONTEXT_PLURAL for lazy in ("", "_lazy")},
}

Key = tuple[str | None, str | tuple[str, ...]]
"""Context, and the text or its singular and plural."""


def key(message: Message) -> Key:
    """What a text is looked up by."""
    return message.context, message.id if isinstance(message.id, str) else tuple(message.id)


def texts_in_use(package: Path = PACKAGE) -> dict[Key, list[str]]:
    """Every text to translate, and the files that use it."""
    found: dict[Key, list[str]] = {}
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.html")]):
        for text in _texts(path):
            found.setdefault(text, []).append(path.relative_to(package).as_posix())
    return found


def read_catalogue(path: Path = CATALOGUE) -> Catalog:
    """The catalogue as it is in its file. Raises PoFileError."""
    with path.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def updated(catalogue: Catalog, texts: dict[Key, list[str]]) -> Catalog:
    """The catalogue with exactly `texts`, translated as far as it has them."""
    known = {key(message): message.string for message in catalogue if message.id}
    result = Catalog(locale="en")
    for text in texts:
        context, id = text
        result.add(id, known.get(text, ""), context=context)
    return result


def as_text(catalogue: Catalog) -> str:
    """The file's text: sorted, and without the dates and places that would change when no text does."""
    body = BytesIO()
    write_po(body, catalogue, width=WIDTH, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return HEAD + body.getvalue().decode()


def _texts(path: Path) -> Iterator[Key]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        source = re.sub(r"^\s+", "", templatize(source), flags=re.MULTILINE)  # what is left looks like Python
    lines = BytesIO(source.encode())
    for _line, found, _comments, context in extract("python", lines, keywords=CALLS, options={"encoding": "utf-8"}):
        yield context, found if isinstance(found, str) else tuple(found)


def main() -> None:
    """Brings the catalogue up to date and tells what changed."""
    texts = texts_in_use()
    before = read_catalogue() if CATALOGUE.exists() else Catalog(locale="en")
    after = updated(before, texts)
    report = StringIO()
    for message in before:
        if message.id and key(message) not in texts:
            report.write(f"no longer used: {message.id}\n")
    for message in after:
        if message.id and not message.string:
            report.write(f"to translate: {message.id} ({', '.join(sorted(set(texts[key(message)])))})\n")
    CATALOGUE.write_text(as_text(after), encoding="utf-8")
    print(report.getvalue() or f"{len(texts)} texts, all translated\n", end="")


if __name__ == "__main__":
    main()
