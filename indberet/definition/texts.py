"""Texts of definitions: one TOML file per language and folder, looked up by dotted key in the active language."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.utils.translation import get_language

from .errors import DefinitionError

LANGUAGES = ("da", "en")
OWN_FOLDER = Path(__file__).parent


class Texts:
    """The texts of some folders; the first folder that has a key wins, the language's own texts come last."""

    def __init__(self, *folders: Path) -> None:
        self.by_language = {language: _merged((*folders, OWN_FOLDER), language) for language in LANGUAGES}

    def get(self, key: str, /, **params: object) -> str:
        """The text of `key` in the active language with its {placeholders} filled. Raises DefinitionError."""
        text = self.find(key)
        if text is None:
            raise DefinitionError(f"No text '{key}'")
        return text.format_map(_Params(params)) if params else text

    def find(self, key: str) -> str | None:
        """The raw text of `key` in the active language, or None."""
        language = (get_language() or "da")[:2]
        return self.by_language.get(language, self.by_language["da"]).get(key)


class _Params(dict[str, object]):
    """Leaves an unknown placeholder as it is rather than failing in front of a user."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _merged(folders: tuple[Path, ...], language: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for folder in reversed(folders):
        texts.update(_read(folder / f"texts.{language}.toml"))
    return texts


def _read(path: Path) -> dict[str, str]:
    try:
        return dict(_flat(tomllib.loads(path.read_text(encoding="utf-8")), ""))
    except FileNotFoundError as missing:
        raise DefinitionError(f"{path.parent.name}/{path.name} is missing") from missing
    except tomllib.TOMLDecodeError as broken:
        raise DefinitionError(f"{path.parent.name}/{path.name}: {broken}") from broken


def _flat(tree: Mapping[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)
