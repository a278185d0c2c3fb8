"""Another engine: it goes through every day of twelve years, one by one, and knows nothing of spans, gaps and ends. It
reads the register with plain SQL and the sections from the CSV file, and shares no line with what it checks."""

import csv
import random
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection

import indberet
from indberet.definition.tables import Measure
from tests.people import ADULTS, CHILDREN, ODENSE

from .records import DAY, put

pytestmark = pytest.mark.django_db
SQL = """SELECT r.id, r.case_id, r.service_code, r.start, r."end", r.offer_uuid, r.p_number, r.department_uuid,
    r.paying_municipality, c.birth_date, c.cpr
    FROM register_record r JOIN register_case c ON c.id = r.case_id
    WHERE r.statistic = %s AND r.municipality = %s AND r.deleted_at IS NULL"""
ONE = timedelta(days=1)


def rows(statistic):
    with connection.cursor() as cursor:
        cursor.execute(SQL, [statistic.id, ODENSE])
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in found:
        for name in ("start", "end", "birth_date"):  # SQLite gives text
            row[name] = date.fromisoformat(row[name]) if isinstance(row[name], str) else row[name]
    return found


def sections(statistic):
    """The section and the codes of each section, from the file."""
    path = Path(indberet.__file__).parent / "statistics" / statistic.id / "code_lists" / "services.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["section"] for row in csv.DictReader(file)}


def places(code, by_code):
    """The rows of the table in which a code is counted."""
    if code not in by_code:
        return ["section:", "all"]
    section = by_code[code]
    several = list(by_code.values()).count(section) > 1
    return [f"section:{section}", "all", *([f"code:{code}"] if several else [])]


def quarter(day):
    return f"{day.year}K{(day.month - 1) // 3 + 1}"


def day_by_day(statistic, since, period_of, keep, service_of):
    """(services, persons, days) by row and period: a set of things, a set of things, a number."""
    by_code = sections(statistic)
    services, persons, days = defaultdict(set), defaultdict(set), defaultdict(int)
    found = [row for row in rows(statistic) if keep(row)]
    day, last = since, date(DAY.year, 12, 31)
    while day <= last:
        seen = set()
        for row in found:
            end = max(row["start"], row["end"])
            if row["start"] <= day <= end:
                for place in places(row["service_code"], by_code):
                    services[place, period_of(day)].add(service_of(row))
                    persons[place, period_of(day)].add(row["case_id"])
                seen.add((row["case_id"], row["service_code"]))
        for _case, code in seen:
            for place in places(code, by_code):
                days[place, period_of(day)] += 1
        day += ONE
    return services, persons, days


def adult_service(row):
    names = ("service_code", "start", "end", "offer_uuid", "p_number", "department_uuid", "paying_municipality")
    return (row["case_id"], *(row[name] for name in names))


def is_counted(row):
    """After cleaning: no negative period, and not all of it before the 18th birthday."""
    if row["end"] < row["start"]:
        return False
    born = row["birth_date"]
    try:
        of_age = born.replace(year=born.year + 18)
    except ValueError:
        of_age = date(born.year + 18, 3, 1)
    return row["end"] >= of_age


def some_day(chance, first=date(2012, 1, 1), last=date(2027, 6, 30)):
    """Any day, often one at the edge of a quarter."""
    day = first + timedelta(days=chance.randrange((last - first).days))
    if chance.random() < 0.3:
        day = date(day.year, chance.choice((1, 4, 7, 10)), 1)
    return day - ONE if chance.random() < 0.2 else day


def fill(statistic, chance, codes, persons, records):
    """Overlaps, copies, gaps inside a quarter, open and negative periods, unknown codes."""
    for _number in range(records):
        start = some_day(chance)
        length = chance.choice((0, 1, 5, 40, 92, 366, 2000, -10))
        end = None if chance.random() < 0.2 else start + timedelta(days=length)
        person, code = chance.choice(persons), chance.choice(codes)
        for uuid in "abc"[: chance.choice((1, 1, 1, 3))]:
            more = {"p_number": chance.choice("12"), "service_uuid": uuid}
            put(start, end, code, statistic=statistic, person=person, **more)


def check(table, measure, expected, periods):
    shown = {
        (row, column): value
        for row, values in table.values[measure].items()
        for column, value in zip(table.columns, values, strict=True)
        if value and column in periods
    }
    assert shown == {place: value for place, value in expected.items() if value and place[1] in periods}


def sizes(found):
    return {place: len(things) for place, things in found.items()}


PEOPLE = ("0202800006", "0303750004", "2902084444", "1502064444", "3112054444")
CODES = ("1.8.2", "1.1", "1.12.0.1", "1.12.0.2", "1.18.2", "9.9")


@pytest.mark.parametrize("seed", range(4))
def test_adults(report, seed):
    fill(ADULTS, random.Random(seed), CODES, PEOPLE, 45)
    figures = report()
    received, full_time = figures.tables["received"], figures.tables["full_time"]
    since = date(2015, 1, 1)
    services, persons, _days = day_by_day(ADULTS, since, quarter, lambda row: True, adult_service)
    check(received, Measure.SERVICES, sizes(services), set(received.columns) - {"all"})
    check(received, Measure.PERSONS, sizes(persons), set(received.columns) - {"all"})
    for period_of in (quarter, lambda day: str(day.year)):
        _services, persons, days = day_by_day(ADULTS, since, period_of, is_counted, adult_service)
        periods = {column for column in full_time.columns if ("K" in column) == (period_of is quarter)} - {"all"}
        check(full_time, Measure.FULL_TIME, days, periods)
        check(full_time, Measure.PERSONS, sizes(persons), periods)
    assert received.value(Measure.SERVICES, "all", "all") == len({adult_service(row) for row in rows(ADULTS)})


@pytest.mark.parametrize("seed", range(2))
def test_children(report, seed):
    fill(CHILDREN, random.Random(seed), ("001", "002", "005", "007", "777"), PEOPLE, 40)
    years = report(CHILDREN).tables["years"]
    since, whole = date(2022, 1, 1), set(years.columns) - {"all"}

    def keep(row):
        return row["start"] <= row["end"]

    services, persons, _days = day_by_day(CHILDREN, since, lambda day: str(day.year), keep, lambda row: row["id"])
    check(years, Measure.SERVICES, sizes(services), whole)
    check(years, Measure.PERSONS, sizes(persons), whole)
