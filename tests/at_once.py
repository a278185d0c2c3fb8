"""Several people, or clicks, at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread

from django.db import connection


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


def elsewhere(statement):
    """Runs a statement on a connection of another thread."""

    def run():
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(run).result()
