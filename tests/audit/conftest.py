"""Five linked events for many of the tests; roles are PostgreSQL's alone."""

import os

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On SQLite the tests of roles are not run; test_commands.py tells what its command says there."""
    if os.environ.get("INDBERET_TEST_DATABASE_URL", "").startswith("postgres"):
        return
    dropped = [item for item in items if item.path.name == "test_roles.py"]
    config.hook.pytest_deselected(items=dropped)
    items[:] = [item for item in items if item not in dropped]


@pytest.fixture
def five(db):
    """Five linked events."""
    from indberet.audit.chain import link_everything
    from tests.audit.trail import an_event

    events = [an_event(cases=[number], detail={"ø": number}) for number in range(1, 6)]
    link_everything()
    return events
