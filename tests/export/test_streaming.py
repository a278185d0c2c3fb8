"""Files are sent as they are made: in constant memory, of one moment, and marked until they are whole."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indberet.audit.models import Event
from indberet.export import table
from indberet.export.models import Export, Format
from indberet.export.selection import whole_listing
from indberet.export.write import export_records
from indberet.register.listing import Listing
from tests.people import ADULTS, ANNA, ODENSE, save

pytestmark = pytest.mark.django_db


def a_file(scope, format=Format.CSV):
    """The bytes of a whole listing, as they are made."""
    listing = Listing(statistic=ADULTS, municipality=ODENSE, kind="own")
    return export_records(selection=whole_listing(scope, listing), format=format).content


def test_the_number_of_queries_grows_by_one_per_chunk(monkeypatch):
    for day in range(1, 8):
        save(start=date(2025, 3, day))

    def queries(chunk):
        monkeypatch.setattr(table, "CHUNK", chunk)
        content = a_file(ANNA)
        with CaptureQueriesContext(connection) as asked:
            list(content)
        return len(asked)

    assert queries(2) - queries(10) == 3


def test_an_export_that_is_broken_off_stays_marked(monkeypatch):
    monkeypatch.setattr(table, "CHUNK", 1)
    for day in (1, 2, 3):
        save(start=date(2025, 3, day))
    content = a_file(ANNA)
    next(content), next(content)
    content.close()
    export = Export.unscoped.get()
    assert (export.finished_at, export.rows, export.sha256) == (None, 1, "")
    assert Event.objects.filter(action="export").count() == 1
    assert not Event.objects.filter(action="export_finished").exists()


def test_an_export_that_fails_on_the_way_stays_marked(monkeypatch):
    save()
    content = a_file(ANNA)
    monkeypatch.setattr(table.Table, "_add_several", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        list(content)
    assert Export.unscoped.get().finished_at is None


@pytest.mark.parametrize("format", Format)
def test_an_export_that_nobody_reads_stays_marked(format):
    save()
    a_file(ANNA, format)
    assert Export.unscoped.get().finished_at is None


def test_a_workbook_that_is_broken_off_stays_marked():
    save()
    content = a_file(ANNA, Format.XLSX)
    next(content)
    content.close()
    assert Export.unscoped.get().finished_at is None


@pytest.mark.django_db(transaction=True)
def test_the_rows_are_of_one_moment_and_nobody_waits(monkeypatch):
    """Bo corrects a service while Anna's export is on its way; her file has what stood there when it began."""
    monkeypatch.setattr(table, "CHUNK", 1)
    for day in (1, 2, 3):
        save(start=date(2025, 3, day))
    content = a_file(ANNA)
    pieces = [next(content), next(content)]
    _elsewhere("UPDATE register_record SET p_number = '1009999999'")
    pieces += content
    assert b"1009999999" not in b"".join(pieces)
    assert Export.unscoped.get().rows == 3


@pytest.mark.django_db(transaction=True)
def test_a_file_broken_off_leaves_no_transaction_open(monkeypatch):
    monkeypatch.setattr(table, "CHUNK", 1)
    for day in (1, 2, 3):
        save(start=date(2025, 3, day))
    content = a_file(ANNA)
    next(content), next(content)
    content.close()
    assert Export.unscoped.get().finished_at is None
    save(start=date(2025, 3, 4))
    assert len(list(a_file(ANNA))) == 5


def _elsewhere(statement):
    """Runs a statement on a connection of another thread."""
    from concurrent.futures import ThreadPoolExecutor

    def run():
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(run).result()
