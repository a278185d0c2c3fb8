"""Work in several processes."""

import pytest

from indberet.register import workers
from indberet.register.workers import in_order, worth_it


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


@pytest.mark.parametrize(("records", "jobs"), [(49_999, 1), (50_000, 4)])
def test_few_records_are_not_worth_several_processes(records, jobs):
    assert worth_it(4, records) == jobs
