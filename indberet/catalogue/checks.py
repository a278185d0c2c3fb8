"""Start-up check: code lists have names, and the properties of codes are told in words."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register

from indberet.definition.errors import DefinitionError
from indberet.definition.properties import SECTION
from indberet.definition.registry import statistics
from indberet.definition.statistic import Statistic


@register()
def check_words(**kwargs: Any) -> list[CheckMessage]:
    """One finding for each text that is missing; that both languages have it is another check's."""
    try:
        found = statistics()
    except (DefinitionError, OSError):
        return []  # told by the checks of definitions
    return [
        Error(f"{statistic.id}: text '{key}' is missing in texts.da.toml", id="indberet.E020")
        for statistic in found
        for key in missing_words(statistic)
    ]


def missing_words(statistic: Statistic) -> Iterator[str]:
    """Keys of the texts that a statistic's code lists still need."""
    texts = statistic.texts.by_language["da"]
    for name, code_list in statistic.code_lists.items():
        if f"code_lists.{name}" not in texts:
            yield f"code_lists.{name}"
        values = {pair for row in code_list.rows for pair in row.properties.items() if pair[0] not in SECTION}
        for key, value in sorted(values):
            if f"properties.{key}" not in texts and f"properties.{key}.{value}" not in texts:
                yield f"properties.{key}"
