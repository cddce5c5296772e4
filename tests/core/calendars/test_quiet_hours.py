"""Quiet hours pass midnight."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.calendars.quiet_hours import MINUTES_PER_DAY, QuietHours

minutes = st.integers(0, MINUTES_PER_DAY - 1)


@pytest.mark.parametrize(
    ("at", "is_quiet"),
    [
        (time(21, 59, 59), False),
        (time(22, 0), True),
        (time(0, 0), True),
        (time(3, 0), True),
        (time(7, 59, 59), True),
        (time(8, 0), False),
        (time(12, 0), False),
    ],
)
def test_from_ten_in_the_evening_until_eight_nobody_is_knocked_up(at, is_quiet):
    assert QuietHours().is_quiet(at) is is_quiet


def test_a_home_visit_at_2210_waits_until_eight():
    """110 minutes to midnight and eight hours after it: 590."""
    assert QuietHours().minutes_until_allowed(22 * 60 + 10) == 590
    assert QuietHours().minutes_until_allowed(21 * 60) == 0


def test_overlap_of_an_evening_that_passes_midnight():
    """21:30 to 00:30 is three hours, of which 22:00 to 00:30 is quiet: 150 minutes."""
    quiet = QuietHours()

    assert quiet.overlap_min(from_min=21 * 60 + 30, until_min=24 * 60 + 30) == 150
    assert quiet.overlap_min(from_min=0, until_min=MINUTES_PER_DAY) == 600


def test_equal_ends_mean_that_nothing_is_quiet():
    quiet = QuietHours(start_min=0, end_min=0)

    assert not any(quiet.is_quiet_minute(minute) for minute in range(MINUTES_PER_DAY))


def test_a_bound_outside_the_day_is_the_callers_bug():
    with pytest.raises(ValueError, match="is not a minute of the day"):
        QuietHours(start_min=1440)


@given(minutes, minutes, minutes)
def test_waiting_ends_at_the_first_minute_that_is_allowed(start, end, minute):
    quiet = QuietHours(start_min=start, end_min=end)

    wait = quiet.minutes_until_allowed(minute)

    assert not quiet.is_quiet_minute(minute + wait)
    assert wait == 0 or quiet.is_quiet_minute(minute + wait - 1)


@given(minutes, minutes, st.integers(0, 3000), st.integers(0, 3000))
def test_overlap_counts_the_quiet_minutes_one_by_one(start, end, first, length):
    quiet = QuietHours(start_min=start, end_min=end)

    overlap = quiet.overlap_min(from_min=first, until_min=first + length)

    assert overlap == sum(
        quiet.is_quiet_minute(minute) for minute in range(first, first + length)
    )
