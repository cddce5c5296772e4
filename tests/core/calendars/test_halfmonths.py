"""Half-months, and what is owed in each."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.calendars.halfmonths import (
    HalfMonth,
    HalfMonthDuty,
    Standing,
    WindowStanding,
    half_month_of,
    half_months,
    overdue,
    standings,
)

ROUNDS = HalfMonthDuty("R", "集中夜巡", date(2026, 5, 8), date(2026, 12, 31))
YEAR_END = date(2026, 12, 31)


@pytest.mark.row("A06")
def test_8_may_to_31_december_2026_is_16_half_months_not_17_fortnights():
    windows = half_months(date(2026, 5, 8), YEAR_END)

    assert len(windows) == 16
    assert (windows[0], windows[-1]) == (HalfMonth(2026, 5, 1), HalfMonth(2026, 12, 2))
    assert -(-((YEAR_END - date(2026, 5, 8)).days + 1) // 14) == 17


@pytest.mark.row("A06")
@pytest.mark.parametrize("missed", range(16))
def test_hold_15_and_exactly_the_one_missed_is_overdue(missed):
    """A round on the last day of every window but one, seen the day after the end."""
    windows = ROUNDS.windows
    held = [window.last_day for i, window in enumerate(windows) if i != missed]

    owed = overdue(ROUNDS, held_on=held, on=date(2027, 1, 1))

    assert owed == (
        WindowStanding(
            half_month=windows[missed],
            number=missed + 1,
            first_day=max(windows[missed].first_day, ROUNDS.first_day),
            last_day=windows[missed].last_day,
            n_wanted=1,
            n_held=0,
            standing=Standing.OVERDUE,
        ),
    )


@pytest.mark.row("A06")
def test_a_window_is_due_until_its_last_day_and_overdue_the_day_after():
    days = [date(2026, 5, 7), date(2026, 5, 8), date(2026, 5, 15), date(2026, 5, 16)]

    first_window = [standings(ROUNDS, held_on=(), on=day)[0].standing for day in days]

    assert first_window == [
        Standing.UPCOMING,
        Standing.DUE,
        Standing.DUE,
        Standing.OVERDUE,
    ]


def test_two_rounds_in_one_window_do_not_make_up_for_none_in_another():
    held = [date(2026, 6, 2), date(2026, 6, 9)]

    rows = standings(ROUNDS, held_on=held, on=date(2026, 6, 15))

    assert [(row.standing, row.n_held) for row in rows[:4]] == [
        (Standing.OVERDUE, 0),
        (Standing.OVERDUE, 0),
        (Standing.DONE, 2),
        (Standing.UPCOMING, 0),
    ]


def test_a_round_before_the_order_or_after_the_day_asked_about_counts_nowhere():
    held = [date(2026, 5, 3), date(2026, 5, 12)]

    (owed,) = standings(ROUNDS, held_on=held, on=date(2026, 5, 11))[:1]

    assert (owed.standing, owed.n_held) == (Standing.DUE, 0)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 2, 16), date(2026, 2, 28)),
        (date(2028, 2, 16), date(2028, 2, 29)),
        (date(2026, 4, 30), date(2026, 4, 30)),
        (date(2026, 1, 15), date(2026, 1, 15)),
    ],
)
def test_second_halves_end_with_the_month(day, last):
    assert half_month_of(day).last_day == last


@given(
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    st.integers(0, 800),
    st.integers(0, 99),
)
def test_windows_cover_every_day_once_and_split_anywhere(first, length, cut):
    last = first + timedelta(days=length)
    middle = first + timedelta(days=length * cut // 100)

    windows = half_months(first, last)

    for one, following in pairwise(windows):
        assert one.last_day + timedelta(days=1) == following.first_day
    assert windows[0].first_day <= first <= windows[0].last_day
    assert windows[-1].first_day <= last <= windows[-1].last_day
    assert set(windows) == {*half_months(first, middle), *half_months(middle, last)}


@given(st.sets(st.dates(date(2026, 4, 1), date(2027, 1, 31))))
def test_one_more_round_never_leaves_more_owed(held):
    on = date(2027, 2, 1)
    more = {*held, date(2026, 8, 20)}

    owed, owed_with_more = (
        {row.number for row in overdue(ROUNDS, held_on=days, on=on)}
        for days in (held, more)
    )

    assert owed_with_more <= owed


def test_no_window_lies_in_a_period_that_ends_before_it_begins():
    assert half_months(date(2026, 5, 2), date(2026, 5, 1)) == ()
