"""The statistics and municipalities that the settings name; the only way in which the core meets them."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from .code_lists import CodeList
from .statistic import Statistic


@cache
def statistics() -> tuple[Statistic, ...]:
    """The statistics in the order of the settings."""
    return tuple(import_string(f"{path}.STATISTIC") for path in settings.STATISTICS)


def statistic(id: str) -> Statistic:
    """The statistic of that id. Raises KeyError."""
    return {found.id: found for found in statistics()}[id]


@cache
def municipalities() -> CodeList:
    """All municipalities by three-digit code, with name and CVR."""
    found: CodeList = import_string(settings.MUNICIPALITIES)
    return found
