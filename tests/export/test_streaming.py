"""Files are sent as they are made: in constant memory, of one moment, and marked until they are whole."""

from dataclasses import replace
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
from indberet.register.view_state import ViewState
from tests.at_once import elsewhere
from tests.people import ADULTS, ANNA, ANXIETY, ODENSE, save

pytestmark = pytest.mark.django_db
SPEECH = "71dfe6d1-ebc1-4414-8527-edf8e605c356"


def a_file(scope, format=Format.CSV):
    """The bytes of a whole listing, as they are made."""
    return export_records(selection=listing_of(scope), format=format).content


def listing_of(scope):
    """Everything that Odense entered itself."""
    return whole_listing(scope, Listing(statistic=ADULTS, municipality=ODENSE, kind="own"))


def stay(day, **changes):
    """A stay of one day in March."""
    return save(start=date(2025, 3, day), end=date(2025, 3, day), **changes)


def rows_of(selection):
    """The rows of a selection by heading."""
    found = table.Table(ADULTS)
    headings = [column.heading for column in found.columns]
    chunks = found.chunks(selection.records)
    return [dict(zip(headings, row, strict=True)) for chunk in chunks for row in zip(*chunk, strict=True)]


def test_the_number_of_queries_does_not_grow_with_the_rows(monkeypatch):
    for day in range(1, 8):
        stay(day)

    def queries(chunk):
        monkeypatch.setattr(table, "CHUNK", chunk)
        content = a_file(ANNA)
        with CaptureQueriesContext(connection) as asked:
            list(content)
        return len(asked)

    assert queries(1) == queries(10)


def test_an_export_that_is_broken_off_stays_marked(monkeypatch):
    monkeypatch.setattr(table, "CHUNK", 1)
    for day in (1, 2, 3):
        stay(day)
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
    monkeypatch.setattr(table.Table, "_columns", lambda *_args: 1 / 0)
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


def test_codes_find_their_records_whatever_the_chunks_and_the_order(monkeypatch):
    codes = [(), (ANXIETY,), (), (ANXIETY, SPEECH), (SPEECH,), ()]
    for day, chosen in enumerate(codes, 1):
        stay(day, secondary_target_groups=chosen)
    whole = listing_of(ANNA)
    for chunk in (1, 2, 4, 100):
        monkeypatch.setattr(table, "CHUNK", chunk)
        for state in (ViewState(sort="start"), ViewState(sort="start", descending=True)):
            rows = rows_of(replace(whole, state=state))
            assert [row["FFB Sekundær Målgruppe"] for row in rows] == [
                "|".join(chosen) for chosen in (codes[::-1] if state.descending else codes)
            ]


@pytest.mark.django_db(transaction=True)
def test_the_rows_are_of_one_moment_and_nobody_waits(monkeypatch):
    """Bo corrects a service while Anna's export is on its way; her file has what stood there when it began."""
    monkeypatch.setattr(table, "CHUNK", 1)
    for day in (1, 2, 3):
        stay(day)
    content = a_file(ANNA)
    pieces = [next(content), next(content)]
    elsewhere("UPDATE register_record SET p_number = '1009999999'")
    pieces += content
    assert b"1009999999" not in b"".join(pieces)
    assert Export.unscoped.get().rows == 3


@pytest.mark.django_db(transaction=True)
def test_a_file_broken_off_leaves_no_transaction_open(monkeypatch):
    monkeypatch.setattr(table, "CHUNK", 1)
    for day in (1, 2, 3):
        stay(day)
    content = a_file(ANNA)
    next(content), next(content)
    elsewhere("UPDATE register_record SET p_number = '1009999999'")
    content.close()
    assert Export.unscoped.get().rows == 1
    stay(4)
    assert len(list(a_file(ANNA))) == 5
