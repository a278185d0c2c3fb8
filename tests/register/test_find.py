"""What is found: pages by key, sorting, filters, and never another municipality's persons."""

from datetime import date

import pytest

from indberet.access.scope import NoPrivilege
from indberet.audit.models import Event
from indberet.register.delete import delete_records
from indberet.register.find import find_case, find_page, find_person, find_record, recent_places
from indberet.register.listing import Listing
from indberet.register.models import Case, Record
from indberet.register.view_state import ViewState
from tests.people import (
    ADULT,
    ADULTS,
    ANNA,
    ANXIETY,
    CARLA,
    CHILDREN,
    OTHER_ADULT,
    PLACE,
    SUPPORT,
    child_values,
    save,
    scope,
)

pytestmark = pytest.mark.django_db

OWN = Listing(statistic=ADULTS, municipality="461", kind="own")
ALL = Listing(statistic=ADULTS, municipality="461", kind="all")
CHILDREN_OWN = Listing(statistic=CHILDREN, municipality="461", kind="own")


def ids(listing=OWN, by=ANNA, **state):
    return [row.pk for row in find_page(by, listing, ViewState(**state)).rows]


@pytest.fixture
def seven():
    """Seven services of three persons, each on one stay at most, alike but for their starts."""
    return [
        save(cpr=cpr, start=date(2025, 3, number + 1), service_code=code)
        for number, (cpr, code) in enumerate(
            [
                (OTHER_ADULT, "1.8.2"),
                (ADULT, "1.1"),
                (OTHER_ADULT, "1.1"),
                ("0505905004", "1.4"),
                (ADULT, "1.8.2"),
                (OTHER_ADULT, "1.4"),
                ("0505905004", "1.8.2"),
            ]
        )
    ]


@pytest.mark.requirement("A08")
def test_the_services_of_a_person_stand_together(seven):
    rows = find_page(ANNA, OWN, ViewState()).rows
    people = [row.case.cpr for row in rows]
    assert people == sorted(people)


@pytest.mark.parametrize("sort", ["cpr", "start", "service_code", "end", "changed_at", "severity", "target_group"])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_by_key_show_every_row_once_forwards_and_backwards(seven, sort, descending):
    state = ViewState(sort=sort, descending=descending, page_size=3)
    forwards = []
    for _ in range(3):
        rows = [row.pk for row in find_page(ANNA, OWN, state).rows]
        forwards.append(rows)
        state.go_after(rows[-1])
    assert sorted(row for rows in forwards for row in rows) == sorted(record.pk for record in seven)
    state.go_last(3)
    backwards = []
    for _ in range(3):
        rows = [row.pk for row in find_page(ANNA, OWN, state).rows]
        backwards.insert(0, rows)
        state.go_before(rows[0])
    assert backwards == forwards


@pytest.mark.requirement("C14")
def test_sorting_by_a_column_and_again_the_other_way():
    early = save(start=date(2025, 1, 5))
    late = save(start=date(2025, 6, 5), service_code="1.1")
    assert ids(sort="start") == [early.pk, late.pk]
    assert ids(sort="start", descending=True) == [late.pk, early.pk]


@pytest.mark.requirement("A26")
def test_the_three_views(seven):
    state = ViewState(view="cases", sort="count", descending=True)
    cases = find_page(ANNA, OWN, state).rows
    assert [case.own_records for case in cases] == [3, 2, 2]
    assert len(ids(view="case_records", cases=[cases[0].pk])) == 3
    assert len(ids()) == 7


@pytest.mark.parametrize(
    ("column", "typed", "count"),
    [
        ("cpr", "020280-0006", 2),
        ("cpr", "0006", 2),
        ("cpr", "03037", 3),
        ("service_code", "1.8.2", 3),
        ("service_code", "107", 3),
        ("service_code", "§ 107", 3),
        ("service_code", "midlertidige botilbud", 3),
        ("service_code", "findes ikke", 0),
        ("start", "2025", 7),
        ("start", "2024", 0),
        ("start", "03.2025", 7),
        ("start", "2025-03", 7),
        ("start", "02032025", 1),
        ("start", "02.03.2025..04.03.2025", 3),
        ("start", "..02.03.2025", 2),
        ("start", "06.03.2025..", 2),
        ("end", "åben", 7),
        ("end", "2025", 0),
        ("target_group", "autisme", 7),
        ("paying_municipality", "odense", 7),
        ("p_number", "3456", 7),
        ("department_uuid", "{11111111-2222", 7),
        ("severity", "ingen", 7),
        ("severity", "fejl", 0),
        ("p_number", "';--", 0),
        ("p_number", "100%", 0),
    ],
)
def test_filters_under_each_heading(seven, column, typed, count):
    assert len(ids(filters={column: typed})) == count


@pytest.mark.parametrize(
    ("typed", "count"), [("01.03.2025", 2), ("28.02.2025", 1), ("03.2025", 2), ("..28.02.2025", 1), ("02.03.2025..", 4)]
)
def test_when_a_service_was_changed_goes_by_danish_days(seven, typed, count):
    """From midnight to midnight here: at 23 o'clock UTC the next day has begun."""
    moments = ("2025-02-28T22:59Z", "2025-02-28T23:00Z", "2025-03-01T22:59Z")
    for number, moment in zip(seven, moments, strict=False):
        Record.unscoped.filter(pk=number.pk).update(changed_at=moment)
    assert len(ids(filters={"changed_at": typed})) == count


@pytest.mark.parametrize("typed", ["i går", "13.2025", "99999", "2025.02.31"])
def test_a_filter_that_cannot_be_read_says_what_was_expected(seven, typed):
    page = find_page(ANNA, OWN, ViewState(filters={"start": typed}))
    assert "2025" in page.bad_filters["start"]


def test_filters_on_cases(seven):
    assert len(ids(view="cases", filters={"cpr": "020280"})) == 1
    assert len(ids(view="cases", filters={"count": "2"})) == 2
    assert find_page(ANNA, OWN, ViewState(view="cases", filters={"count": "mange"})).bad_filters


def test_children_by_udl_number():
    save(CHILDREN)
    record = save(CHILDREN, cpr="", udl="AB-17", sex="pige", birth_date=date(2016, 5, 4))
    assert ids(CHILDREN_OWN, filters={"udl": "ab-1"}) == [record.pk]
    assert len(ids(CHILDREN_OWN, sort="udl")) == 2


@pytest.mark.requirement("A05")
def test_own_holds_what_was_entered_here_and_all_holds_everything():
    mine, theirs = save(), save(service_code="1.1")
    Record.unscoped.filter(pk=theirs.pk).update(source="system")
    assert ids(OWN) == [mine.pk]
    assert ids(ALL) == [mine.pk, theirs.pk]


def test_another_municipality_finds_nothing():
    record = save()
    with pytest.raises(Record.DoesNotExist):
        find_record(CARLA, ADULTS, record.pk)
    with pytest.raises(Case.DoesNotExist):
        find_case(CARLA, ADULTS, record.case_id)
    assert find_person(CARLA, ADULTS, cpr=ADULT) is None
    assert ids(Listing(statistic=ADULTS, municipality="751", kind="all"), CARLA) == []
    assert recent_places(CARLA, ADULTS) == []


def test_a_record_of_another_statistic_is_not_found():
    record = save()
    with pytest.raises(Record.DoesNotExist):
        find_record(ANNA, CHILDREN, record.pk)


def test_finding_needs_the_privilege_for_that_statistic():
    only_children = scope("Birthe", "461", "read").identity
    privileges = tuple(held for held in only_children.privileges if held.statistic == "children")
    birthe = type(ANNA)(
        identity=type(only_children)(**{**vars(only_children), "privileges": privileges}), municipality="461"
    )
    with pytest.raises(NoPrivilege):
        find_page(birthe, OWN, ViewState())


def test_every_look_leaves_an_event_with_the_cases_and_no_cpr_number():
    record = save()
    before = Event.objects.count()
    find_page(ANNA, OWN, ViewState(filters={"cpr": ADULT}))
    find_record(ANNA, ADULTS, record.pk)
    find_person(ANNA, ADULTS, cpr=ADULT)
    events = Event.objects.order_by("id")[before:]
    assert [event.action for event in events] == ["list", "open", "search"]
    assert all(event.cases == [record.case_id] for event in events)
    assert ADULT not in str(list(events.values()))


def test_deleted_records_are_not_listed_but_can_be_told():
    record = save()
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[record.pk])
    assert ids() == []
    assert find_record(ANNA, ADULTS, record.pk).deleted_at


def test_a_page_whose_rows_are_gone_falls_back_to_the_first(seven):
    state = ViewState(page_size=3)
    state.go_after(find_page(ANNA, OWN, state).rows[-1].pk)
    delete_records(scope=ANNA, statistic=ADULTS, record_ids=[row.pk for row in seven[:3]] + ids()[4:])
    assert find_page(ANNA, OWN, state).rows


def test_a_page_takes_a_fixed_number_of_queries(seven, django_assert_num_queries):
    for size in (2, 50):
        with django_assert_num_queries(3):
            find_page(ANNA, OWN, ViewState(page_size=size))


def test_recently_used_places_are_offered_once():
    save(secondary_target_groups=(ANXIETY,))
    save(service_uuid=SUPPORT)
    other = {"p_number": "1009999999", "department_uuid": "aaaaaaaa-2222-3333-4444-555555555555"}
    save(cpr=OTHER_ADULT, **other)
    assert recent_places(ANNA, ADULTS) == [tuple(other.values()), tuple(PLACE.values())]


def test_children_values_are_right():
    assert save(CHILDREN, **child_values()).severity == 0
