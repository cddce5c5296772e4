"""Lunar dates: known days of known years, and laws that hold for two centuries."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.calendars.lunar import (
    BRANCHES,
    FIRST_DAY,
    LAST_DAY,
    DateOutsideLunarTable,
    LunarDate,
    civil_date,
    earthly_branch,
    lunar_date,
    lunar_months,
    qingming,
)

days = st.dates(FIRST_DAY, LAST_DAY)
years = st.integers(1900, 2100)

SPRING_FESTIVALS = [
    date(1900, 1, 31),
    date(1949, 1, 29),
    date(1976, 1, 31),
    date(1985, 2, 20),
    date(2000, 2, 5),
    date(2008, 2, 7),
    date(2020, 1, 25),
    date(2023, 1, 22),
    date(2024, 2, 10),
    date(2025, 1, 29),
    date(2026, 2, 17),
    date(2027, 2, 6),
    # 2033 has a leap eleventh month, on which simple rules for leap months stumble.
    date(2034, 2, 19),
]


@pytest.mark.parametrize("day", SPRING_FESTIVALS)
def test_spring_festival_begins_a_lunar_year(day):
    lunar = lunar_date(day)

    assert (lunar.year, lunar.month, lunar.day) == (day.year, 1, 1)


def test_lunar_date_of_a_leap_month():
    """2025 has a second sixth month of 29 days, from 25 July."""
    lunar = lunar_date(date(2025, 7, 25))

    assert lunar == LunarDate(
        year=2025, month=6, is_leap_month=True, day=1, n_days_in_month=29
    )


def test_last_day_of_2025s_lunar_year_is_the_29th():
    lunar = lunar_date(date(2026, 2, 16))

    assert lunar == LunarDate(
        year=2025, month=12, is_leap_month=False, day=29, n_days_in_month=29
    )
    assert lunar.is_last_of_month


def test_short_months_of_2026():
    """Six lunar months that end in 2026 have only 29 days."""
    short = [
        (month.year, month.month)
        for year in (2025, 2026)
        for month in lunar_months(year)
        if month.n_days == 29 and (month.first_day + timedelta(days=28)).year == 2026
    ]

    assert short == [(2025, 12), (2026, 2), (2026, 4), (2026, 5), (2026, 7), (2026, 8)]


def test_branch_of_known_days():
    """1 January 2000 was 戊午, 1 October 1949 甲子."""
    branches = [earthly_branch(date(2000, 1, 1)), earthly_branch(date(1949, 10, 1))]

    assert branches == ["午", "子"]


def test_qingming_of_known_years():
    assert [qingming(year) for year in (2024, 2025, 2026, 2027)] == [
        date(2024, 4, 4),
        date(2025, 4, 4),
        date(2026, 4, 5),
        date(2027, 4, 5),
    ]


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2101, 1, 1)])
def test_lunar_date_refuses_days_it_has_not_computed(day):
    with pytest.raises(DateOutsideLunarTable, match="1900 to 2100"):
        lunar_date(day)


@pytest.mark.parametrize(("month", "day", "leap"), [(2, 30, False), (6, 1, True)])
def test_civil_date_of_a_day_the_year_does_not_have_is_none(month, day, leap):
    found = civil_date(year=2026, month=month, day=day, is_leap_month=leap)

    assert found is None


@given(days)
def test_there_and_back_again(day):
    lunar = lunar_date(day)

    back = civil_date(
        year=lunar.year,
        month=lunar.month,
        day=lunar.day,
        is_leap_month=lunar.is_leap_month,
    )

    assert back == day


@given(days.filter(lambda day: day < LAST_DAY))
def test_tomorrow_is_the_next_day_or_the_first_of_a_month(day):
    today, tomorrow = lunar_date(day), lunar_date(day + timedelta(days=1))

    assert tomorrow.day == (1 if today.is_last_of_month else today.day + 1)


@given(days.filter(lambda day: day < LAST_DAY))
def test_branches_go_round_in_order(day):
    today = BRANCHES.index(earthly_branch(day))

    tomorrow = BRANCHES.index(earthly_branch(day + timedelta(days=1)))

    assert tomorrow == (today + 1) % 12


@given(years)
def test_a_lunar_year_has_12_or_13_months_of_29_or_30_days(year):
    months = lunar_months(year)

    assert {month.n_days for month in months} == {29, 30}
    assert [month.month for month in months if not month.is_leap] == list(range(1, 13))
    assert len(months) - 12 == sum(month.is_leap for month in months) <= 1
    for one, following in pairwise(months):
        assert one.first_day + timedelta(days=one.n_days) == following.first_day


@given(years)
def test_spring_festival_falls_between_21_january_and_21_february(year):
    assert date(year, 1, 21) <= lunar_months(year)[0].first_day <= date(year, 2, 21)


@given(years)
def test_qingming_falls_on_4_to_6_april(year):
    assert date(year, 4, 4) <= qingming(year) <= date(year, 4, 6)
