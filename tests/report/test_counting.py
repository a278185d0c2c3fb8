"""Hand-made cases: what each table counts, worked out on paper."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from indberet.definition.periods import quarters, years
from indberet.definition.rules import Severity
from indberet.definition.tables import Measure
from tests.people import AARHUS, CHILDREN

from .records import DAY, LONG_AGO, PERSONS, SINCE, put, put_case, put_finding

pytestmark = pytest.mark.django_db
STAY, SECTION, ALL = "1.8.2", "section:§ 107", "all"
FULL, PEOPLE, SERVICES, RECORDS = Measure.FULL_TIME, Measure.PERSONS, Measure.SERVICES, Measure.RECORDS
LENGTHS = {period.id: period.days for get in (quarters, years) for period in get(date(2015, 1, 1), DAY)}


@pytest.fixture
def full_time(report):
    """Full-time services of a row and period, as an exact fraction."""

    def ask(period, row=SECTION):
        return Fraction(report().tables["full_time"].value(FULL, row, period), LENGTHS[period])

    return ask


def test_the_worked_example_of_the_domain_notes(report, full_time):
    put(date(2024, 2, 15), date(2024, 5, 10))
    assert full_time("2024K1") == Fraction(46, 91)
    assert full_time("2024K2") == Fraction(40, 91)
    assert f"{float(full_time('2024K1')):.4f} {float(full_time('2024K2')):.4f}" == "0.5055 0.4396"
    assert [report().tables["full_time"].value(PEOPLE, SECTION, q) for q in ("2024K1", "2024K2", "2024K3")] == [1, 1, 0]
    assert full_time("2024") == Fraction(86, 366)


def test_days_that_two_services_of_a_kind_share_count_once(full_time):
    put(date(2024, 1, 1), date(2024, 2, 10))
    put(date(2024, 2, 1), date(2024, 3, 31), p_number="1")
    assert full_time("2024K1") == 1


def test_a_service_inside_another_adds_nothing(full_time):
    put(date(2023, 1, 1), date(2024, 12, 31))
    put(date(2024, 2, 1), date(2024, 2, 3), p_number="1")
    put(date(2024, 6, 1), date(2024, 6, 3), p_number="2")
    assert full_time("2024K1") == full_time("2024K2") == full_time("2024") == 1


def test_services_of_two_kinds_count_each_for_themselves(report, full_time):
    put(date(2024, 1, 1), date(2024, 3, 31))
    put(date(2024, 1, 1), date(2024, 3, 31), "1.1")
    assert full_time("2024K1", ALL) == 2
    assert report().tables["full_time"].value(PEOPLE, ALL, "2024K1") == 1


def test_two_codes_of_one_section_are_one_recipient_of_the_section(report, full_time):
    put(date(2024, 1, 1), date(2024, 3, 31), "1.12.0.1")
    put(date(2024, 1, 1), date(2024, 3, 31), "1.12.0.2")
    table = report().tables["full_time"]
    assert full_time("2024K1", "section:§ 85") == 2
    assert table.value(PEOPLE, "section:§ 85", "2024K1") == 1
    assert table.value(PEOPLE, "code:1.12.0.1", "2024K1") == table.value(PEOPLE, "code:1.12.0.2", "2024K1") == 1


def test_two_persons_count_each_for_themselves(report, full_time):
    put(date(2024, 1, 1), date(2024, 3, 31))
    put(date(2024, 1, 1), date(2024, 3, 31), person=PERSONS[1])
    assert full_time("2024K1") == 2
    assert report().tables["full_time"].value(PEOPLE, SECTION, "2024K1") == 2


def test_an_open_service_runs_to_the_last_day_of_the_period(full_time):
    put(date(2026, 11, 1))
    assert full_time("2026K4") == Fraction(61, 92)
    assert full_time("2026") == Fraction(61, 365)


def test_first_and_last_day_count(full_time):
    put(date(2024, 3, 31), date(2024, 4, 1))
    assert full_time("2024K1") == full_time("2024K2") == Fraction(1, 91)


def test_a_service_of_one_day(full_time):
    put(date(2024, 2, 29), date(2024, 2, 29))
    assert full_time("2024K1") == Fraction(1, 91)
    assert full_time("2023K1") == 0


def test_a_leap_year_has_a_day_more(full_time):
    put(date(2023, 1, 1), date(2024, 12, 31))
    assert full_time("2023") == full_time("2024") == full_time("2024K1") == 1
    assert (LENGTHS["2024"], LENGTHS["2023"], LENGTHS["2024K1"], LENGTHS["2023K1"]) == (366, 365, 91, 90)


def test_what_began_before_the_first_quarter_counts_from_it(report, full_time):
    put(date(2013, 7, 1), date(2015, 1, 31))
    put(date(2013, 7, 1), date(2014, 12, 31), person=PERSONS[1])
    assert full_time("2015K1") == Fraction(31, 90)
    table = report().tables["received"]
    assert table.value(PEOPLE, SECTION, "2015K1") == 1
    assert table.value(PEOPLE, SECTION, ALL) == table.value(SERVICES, ALL, ALL) == 2


def test_two_stretches_in_one_quarter_are_one_recipient(report):
    put(date(2024, 1, 5), date(2024, 1, 20))
    put(date(2024, 3, 5), date(2024, 5, 20))
    table = report().tables["received"]
    assert table.value(SERVICES, SECTION, "2024K1") == 2
    assert table.value(PEOPLE, SECTION, "2024K1") == table.value(PEOPLE, ALL, "2024K1") == 1
    assert table.value(PEOPLE, SECTION, "2024K2") == 1


@pytest.mark.requirement("A18")
def test_records_that_differ_in_ydelses_uuid_only_are_one_service(report, full_time):
    for uuid in ("a", "b", "c"):
        put(date(2024, 1, 1), date(2024, 3, 31), service_uuid=uuid)
    figures = report(day=date(2024, 3, 31))
    assert figures.tables["received"].value(SERVICES, SECTION, "2024K1") == 1
    assert figures.headline.services == 1
    assert figures.headline.records == 3
    assert full_time("2024K1") == 1


def test_a_deleted_record_counts_nowhere_but_as_deleted(report):
    put(date(2024, 1, 1), deleted_at=SINCE + timedelta(hours=1))
    figures = report()
    assert figures.headline.records == figures.headline.services == 0
    assert figures.tables["received"].values == {SERVICES: {}, PEOPLE: {}}
    assert figures.tables["full_time"].values == {FULL: {}, PEOPLE: {}}
    assert figures.tables["today"].value(RECORDS, ALL, "deleted") == 1
    assert figures.tables["days"].value(RECORDS, "2026-11-21", "deleted") == 1


def test_what_ends_before_it_starts_is_received_but_not_counted(report, full_time):
    put(date(2024, 5, 1), date(2024, 1, 1))
    table = report().tables["received"]
    assert [table.value(SERVICES, SECTION, q) for q in ("2024K1", "2024K2", ALL)] == [0, 1, 1]
    assert report().tables["full_time"].values == {FULL: {}, PEOPLE: {}}
    assert report().headline.services == 0


def test_only_a_service_that_ends_before_the_18th_birthday_is_left_out(full_time):
    born = "1502064444"  # 15 February 2006
    put(date(2023, 1, 1), date(2024, 2, 14), person=born)
    assert full_time("2023K1") == full_time("2024K1") == 0
    put(date(2023, 1, 1), date(2024, 2, 15), "1.1", person=born)
    assert full_time("2023K1", "section:§ 104") == 1
    assert full_time("2024K1", "section:§ 104") == Fraction(46, 91)


def test_who_was_born_on_a_leap_day_is_18_on_1_march(full_time):
    born = "2902084444"
    put(date(2025, 1, 1), date(2026, 2, 28), person=born)
    assert full_time("2026K1") == 0
    put(date(2025, 1, 1), date(2026, 3, 1), "1.1", person=born)
    assert full_time("2026K1", "section:§ 104") == Fraction(60, 90)


def test_an_unknown_code_has_a_row_of_its_own(report):
    put(date(2024, 1, 1), code="9.9")
    table = report().tables["received"]
    assert table.value(SERVICES, "section:", "2024K1") == table.value(SERVICES, ALL, "2024K1") == 1


def test_another_municipality_is_another_report(report):
    put(date(2024, 1, 1), municipality=AARHUS)
    assert report().headline.records == 0
    assert report(municipality=AARHUS).headline.records == 1


def test_what_runs_on_the_day_and_a_year_before(report):
    put(date(2025, 11, 22))
    put(date(2025, 11, 23), person=PERSONS[1])
    put(date(2020, 1, 1), DAY, "1.1")
    put(date(2020, 1, 1), DAY - timedelta(days=1), "1.4")
    table = report().tables["today"]
    assert [table.value(SERVICES, ALL, c) for c in ("today", "year_before")] == [3, 3]
    assert [table.value(PEOPLE, ALL, c) for c in ("today", "year_before")] == [2, 1]
    assert "§ 103" in report().without_services
    assert "§ 107" not in report().without_services


@pytest.mark.requirement("C05")
def test_changes_since_the_report_before(report):
    before, after = SINCE - timedelta(minutes=1), SINCE + timedelta(minutes=1)
    put(date(2026, 11, 22), created_at=after, changed_at=after)
    put(date(2026, 11, 21), created_at=before, changed_at=before)
    put(date(2020, 1, 1), date(2026, 11, 22), "1.1", changed_at=after)
    put(date(2020, 1, 1), code="1.4", created_at=before, changed_at=after, deleted_at=after)
    table = report().tables["today"]
    found = {c: table.value(RECORDS, ALL, c) for c in ("received", "started", "ended", "corrected", "deleted")}
    assert found == {"received": 1, "started": 1, "ended": 1, "corrected": 1, "deleted": 1}
    assert table.value(RECORDS, "section:§ 104", "corrected") == 1
    assert report().headline.changes == 3


@pytest.mark.requirement("C05")
def test_corrections_day_by_day(report):
    evening = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)  # the 20th in Denmark
    put(date(2026, 11, 20), created_at=evening, changed_at=evening)
    put(date(2020, 1, 1), date(2026, 10, 24), changed_at=evening)
    put(date(2020, 1, 1), date(2026, 10, 23), changed_at=LONG_AGO)
    table = report().tables["days"]
    assert table.value(RECORDS, "2026-11-20", "received") == table.value(RECORDS, "2026-11-20", "corrected") == 1
    assert table.value(RECORDS, "2026-11-20", "started") == table.value(RECORDS, "2026-10-24", "ended") == 1
    assert table.value(RECORDS, "2026-11-19", "received") == 0
    assert len(table.values[RECORDS]) == 2


def test_corrections_tell_what_came_from_a_system(report):
    moment = SINCE + timedelta(hours=1)
    put(date(2026, 1, 1), created_at=moment, changed_at=moment)
    put(date(2026, 1, 1), created_at=moment, changed_at=moment, source="manual")
    put(date(2026, 1, 1), changed_at=moment)
    put(date(2026, 1, 1), changed_at=moment, source="legacy")
    put(date(2026, 1, 1), deleted_at=moment, source="manual")
    table, day = report().tables["days"], "2026-11-21"
    assert [table.value(RECORDS, day, change) for change in ("received", "corrected", "deleted")] == [2, 2, 1]
    assert [table.value(RECORDS, day, f"{change}_system") for change in ("received", "corrected", "deleted")] == [
        1,
        1,
        0,
    ]


@pytest.mark.requirement("A25")
def test_services_that_lack_mandatory_information(report):
    first, second = (put(date(2025, 1, 1), service_uuid=uuid) for uuid in "ab")
    for record in (first, second):
        put_finding(record, "A-TARGET-GROUP-REQUIRED")
        put_finding(record, "A-P-NUMBER-REQUIRED")
    put_finding(put(date(2025, 1, 1), person=PERSONS[1]), "A-TARGET-GROUP-LIST")
    put_finding(put(date(2025, 1, 1), code="1.1"), "A-UNDER-18", Severity.WARNING)
    table = report().tables["lacking"]
    assert table.value(SERVICES, SECTION, "target_group") == table.value(PEOPLE, ALL, "target_group") == 2
    assert table.value(SERVICES, SECTION, "p_number") == 1
    assert table.value(SERVICES, ALL, ALL) == 2
    assert table.value(SERVICES, "section:§ 104", ALL) == 0


@pytest.mark.requirement("A25")
def test_errors_and_warnings_by_rule(report):
    record = put(date(2025, 1, 1))
    put_finding(record, "A-TARGET-GROUP-REQUIRED")
    put_finding(record, "A-UNDER-18", Severity.WARNING, accepted=True)
    put_finding(put(date(2026, 1, 1)), "A-UNDER-18", Severity.WARNING)
    table, headline = report().tables["findings"], report().headline
    assert table.value(RECORDS, "A-UNDER-18", ALL) == 2
    assert table.value(RECORDS, "A-UNDER-18", "accepted") == 1
    assert table.value(RECORDS, ALL, ALL) == 2
    assert table.value(PEOPLE, ALL, ALL) == 1
    assert (headline.errors, headline.warnings) == (1, 1)
    assert [table.value(RECORDS, row, ALL) for row in ("errors", "warnings")] == [1, 2]
    assert table.value(PEOPLE, "warnings", "accepted") == 1


def test_children_active_in_a_year(report):
    child, other = "0404154004", "0505145004"
    put(date(2023, 12, 31), date(2024, 1, 1), "005", statistic=CHILDREN, person=child)
    put(date(2024, 6, 1), None, "005", statistic=CHILDREN, person=child)
    put(date(2022, 1, 1), date(2022, 12, 31), "001", statistic=CHILDREN, person=other)
    table = report(CHILDREN).tables["years"]
    row = "section:§ 90, nr. 2"
    assert [table.value(SERVICES, row, str(year)) for year in range(2022, 2027)] == [0, 1, 2, 1, 1]
    assert [table.value(PEOPLE, ALL, str(year)) for year in range(2022, 2027)] == [1, 1, 1, 1, 1]


def test_children_by_age_on_31_december_and_by_sex(report):
    born_2006 = "1502064444"  # 18 in 2024
    put(date(2023, 1, 1), date(2024, 2, 1), "005", statistic=CHILDREN, person=born_2006)
    put(date(2024, 2, 1), date(2024, 3, 1), "007", statistic=CHILDREN, person=born_2006)
    case = put_case(CHILDREN, "UDL-1", udl="UDL-1", sex="pige", birth_date=date(2018, 12, 31))
    put(date(2024, 1, 1), None, "005", statistic=CHILDREN, person="UDL-1")
    ages, sexes = (report(CHILDREN).tables[id] for id in ("by_age", "by_sex"))
    assert case.birth_date == date(2018, 12, 31)
    found = {group: ages.value(SERVICES, f"{group}|all", "2024") for group in ("0005", "0611", "1217", "18OV", "999")}
    assert found == {"0005": 0, "0611": 1, "1217": 1, "18OV": 1, "999": 0}
    assert ages.value(SERVICES, "1217|all", "2023") == 1
    assert [sexes.value(PEOPLE, f"{sex}|all", "2024") for sex in ("pige", "dreng", "ukendt")] == [2, 0, 0]
    assert sexes.value(PEOPLE, "pige|all", "2024") == 2
