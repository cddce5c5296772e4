"""Festivals are resolved for each year, offline."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.calendars.festivals import (
    Festival,
    FestivalBasis,
    FestivalDay,
    festival_date,
    festivals_of,
    festivals_on,
)
from xunfang.core.calendars.lunar import lunar_date


@pytest.mark.row("C07")
def test_lunar_festivals_of_2026_are_computed_offline():
    days = {
        festival: festival_date(festival, year=2026)
        for festival in (
            Festival.SPRING_FESTIVAL,
            Festival.DRAGON_BOAT,
            Festival.MID_AUTUMN,
            Festival.DOUBLE_NINTH,
        )
    }

    assert days == {
        Festival.SPRING_FESTIVAL: date(2026, 2, 17),
        Festival.DRAGON_BOAT: date(2026, 6, 19),
        Festival.MID_AUTUMN: date(2026, 9, 25),
        Festival.DOUBLE_NINTH: date(2026, 10, 18),
    }


@pytest.mark.row("C07")
def test_mid_autumn_and_national_day_of_an_outreach_plan():
    """In 2025 they lay five days apart, in 2026 six; in 2020 they were one day."""
    pairs = [
        (
            festival_date(Festival.MID_AUTUMN, year=year),
            festival_date(Festival.NATIONAL_DAY, year=year),
        )
        for year in (2020, 2025, 2026)
    ]

    assert pairs == [
        (date(2020, 10, 1), date(2020, 10, 1)),
        (date(2025, 10, 6), date(2025, 10, 1)),
        (date(2026, 9, 25), date(2026, 10, 1)),
    ]


def test_the_eve_is_the_last_day_of_the_lunar_year_even_if_it_is_the_29th():
    found = festivals_on(date(2026, 2, 16))

    assert found == (
        FestivalDay(
            date(2026, 2, 16), Festival.NEW_YEARS_EVE_LUNAR, FestivalBasis.LUNAR
        ),
    )


def test_a_leap_month_repeats_no_festival():
    """2006 had two seventh months; Qixi was 31 July only, not 30 August as well."""
    days = [row.on for row in festivals_of(2006) if row.festival is Festival.QIXI]

    assert days == [date(2006, 7, 31)]


@given(st.integers(1900, 2100))
def test_lunar_festivals_of_any_year_fall_on_their_lunar_day(year):
    found = {row.festival: lunar_date(row.on) for row in festivals_of(year)}

    assert (found[Festival.MID_AUTUMN].month, found[Festival.MID_AUTUMN].day) == (8, 15)
    assert found[Festival.NEW_YEARS_EVE_LUNAR].is_last_of_month
    assert found[Festival.NEW_YEARS_EVE_LUNAR].month == 12


@given(st.integers(1900, 2100))
def test_festivals_of_a_year_are_in_order_and_within_it(year):
    days = [row.on for row in festivals_of(year)]

    assert days == sorted(days)
    assert {day.year for day in days} == {year}
