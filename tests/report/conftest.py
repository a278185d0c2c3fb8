"""A report of Odense."""

import pytest


@pytest.fixture
def report(db):
    """Computes the report of a statistic, of Odense and DAY unless told."""
    from indberet.report.compute import compute
    from tests.people import ADULTS, ODENSE

    from .records import DAY, SINCE

    def make(statistic=ADULTS, municipality=ODENSE, day=DAY):
        return compute(statistic, municipality, day, since=SINCE)

    return make
