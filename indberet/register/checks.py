"""Start-up check: what a statistic lists, searches or sorts is a plain column of the register."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import models

from indberet.definition.errors import DefinitionError
from indberet.definition.fields import Codes, Field
from indberet.definition.registry import statistics

from .models import Case, Record


@register()
def check_columns(**kwargs: Any) -> list[CheckMessage]:
    """Each field declared as a column exists on Case or Record."""
    try:
        found = statistics()
    except (DefinitionError, OSError):
        return []  # told by the checks of definitions
    return [
        Error(f"{statistic.id}: the register has no column for field '{field.name}'", id="indberet.E010")
        for statistic in found
        for field in statistic.fields
        if field.column and not isinstance(field, Codes) and not _has_column(field)
    ]


def _has_column(field: Field) -> bool:
    model: type[models.Model] = Case if field.owner == "case" else Record
    return field.name in {column.name for column in model._meta.get_fields()}
