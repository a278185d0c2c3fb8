"""Two people, or two clicks, at the same moment."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from indberet.register.delete import delete_records
from indberet.register.models import Case, Record
from indberet.register.save import Conflict, save_record, version_of
from indberet.register.values import record_values
from tests.people import ADULTS, ANNA, BO, TODAY, adult_values, new_token, save

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs):
    """Runs the jobs at the same moment; gives what each returned or raised."""
    barrier, found = Barrier(len(jobs)), [None] * len(jobs)

    def run(number, job):
        barrier.wait()
        try:
            found[number] = job()
        except Exception as problem:
            found[number] = problem
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number, job)) for number, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def creating(token, by=ANNA, **changes):
    values = adult_values(**changes)
    return lambda: save_record(scope=by, statistic=ADULTS, values=values, token=token, today=TODAY)


def test_two_clicks_on_opret_save_once():
    token = new_token()
    found = at_once(creating(token), creating(token), creating(token))
    assert sorted(saved.repeated for saved in found) == [False, True, True]
    assert len({saved.record.pk for saved in found}) == 1
    assert Record.unscoped.count() == 1
    assert Case.unscoped.get().own_records == 1


def test_two_colleagues_entering_the_same_person_make_one_case():
    found = at_once(creating(new_token()), creating(new_token(), BO, service_code="1.8.1"))
    assert not any(isinstance(saved, Exception) for saved in found), found
    assert Case.unscoped.get().own_records == 2


def test_two_colleagues_saving_the_same_service_one_is_told():
    record = save()
    version = version_of(record.case, record)
    values = record_values(ADULTS, Record.unscoped.get())

    def saving(by, p_number):
        return lambda: save_record(
            scope=by,
            statistic=ADULTS,
            values={**values, "p_number": p_number},
            token=new_token(),
            record=record,
            version=version,
            today=TODAY,
        )

    found = at_once(saving(ANNA, "1003456781"), saving(BO, "1003456782"))
    assert sum(isinstance(saved, Conflict) for saved in found) == 1, found
    assert Record.unscoped.get().version == 2


def test_two_colleagues_deleting_the_same_service_count_it_once():
    record = save()
    found = at_once(
        *[lambda by=by: delete_records(scope=by, statistic=ADULTS, record_ids=[record.pk]) for by in (ANNA, BO)]
    )
    assert sorted(deletion.records for deletion in found) == [0, 1]
    assert Case.unscoped.get().own_records == 0
