"""How the records are shared out."""

from collections import Counter
from datetime import date

import pytest

from indberet.definition.errors import DefinitionError
from indberet.definition.registry import statistics
from indberet.demo import hints
from indberet.demo.hints import Hints, hints_of
from indberet.demo.plan import every_municipality, neighbours, plan, reporting_persons, shared_out


def in_each(portions):
    found = Counter()
    for portion in portions:
        found[portion.municipality] += portion.records
    return found


@pytest.mark.parametrize("records", [None, 1, 10, 999, 100_000, 1_000_000])
def test_the_portions_add_up(records):
    assert sum(portion.records for portion in plan(records=records, codes=(), seed="1")) == (records or 3_000)


def test_a_million_has_the_sizes_of_the_load_tests():
    sizes = in_each(plan(records=1_000_000, codes=(), seed="1"))
    assert len(sizes) == len(every_municipality()) == 98
    assert 118_000 < max(sizes.values()) < 125_000
    assert 40 < min(sizes.values()) < 60


def test_a_million_is_mostly_one_statistic():
    portions = plan(records=1_000_000, codes=(), seed="1")
    smaller = sum(portion.records for portion in portions if portion.statistic == statistics()[1])
    assert 20_000 < smaller < 30_000


def test_municipalities_report_in_different_ways():
    ways = {portion.by_hand for portion in plan(records=1_000_000, codes=(), seed="1")}
    assert {0.0, 1.0} < ways


def test_the_test_persons_see_work():
    portions = plan(records=None, codes=(), seed="1")
    for code in reporting_persons():
        assert sum(portion.records * portion.by_hand for portion in portions if portion.municipality == code) > 100


def test_only_the_municipalities_asked_for():
    assert set(in_each(plan(records=50, codes=["461", "183"], seed="1"))) == {"461", "183"}


def test_sharing_out_gives_the_rest_to_the_largest_remainders():
    assert shared_out(10, [1, 1, 1]) == [4, 3, 3]
    assert shared_out(1, [0.1, 9, 1]) == [0, 1, 0]


@pytest.mark.parametrize("statistic", statistics(), ids=lambda found: found.id)
def test_the_hints_name_what_there_is(statistic):
    found = hints_of(statistic)
    known = {row.code for row in statistic.codes_of("service_code").rows}
    assert set(found.services) - {"other"} <= known
    assert all(statistic.has_field(name) for name in (*found.chances, *found.chances_now))


def test_voluntary_fields_of_what_still_runs_may_be_filled_in_more_often():
    found = Hints(chances={"x": 0.5}, now_since=date(2025, 1, 1), chances_now={"x": 0.9})
    assert [found.chance_of("x", day) for day in (date(2024, 12, 31), date(2025, 1, 1), date.max)] == [0.5, 0.9, 0.9]
    assert found.chance_of("y", date.max) == Hints().chance_of("y", date.max)


def test_a_municipality_that_enters_everything_is_nobodys_neighbour():
    portions = plan(records=1_000, codes=(), seed="1")
    first = portions[0]
    by_code = {(portion.municipality, portion.statistic.id): portion for portion in portions}
    others = neighbours(first, portions)
    assert others
    assert first.municipality not in others
    assert all(by_code[code, first.statistic.id].by_hand < 1 for code in others)


def test_a_statistic_without_hints_gets_plain_ones(monkeypatch):
    monkeypatch.setattr(hints, "FILE", "no-such-file.toml")
    assert hints_of(statistics()[0]) == Hints()


def test_wrong_hints_name_the_file(monkeypatch):
    monkeypatch.setattr(hints, "FILE", "texts.da.toml")
    with pytest.raises(DefinitionError, match=r"texts\.da\.toml"):
        hints_of(statistics()[0])
