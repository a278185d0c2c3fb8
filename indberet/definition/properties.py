"""What code lists and the properties of codes are called, in the active language."""

from typing import TYPE_CHECKING

from .code_lists import Code, CodeList
from .fields import Code as CodeField
from .fields import Codes

if TYPE_CHECKING:
    from .statistic import Statistic

SECTION = frozenset(("section", "section_before"))
"""Properties that name the law's section; they stand beside the code, not among what it brings with it."""


def lists_in_use(statistic: "Statistic") -> tuple[CodeList, ...]:
    """The code lists that the fields use, in the order of the fields."""
    names = dict.fromkeys(field.code_list for field in statistic.fields if isinstance(field, CodeField | Codes))
    return tuple(statistic.code_lists[name] for name in names)


def list_name(statistic: "Statistic", code_list: str) -> str:
    """The name of a code list: the text `code_lists.<name>`."""
    return statistic.texts.find(f"code_lists.{code_list}") or code_list


def property_text(statistic: "Statistic", name: str, value: str) -> str:
    """What a property means: the text `properties.<name>.<value>`, else `properties.<name>` with its {value}."""
    text = statistic.texts.find(f"properties.{name}.{value}") or statistic.texts.find(f"properties.{name}")
    return text.replace("{value}", value.replace("|", ", ")) if text else f"{name}: {value}"


def properties_of(statistic: "Statistic", code: Code) -> tuple[str, ...]:
    """What a code brings with it, one text for each of its properties."""
    return tuple(
        property_text(statistic, name, value) for name, value in code.properties.items() if name not in SECTION
    )
