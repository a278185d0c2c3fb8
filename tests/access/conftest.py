"""What the tests of delegation share."""

from dataclasses import replace

import pytest


@pytest.fixture
def data():
    """What Vallensbæk has."""
    from tests.access.acting import Data

    return Data()


@pytest.fixture
def delegations(monkeypatch):
    """Puts another row in the place of the adults' delegations.csv."""
    from indberet.definition.approval import Delegation
    from indberet.definition.code_lists import Certainty
    from tests.access.acting import ISHOEJ, VALLENSBAEK
    from tests.people import ADULTS

    def put(**changes):
        row = Delegation(municipality=VALLENSBAEK, acting=ISHOEJ, certainty=Certainty.CONFIRMED, source="test")
        plan = replace(ADULTS.approval, delegations=(replace(row, **changes),))
        monkeypatch.setitem(ADULTS.__dict__, "approval", plan)

    return put


@pytest.fixture
def acting(client):
    """Ida's browser, where she has chosen Vallensbæk."""
    client.post("/login/", {"person": "ida"})
    client.post("/municipality/", {"municipality": "187"})
    return client
