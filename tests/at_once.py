"""Several people, or clicks, at the same moment."""

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
