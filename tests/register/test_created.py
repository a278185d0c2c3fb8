"""The target group of guide A11 goes by when a service was created: by its start date, or by the day of entry."""

import dataclasses
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from indberet.definition.rules import ERROR
from indberet.register.findings import differences, refresh
from indberet.register.models import Finding, Record
from indberet.register.save import RulesBroken, save_record
from indberet.register.stored import Reader
from indberet.register.values import record_values
from tests.people import ADULTS, ANNA, AUTISM, TODAY, adult_values, new_token

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A11")]

OLD_GROUP = "1.1.1"  # applied until 31 December 2024
BEFORE, AFTER = date(2024, 12, 31), date(2025, 1, 1)
BY_ENTRY = dataclasses.replace(ADULTS, created_means="entry")
STATISTICS = pytest.mark.parametrize("statistic", [ADULTS, BY_ENTRY], ids=["start", "entry"])


def broken(statistic, *, start, entered=TODAY, group=OLD_GROUP, **changes):
    """The errors of a service with this target group."""
    values = adult_values(start=start, target_group=group, **changes)
    told = statistic.check(statistic.values(values, TODAY, entered=entered))
    return {found.rule.id: found.message for found in told if found.rule.severity == ERROR}


def save_on(statistic, **changes):
    arguments = {"scope": ANNA, "statistic": statistic, "token": new_token(), "today": TODAY}
    return save_record(values=adult_values(**changes), **arguments).record


def made_on(record, day):
    """The stored record as if it had been entered that day."""
    moment = datetime.combine(day, datetime.min.time(), ZoneInfo("Europe/Copenhagen"))
    Record.unscoped.filter(pk=record.pk).update(created_at=moment)


def test_the_start_date_is_what_counts_unless_the_statistic_says_otherwise():
    assert ADULTS.created_means == "start"
    assert ADULTS.dated_by_entry == frozenset()
    assert BY_ENTRY.dated_by_entry == {"target_group", "secondary_target_groups"}


def test_a_service_started_before_2025_and_entered_in_2026():
    assert not broken(ADULTS, start=BEFORE)
    assert set(broken(BY_ENTRY, start=BEFORE)) == {"A-TARGET-GROUP-LIST"}


def test_a_service_entered_in_2024_that_starts_in_2025():
    assert set(broken(ADULTS, start=AFTER, entered=BEFORE)) == {"A-TARGET-GROUP-LIST"}
    assert not broken(BY_ENTRY, start=AFTER, entered=BEFORE)


def test_the_day_of_entry_is_what_counts_on_both_sides_of_new_year():
    assert not broken(BY_ENTRY, start=BEFORE, entered=BEFORE)
    assert set(broken(BY_ENTRY, start=BEFORE, entered=AFTER)) == {"A-TARGET-GROUP-LIST"}


@STATISTICS
def test_a_new_target_group_may_be_given_to_an_old_service(statistic):
    assert not broken(statistic, start=BEFORE, entered=AFTER, group=AUTISM)


def test_secondary_target_groups_go_by_the_same_day():
    secondary = {"group": AUTISM, "secondary_target_groups": (OLD_GROUP,)}
    assert not broken(ADULTS, start=BEFORE, **secondary)
    assert set(broken(BY_ENTRY, start=BEFORE, **secondary)) == {"A-SECONDARY-TARGET-GROUPS-LIST"}


def test_the_message_tells_the_day_that_counts():
    by_start = broken(ADULTS, start=AFTER, entered=BEFORE)["A-TARGET-GROUP-LIST"]
    by_entry = broken(BY_ENTRY, start=BEFORE)["A-TARGET-GROUP-LIST"]
    assert "01.01.2025" in by_start
    assert "22.11.2026" in by_entry


def test_the_list_offers_the_groups_of_the_day_that_counts():
    def offered(statistic):
        record = statistic.values(adult_values(start=BEFORE), TODAY)
        return {row.code for row in statistic.offered("target_group", record)}

    assert OLD_GROUP in offered(ADULTS) - offered(BY_ENTRY)
    assert AUTISM in offered(ADULTS) & offered(BY_ENTRY)


@STATISTICS
def test_other_codes_go_by_the_start_date(statistic):
    assert "A-OFFER-UUID-REQUIRED" in broken(statistic, start=AFTER, entered=BEFORE, offer_uuid="")
    assert "A-OFFER-UUID-REQUIRED" not in broken(statistic, start=BEFORE, entered=AFTER, offer_uuid="")


def test_saving_an_old_target_group_today():
    assert save_on(ADULTS, start=BEFORE, target_group=OLD_GROUP).severity == 0
    with pytest.raises(RulesBroken, match="A-TARGET-GROUP-LIST"):
        save_on(BY_ENTRY, start=BEFORE, cpr="0303750004", target_group=OLD_GROUP)


def test_a_record_entered_in_2024_is_corrected_and_rechecked_by_that_day():
    record = save_on(BY_ENTRY, start=AFTER)
    made_on(record, BEFORE)
    values = {**record_values(BY_ENTRY, Record.unscoped.get()), "target_group": OLD_GROUP}
    saved = save_record(
        scope=ANNA,
        statistic=BY_ENTRY,
        values=values,
        record=Record.unscoped.get(),
        token=new_token(),
        today=TODAY,
    )
    assert saved.changed
    assert refresh(BY_ENTRY, [record.case_id], today=TODAY) == 0
    assert not Finding.unscoped.exists()
    assert refresh(ADULTS, [record.case_id], today=TODAY) == 1
    assert Finding.unscoped.get().rule == "A-TARGET-GROUP-LIST"


def test_a_recheck_reads_the_day_of_entry_in_danish_time():
    """Half an hour before midnight UTC, the new year had begun."""
    record = save_on(BY_ENTRY, start=AFTER)
    Record.unscoped.update(target_group=OLD_GROUP, created_at=datetime(2024, 12, 31, 23, 30, tzinfo=ZoneInfo("UTC")))
    circles = Reader(BY_ENTRY, TODAY).circles([record.case_id])
    (difference,) = differences(BY_ENTRY, circles)
    assert [found.rule.id for found in difference.new] == ["A-TARGET-GROUP-LIST"]
