"""The extract for production: approved or all, streamed, with a manifest, and never a code that no source confirms."""

import csv
import json
import os
import signal
import tracemalloc
from datetime import date

import pyarrow.parquet as parquet
import pytest
from django.core.management import CommandError, call_command

from indberet.audit.models import Event
from indberet.office import extract as office_extract
from indberet.office.extract import extract, name_of
from indberet.office.extract_files import sha256_of
from indberet.office.extract_rows import invented_codes
from indberet.office.models import Extract
from indberet.register.models import Record
from indberet.register.progress import Bar
from indberet.stopping import Stopped, stoppable
from tests.approval.given import GUDRUN, an_extract, give
from tests.people import ADULT, ADULTS, AUTISM, CARLA, OTHER_ADULT, TODAY, save

pytestmark = pytest.mark.django_db


def made(folder, everything=True, formats=("csv", "parquet"), statistic=ADULTS):
    return extract(statistic=statistic, folder=folder, everything=everything, year=2026, formats=formats, by="operator")


def rows(folder):
    (file,) = folder.glob("*.csv")
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_all_records_with_all_fields_source_and_municipality(tmp_path):
    record = save(secondary_target_groups=("303deb9b-84f0-49d2-ab7a-f8b98eed40a2",), end=date(2026, 3, 1))
    save(by=CARLA, cpr=OTHER_ADULT)
    made(tmp_path)
    first, second = rows(tmp_path)
    assert (first["cpr"], first["municipality"], first["source"], first["end"]) == (
        ADULT,
        "461",
        "manual",
        "2026-03-01",
    )
    assert (first["record"], first["section"], first["target_group"]) == (str(record.pk), "§ 107", AUTISM)
    assert first["secondary_target_groups"] == "303deb9b-84f0-49d2-ab7a-f8b98eed40a2"
    assert (second["municipality"], second["end"]) == ("751", "")
    for field in ADULTS.fields:
        assert field.name in first


def test_parquet_holds_the_same_as_csv(tmp_path):
    save()
    save(by=CARLA, cpr=OTHER_ADULT)
    made(tmp_path)
    (file,) = tmp_path.glob("*.parquet")
    table = parquet.read_table(file).to_pylist()
    text = [{name: "" if value is None else value for name, value in row.items()} for row in table]
    for stored, written in zip(text, rows(tmp_path), strict=True):
        for name, value in written.items():
            found = stored[name]
            assert value in (str(found), found.isoformat() if hasattr(found, "isoformat") else ""), name


def test_only_approved_sections_unless_all_is_asked_for(tmp_path):
    save()
    save(cpr=OTHER_ADULT, service_code="1.12.0.2")
    save(by=CARLA, cpr="0505850008")
    receipt = give("§ 107", statistic=ADULTS, by=GUDRUN).approval.receipt
    done = made(tmp_path, everything=False)
    (only,) = rows(tmp_path)
    assert (only["cpr"], only["receipt"]) == (ADULT, receipt)
    assert done.manifest["left_out"]["not_approved"] == {"461": 1, "751": 1}
    assert (done.rows, done.left_out) == (1, 2)


def test_what_has_nothing_to_report_covers_no_record(tmp_path):
    give("§ 107", statistic=ADULTS)
    save()
    done = made(tmp_path, everything=False)
    assert (done.rows, done.manifest["left_out"]["not_approved"], done.manifest["approvals"]) == (0, {"461": 1}, [])


def test_what_waits_for_a_second_person_is_not_approved(tmp_path):
    from indberet.approval.two_persons import want_two

    save()
    want_two(GUDRUN, ADULTS)
    give("§ 107", statistic=ADULTS)
    assert made(tmp_path, everything=False).rows == 0


def test_codes_that_no_source_confirms_never_leave(tmp_path):
    invented = invented_codes(ADULTS)
    kept, gone = save(), save(cpr=OTHER_ADULT)
    Record.unscoped.filter(pk=kept.pk).update(target_group="PH-OLD-01")
    Record.unscoped.filter(pk=gone.pk).update(service_code="PH-117A-1")
    done = made(tmp_path)
    (only,) = rows(tmp_path)
    assert (only["cpr"], only["target_group"]) == (ADULT, "")
    assert done.manifest["left_out"]["unconfirmed_records"] == {"PH-117A-1": 1}
    assert done.manifest["left_out"]["unconfirmed_values"] == {"target_group PH-OLD-01": 1}
    assert done.left_out == 1
    for file in tmp_path.glob("*.csv"):
        text = file.read_text(encoding="utf-8")
        assert not [code for codes in invented.values() for code in codes if f",{code}," in text]


def test_the_manifest_says_what_the_files_are(tmp_path):
    save()
    done = made(tmp_path)
    (file,) = tmp_path.glob("*.manifest.json")
    manifest = json.loads(file.read_text(encoding="utf-8"))
    assert manifest == done.manifest
    assert (manifest["statistic"], manifest["extent"], manifest["rows"]) == ("adults", "all", 1)
    assert manifest["municipalities"] == {"461": 1}
    assert "+" in manifest["definitions"]
    for found in manifest["files"]:
        path = tmp_path / found["name"]
        assert found["sha256"] == sha256_of(path)
        assert found["bytes"] == path.stat().st_size
    assert ADULT not in file.read_text(encoding="utf-8")


def test_files_are_the_owners_and_named_when_whole(tmp_path):
    save()
    made(tmp_path)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    assert not list(tmp_path.glob("*.part"))
    assert not [path for path in tmp_path.iterdir() if ADULT in path.name]


def test_what_fails_leaves_no_file(tmp_path, monkeypatch):
    def broken(*args):
        raise OSError("disk full")

    save()
    monkeypatch.setattr("indberet.office.extract_files.CsvFile.add", broken)
    with pytest.raises(OSError, match="disk full"):
        made(tmp_path)
    assert not list(tmp_path.iterdir())
    assert Extract.unscoped.get().finished_at is None


@pytest.mark.parametrize(("number", "ends"), [(signal.SIGTERM, CommandError), (signal.SIGINT, KeyboardInterrupt)])
def test_one_that_is_stopped_leaves_no_file(tmp_path, monkeypatch, number, ends):
    class Stopping(Bar):
        def __call__(self, done):
            assert len(list(tmp_path.glob("*.part"))) == 2
            os.kill(os.getpid(), number)

    save()
    monkeypatch.setattr("indberet.office.management.commands.extract.Bar", Stopping)
    at_a_terminal = signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it may be ignored
    try:
        with pytest.raises(ends) as stopped:
            call_command("extract", "--statistic", "adults", "--out", str(tmp_path), "--all")
    finally:
        signal.signal(signal.SIGINT, at_a_terminal)
    assert not list(tmp_path.iterdir())
    assert Extract.unscoped.get().finished_at is None
    assert getattr(stopped.value, "returncode", 143) == 143


def test_one_that_is_stopped_when_it_is_whole_stays_whole(tmp_path, monkeypatch):
    def stopped(*args):
        os.kill(os.getpid(), signal.SIGTERM)
        return finish(*args)

    finish = office_extract._finish
    save()
    monkeypatch.setattr("indberet.office.extract._finish", stopped)
    with pytest.raises(Stopped), stoppable():
        made(tmp_path)
    found = Extract.unscoped.get()
    assert found.finished_at
    assert {path.name for path in tmp_path.iterdir()} == {
        *(file["name"] for file in found.manifest["files"]),
        f"{name_of(found)}.manifest.json",
    }


def test_the_next_one_tells_what_a_killed_one_left(tmp_path, capsys):
    save()
    kept = made(tmp_path)
    killed = name_of(an_extract())
    gone = [tmp_path / f"{killed}.csv.part", tmp_path / f"{killed}.parquet"]
    for path in (*gone, tmp_path / "notes.csv.part"):
        path.touch()
    call_command("extract", "--statistic", "adults", "--out", str(tmp_path), "--all", "--format", "csv")
    told = capsys.readouterr().err
    assert f"{gone[0].name}, {gone[1].name}" in told
    assert "CPR numbers" in told
    assert name_of(kept) not in told
    assert "notes" not in told


def test_what_an_earlier_one_wrote_is_not_touched_by_one_that_fails(tmp_path, monkeypatch):
    save()
    made(tmp_path)
    before = set(tmp_path.iterdir())
    monkeypatch.setattr("indberet.office.extract_files.CsvFile.add", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        made(tmp_path)
    assert set(tmp_path.iterdir()) == before


def test_an_extract_is_two_events(tmp_path):
    save()
    made(tmp_path)
    begun, ended = Event.objects.filter(action__startswith="extract").order_by("id")
    assert (begun.actor, begun.detail["extent"]) == ("operator:operator", "all")
    assert ended.detail["rows"] == 1


def test_the_command(tmp_path, capsys):
    save()
    call_command("extract", "--statistic", "adults", "--out", str(tmp_path), "--all", "--format", "csv")
    assert "1 records written" in capsys.readouterr().out
    with pytest.raises(CommandError, match="expected a folder that exists"):
        call_command("extract", "--statistic", "adults", "--out", str(tmp_path / "none"))
    with pytest.raises(CommandError, match="expected one of 2"):
        call_command("extract", "--statistic", "adults", "--out", str(tmp_path), "--year", "1999")


def test_it_is_streamed_in_constant_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("indberet.office.extract_rows.CHUNK", 200)
    record = save(secondary_target_groups=("303deb9b-84f0-49d2-ab7a-f8b98eed40a2",))

    def fill(count):
        copies = [Record(**{**_values(record), "service_uuid": str(number)}) for number in range(count)]
        Record.unscoped.bulk_create(copies, batch_size=500)

    def peak(name):
        folder = tmp_path / name
        folder.mkdir()
        tracemalloc.start()
        made(folder, formats=("csv",))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    fill(2_000)
    peak("warm")
    few = peak("few")
    fill(10_000)
    assert peak("many") < few * 1.5


def _values(record):
    skipped = ("id",)
    return {field.attname: getattr(record, field.attname) for field in Record._meta.fields if field.name not in skipped}


def test_the_page_of_the_office_shows_the_manifest_only(log_in, tmp_path):
    save()
    save(by=CARLA, cpr=OTHER_ADULT)
    give("§ 107", statistic=ADULTS, today=TODAY)
    number = made(tmp_path, everything=False).pk
    stine = log_in("stine")
    assert "CPR-numre" in stine.get("/office/").content.decode()
    page = stine.get(f"/office/extracts/{number}/").content.decode()
    assert "Poster i paragraffer, der ikke er godkendt: Aarhus (1)" in page
    assert ADULT not in page


def test_the_page_shows_an_extract_of_an_earlier_version(log_in):
    made = an_extract()
    made.manifest = {
        "left_out": {
            "not_approved": {"461": 1, "751": 3, "851": 2},
            "unconfirmed_records": {},
            "unconfirmed_values": {},
        }
    }
    made.finished_at = made.started_at
    made.save()
    page = log_in("stine").get(f"/office/extracts/{made.pk}/").content.decode()
    assert "Poster i paragraffer, der ikke er godkendt: Odense (1), Aalborg (2), Aarhus (3)" in page
    assert "Sket siden godkendelsen" not in page
