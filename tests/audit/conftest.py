"""Roles are PostgreSQL's alone."""

import os

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On SQLite the tests of roles are not run; test_chain.py tells what its command says there."""
    if os.environ.get("INDBERET_TEST_DATABASE_URL", "").startswith("postgres"):
        return
    dropped = [item for item in items if item.path.name == "test_roles.py"]
    config.hook.pytest_deselected(items=dropped)
    items[:] = [item for item in items if item not in dropped]
