"""Work in several processes."""

from concurrent.futures.process import BrokenProcessPool

import pytest

from indberet.register import workers
from indberet.register.workers import as_they_come, in_order, worth_it
from tests.register.killers import KilledOnce, killed_at_two


@pytest.mark.parametrize("jobs", [1, 2])
def test_pieces_come_in_their_order_however_many_processes_work(jobs):
    assert list(in_order(abs, [-3, 1, -2, 5, -4, 7, -9], jobs)) == [
        (-3, 3), (1, 1), (-2, 2), (5, 5), (-4, 4), (7, 7), (-9, 9),
    ]  # fmt: skip


def test_no_more_pieces_are_asked_for_than_the_workers_need():
    asked = []

    def pieces():
        for number in range(1000):
            asked.append(number)
            yield number

    done = in_order(abs, pieces(), 2)
    next(done)
    assert len(asked) <= workers.AHEAD * 2 + 1
    done.close()


def test_a_failure_in_a_worker_is_told():
    with pytest.raises(TypeError):
        list(in_order(abs, ["x"], 2))


@pytest.mark.parametrize("way", [in_order, as_they_come])
def test_a_killed_process_costs_nothing_when_it_can_be_done_again(way, tmp_path):
    pieces = list(range(9))
    assert sorted(way(KilledOnce(tmp_path), pieces, 2)) == [(number, number) for number in pieces]
    assert (tmp_path / "killed").exists()


@pytest.mark.parametrize("way", [in_order, as_they_come])
def test_what_kills_its_process_twice_costs_nobody_else(way):
    found = dict(way(killed_at_two, range(9), 2, lambda number: -number))
    assert found == {number: number for number in range(9)} | {2: -2}


def test_what_kills_its_process_is_told_unless_somebody_says_what_it_gives():
    with pytest.raises(BrokenProcessPool):
        list(in_order(killed_at_two, [2], 2))


def test_when_everything_kills_its_process_it_comes_to_an_end(monkeypatch):
    monkeypatch.setattr(workers, "MOST_LOST", 1)
    assert list(in_order(killed_at_two, [2, 2, 2], 2, lambda number: 0)) == [(2, 0)] * 3


@pytest.mark.parametrize(("records", "jobs"), [(49_999, 1), (50_000, 4)])
def test_few_records_are_not_worth_several_processes(records, jobs):
    assert worth_it(4, records) == jobs
