"""An approved extract holds what the approvals cover: their sections, their period, and the records that stood in the
report that was looked at."""

import csv
import json
from datetime import date

import pytest
from django.utils import timezone

from indberet.approval.models import Approval
from indberet.definition.values import OPEN_END
from indberet.office.extract import extract
from indberet.register.delete import delete_records
from indberet.register.models import Record
from tests.approval.given import INGER, ISHOEJ, VALLENSBAEK, give
from tests.people import ADULT, ADULTS, ANNA, CHILDREN, OTHER_ADULT, save, scope

pytestmark = pytest.mark.django_db
THROUGH = date(2026, 9, 30)
"""The last day of what is approved of adults on the day of the tests."""
OTHERS = ("0404700003", "0505600002")


def made(folder, *, everything=False, statistic=ADULTS, year=2026):
    return extract(
        statistic=statistic, folder=folder, everything=everything, year=year, formats=("csv",), by="operator"
    )


def rows(folder):
    (file,) = folder.glob("*.csv")
    with file.open(encoding="utf-8", newline="") as opened:
        return {row["record"]: row for row in csv.DictReader(opened)}


def dated(start, end=OPEN_END, cpr=ADULT, **changes):
    """The number of a record with these dates."""
    found = save(cpr=cpr, **changes)
    Record.unscoped.filter(pk=found.pk).update(start=start, end=end)
    return str(found.pk)


def test_only_records_that_touch_the_approved_period(tmp_path):
    inside = {
        dated(date(2014, 1, 1), date(2015, 1, 1)),
        dated(THROUGH, cpr=OTHER_ADULT),
        dated(date(2014, 1, 1), cpr=OTHERS[0]),
    }
    dated(date(2014, 1, 1), date(2014, 12, 31), cpr=OTHERS[1])
    dated(date(2026, 10, 1), cpr="0606820004")
    give("§ 107", statistic=ADULTS)
    done = made(tmp_path)
    assert set(rows(tmp_path)) == inside
    assert done.manifest["left_out"]["outside_period"] == {"461": 2}
    assert (done.rows, done.left_out) == (3, 2)


def test_a_year_is_a_year(tmp_path):
    inside, before = save(CHILDREN), save(CHILDREN, cpr="0505850008")
    Record.unscoped.filter(pk=before.pk).update(start=date(2025, 1, 1), end=date(2025, 12, 31))
    give("§ 90, nr. 2", statistic=CHILDREN)
    done = made(tmp_path, statistic=CHILDREN)
    assert set(rows(tmp_path)) == {str(inside.pk)}
    assert done.manifest["left_out"]["outside_period"] == {"461": 1}


def test_an_approval_that_is_to_be_renewed_counts_for_its_own_period(tmp_path):
    old = dated(date(2025, 2, 1))
    dated(date(2026, 7, 1), cpr=OTHER_ADULT)
    other = dated(date(2026, 7, 1), cpr=OTHERS[0], service_code="1.12.0.2")
    give("§ 107", statistic=ADULTS)
    Approval.unscoped.update(through=date(2026, 6, 30), period="2015K1-2026K2")
    give("§ 85", statistic=ADULTS)
    done = made(tmp_path)
    assert set(rows(tmp_path)) == {old, other}
    assert done.manifest["left_out"]["outside_period"] == {"461": 1}
    assert [(told["to_renew"], told["period"], told["through"]) for told in done.manifest["approvals"]] == [
        (True, "2015K1-2026K2", "2026-06-30"),
        (False, "2015K1-2026K3", "2026-09-30"),
    ]


def test_a_record_that_came_after_the_report_is_nobodys_approval(tmp_path, clock):
    seen = save()
    give("§ 107", statistic=ADULTS)
    clock.on("2026-11-23")
    save(cpr=OTHER_ADULT)
    done = made(tmp_path)
    assert set(rows(tmp_path)) == {str(seen.pk)}
    assert done.manifest["left_out"]["created_since"] == {"461": 1}
    assert (done.rows, done.left_out) == (1, 1)


def test_a_new_approval_on_a_new_report_takes_it_in(tmp_path, clock):
    save()
    give("§ 107", statistic=ADULTS)
    clock.on("2026-11-23")
    save(cpr=OTHER_ADULT)
    give("§ 107", statistic=ADULTS, today=date(2026, 11, 23))
    assert made(tmp_path).rows == 2


def test_what_was_corrected_or_deleted_since_is_told(tmp_path, clock):
    corrected, untouched = save(), save(cpr=OTHER_ADULT)
    deleted, before = save(cpr=OTHERS[0]), save(cpr=OTHERS[1])
    elsewhere = save(cpr="0606820004", service_code="1.12.0.2")
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[before.pk])
    give("§ 107", statistic=ADULTS)
    clock.on("2026-11-23")
    Record.unscoped.filter(pk=corrected.pk).update(changed_at=timezone.now())
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[deleted.pk, elsewhere.pk])
    done = made(tmp_path)
    assert {number: row["corrected_since_approval"] for number, row in rows(tmp_path).items()} == {
        str(corrected.pk): "yes",
        str(untouched.pk): "",
    }
    assert done.manifest["since_approval"] == {"corrected": {"461": 1}, "deleted": {"461": 1}}


def test_in_an_extract_of_all_only_what_is_covered_has_a_receipt(tmp_path, clock):
    seen = save()
    outside = dated(date(2026, 10, 1), cpr=OTHER_ADULT)
    receipt = give("§ 107", statistic=ADULTS).approval.receipt
    clock.on("2026-11-23")
    since = save(cpr=OTHERS[0])
    other = save(cpr=OTHERS[1], service_code="1.12.0.2")
    Record.unscoped.update(changed_at=timezone.now())
    done = made(tmp_path, everything=True)
    found = {number: (row["receipt"], row["corrected_since_approval"]) for number, row in rows(tmp_path).items()}
    nothing = ("", "")
    assert found == {str(seen.pk): (receipt, "yes"), outside: nothing, str(since.pk): nothing, str(other.pk): nothing}
    assert (done.rows, done.left_out) == (4, 0)
    assert done.manifest["since_approval"]["corrected"] == {"461": 1}


def test_every_living_record_is_written_or_left_out_for_one_reason(tmp_path, clock):
    dated(date(2025, 2, 1))
    dated(date(2026, 7, 1), cpr=OTHER_ADULT)
    dated(date(2026, 10, 1), cpr=OTHERS[0])
    dated(date(2025, 2, 1), cpr=OTHERS[1], service_code="1.4")
    unconfirmed = save(cpr="0606820004")
    Record.unscoped.filter(pk=unconfirmed.pk).update(service_code="PH-117A-1")
    dated(date(2025, 2, 1), cpr="0707720005", service_code="1.12.0.2")
    give("§ 107", statistic=ADULTS)
    Approval.unscoped.update(through=date(2026, 6, 30))
    give("§ 85", statistic=ADULTS)
    clock.on("2026-11-23")
    save(cpr="0808640004")
    done = made(tmp_path)
    left_out = {reason: sum(counts.values()) for reason, counts in done.manifest["left_out"].items()}
    assert (done.rows, left_out["outside_period"], left_out["created_since"]) == (2, 2, 1)
    assert done.rows + done.left_out == Record.unscoped.filter(deleted_at=None).count()


def test_a_cell_is_counted_as_emptied_only_where_its_record_goes_out(tmp_path, clock):
    save()
    give("§ 107", statistic=ADULTS)
    clock.on("2026-11-23")
    save(cpr=OTHER_ADULT)
    Record.unscoped.update(target_group="PH-OLD-01")
    assert made(tmp_path).manifest["left_out"]["unconfirmed_values"] == {"target_group PH-OLD-01": 1}


def test_the_manifest_tells_the_approvals(tmp_path):
    save(by=scope("Ida", ISHOEJ))
    save(by=scope("Vita", VALLENSBAEK), cpr=OTHER_ADULT)
    receipts = [
        give("§ 107", statistic=ADULTS, by=INGER, municipality=code).approval.receipt for code in (ISHOEJ, VALLENSBAEK)
    ]
    made(tmp_path)
    (file,) = tmp_path.glob("*.manifest.json")
    told = json.loads(file.read_text(encoding="utf-8"))["approvals"]
    assert told == [
        {
            "receipt": receipt,
            "municipality": municipality,
            "acting": ISHOEJ,
            "period": "2015K1-2026K3",
            "through": "2026-09-30",
            "looked_at": "2026-11-22T10:15:00+01:00",
            "to_renew": False,
            "sections": ["§ 107"],
        }
        for receipt, municipality in zip(receipts, (ISHOEJ, VALLENSBAEK), strict=True)
    ]


def test_the_page_tells_why(log_in, tmp_path, clock):
    first, second = save(), save(cpr=OTHER_ADULT)
    dated(date(2026, 10, 1), cpr=OTHERS[0])
    give("§ 107", statistic=ADULTS)
    clock.on("2026-11-23")
    save(cpr=OTHERS[1])
    Record.unscoped.filter(pk=first.pk).update(changed_at=timezone.now())
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[second.pk])
    page = log_in("stine").get(f"/office/extracts/{made(tmp_path).pk}/").content.decode()
    for text in (
        "Poster, der ligger uden for den godkendte periode: Odense (1)",
        "Poster, der er kommet til efter den godkendte rapport: Odense (1)",
        "Poster, der er rettet; de står i udtrækket, som de er nu: Odense (1)",
        "Poster, der er slettet inden for de seneste 30 dage: Odense (1)",
    ):
        assert text in page
