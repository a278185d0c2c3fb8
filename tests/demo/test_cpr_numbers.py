"""CPR numbers that cannot belong to anybody."""

from datetime import date, timedelta

import pytest

from indberet.definition.cpr import birth_date, passes_modulus_11, read_cpr
from indberet.demo.cpr_numbers import Numbers

DAYS = [date(1921, 5, 17), date(1936, 12, 31), date(1937, 1, 2), date(1958, 2, 28), date(1999, 6, 6), date(2000, 2, 29),
        date(2019, 10, 1), date(2026, 11, 1)]  # fmt: skip


@pytest.mark.parametrize("born", DAYS)
def test_they_tell_the_birth_date_and_fail_modulus_11(born):
    numbers = Numbers()
    for _each in range(200):
        number = numbers.next(born)
        assert read_cpr(number, date(2026, 11, 22)) == number
        assert birth_date(number) == born
        assert not passes_modulus_11(number)


@pytest.mark.parametrize("born", DAYS)
def test_each_comes_once(born):
    numbers = Numbers()
    found = [numbers.next(day) for _each in range(500) for day in (born, born + timedelta(days=2))]
    assert len(set(found)) == len(found)


def test_nobody_is_born_on_1_january():
    with pytest.raises(ValueError, match="1 January"):
        Numbers().next(date(1980, 1, 1))


def test_a_day_can_be_used_up():
    numbers = Numbers()
    with pytest.raises(LookupError, match="1980-02-02"):
        [numbers.next(date(1980, 2, 2)) for _each in range(10_001)]
