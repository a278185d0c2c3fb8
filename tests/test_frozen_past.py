"""What applied on past days does not change unnoticed.

`python -m tests.test_frozen_past` writes the files anew, for a change that is meant; the diff then tells the reviewer.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "frozen"
DAYS = (date(2019, 6, 30), date(2023, 12, 31), date(2024, 12, 31), date(2025, 1, 1), date(2026, 7, 1))


def applied(statistic, day: date) -> Iterator[str]:
    """Fields, rules and codes with their properties, as they were on a day."""
    for field in statistic.fields:
        if field.exists_on(day):
            yield f"field {field.name} {field.kind} applies={field.applies.__name__} required={field.required.__name__}"
    for rule in statistic.rules_on(day):
        beside = "" if rule.scope == "record" else f" beside={rule.scope}"
        yield f"rule {rule.id} {rule.severity.name} {'+'.join(rule.fields)}{beside}"
    for code_list in statistic.code_lists.values():
        if code_list.name == "municipalities":
            continue
        for row in code_list.on(day):
            flags = " ".join(f"{name}={value}" for name, value in sorted(row.properties.items()))
            label = row.labels["da"] if row.selectable else f"(group) {row.labels['da']}"
            yield f"{code_list.name} {row.code} {label} {flags}".rstrip()


def file_of(statistic, day: date) -> Path:
    return FOLDER / f"{statistic.id}-{day}.txt"


def cases():
    from indberet.definition.registry import statistics

    return [pytest.param(found, day, id=f"{found.id}-{day}") for found in statistics() for day in DAYS]


def pytest_generate_tests(metafunc):
    metafunc.parametrize(("statistic", "day"), cases())


def test_past_is_as_it_was(statistic, day):
    assert "\n".join(applied(statistic, day)) + "\n" == file_of(statistic, day).read_text(encoding="utf-8")


def write() -> None:
    """Freezes today's definitions."""
    import django

    django.setup()
    for case in cases():
        statistic, day = case.values
        file_of(statistic, day).write_text("\n".join(applied(statistic, day)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
